import { z } from 'zod';
import {
  Category,
  ChecklistStatus,
  Confidence,
  ConcernType,
  FailureModeVerdict,
  Item,
  Origin,
  Principle,
  Priority,
  Side,
} from '../../domain/vocabulary.ts';

/**
 * The form that the model fills in. Fields stand in the order of thinking: evidence, mechanism, effect, advice,
 * and only then the weight. Limits that a schema on the wire cannot carry are checked by the lints.
 */

export const QuotedPlace = z.strictObject({
  path: z.string(),
  /** Number at that side; the quote decides, the number disambiguates. */
  line: z.int(),
  side: Side,
  quote: z.string(),
});
export type QuotedPlace = z.infer<typeof QuotedPlace>;

export const ReplyConcern = z.strictObject({
  id: z.string(),
  type: ConcernType,
  area: Item,
  title: z.string(),
  evidence: z.array(QuotedPlace),
  /** `D3`: the finding of the rules that this refines. */
  finding_refs: z.array(z.string()),
  /** What was looked for before saying that something is not there. */
  searched: z.array(z.string()),
  trigger: z.string(),
  technical_details: z.string(),
  user_impact: z.string(),
  description: z.string(),
  recommendation: z.strictObject({ short_term: z.string(), long_term: z.string() }),
  category: Category,
  origin: Origin,
  principle: Principle,
  confidence: Confidence,
  priority: Priority,
  deployment_blocker: z.boolean(),
});
export type ReplyConcern = z.infer<typeof ReplyConcern>;

export const Scenario = z.enum([
  'latency_10x',
  'dependency_errors',
  'db_read_only',
  'memory_spike',
  'disk_full',
  'clock_skew',
  'dns_failure',
  'certificate_expiry',
  'traffic_10x',
  'data_corruption',
  'credential_leak',
  'other',
]);

export const AgentReply = z.strictObject({
  what_breaks_first: z.string(),
  concerns: z.array(ReplyConcern),
  checklist: z.array(
    z.strictObject({
      item: Item,
      evidence: z.array(QuotedPlace),
      note: z.string(),
      status: ChecklistStatus,
    }),
  ),
  user_journey: z
    .strictObject({
      persona: z.string(),
      entry_point: z.string(),
      happy_path: z.string(),
      sad_paths: z.array(
        z.strictObject({
          kind: z.enum(['user_error', 'system_error', 'edge_case']),
          what_happens: z.string(),
          recovery: z.string(),
        }),
      ),
      exit_points: z.string(),
      return_journey: z.string(),
    })
    .nullable(),
  failure_modes: z.array(
    z.strictObject({
      scenario: Scenario,
      question: z.string(),
      behaviour_in_code: z.string(),
      evidence: z.array(QuotedPlace),
      verdict: FailureModeVerdict,
    }),
  ),
  slo: z.strictObject({
    stated: z.array(z.strictObject({ target: z.string(), evidence: z.array(QuotedPlace) })),
    effect_of_change: z.string(),
  }),
  finding_disputes: z.array(
    z.strictObject({
      finding_ref: z.string(),
      evidence: z.array(QuotedPlace),
      reason: z.string(),
    }),
  ),
  questions: z.array(z.string()),
});
export type AgentReply = z.infer<typeof AgentReply>;

/** The answer of the second look at one claim. */
export const RefutationReply = z.strictObject({
  evidence: z.array(QuotedPlace),
  reasons: z.string(),
  verdict: z.enum(['confirmed', 'refuted', 'undetermined']),
  corrected_priority: Priority.nullable(),
});
export type RefutationReply = z.infer<typeof RefutationReply>;
