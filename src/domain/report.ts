import { z } from 'zod';
import { Concern, WaivedConcern } from './concern.ts';
import { Evidence } from './evidence.ts';
import { Finding, RuleFailure } from './finding.ts';
import {
  AgentStatus,
  ChecklistStatus,
  FailureModeVerdict,
  Item,
  Pillar,
  Verdict,
} from './vocabulary.ts';

export const REPORT_SCHEMA_VERSION = 1;

export const Subject = z.strictObject({
  /** `owner/name` on GitHub, the folder's name locally. */
  repo: z.string(),
  pull: z.int().nullable(),
  base_sha: z.string(),
  merge_base_sha: z.string(),
  head_sha: z.string(),
});
export type Subject = z.infer<typeof Subject>;

export const NotRead = z.strictObject({ path: z.string(), reason: z.string() });
export type NotRead = z.infer<typeof NotRead>;

export const ChecklistEntry = z.strictObject({
  item: Item,
  pillar: Pillar,
  status: ChecklistStatus,
  status_at_base: ChecklistStatus,
  note: z.string(),
  evidence: z.array(Evidence),
});
export type ChecklistEntry = z.infer<typeof ChecklistEntry>;

export const SadPath = z.strictObject({
  kind: z.enum(['user_error', 'system_error', 'edge_case']),
  what_happens: z.string(),
  recovery: z.string(),
});

export const UserJourney = z.strictObject({
  persona: z.string(),
  entry_point: z.string(),
  happy_path: z.string(),
  sad_paths: z.array(SadPath),
  exit_points: z.string(),
  return_journey: z.string(),
});
export type UserJourney = z.infer<typeof UserJourney>;

export const FailureMode = z.strictObject({
  scenario: z.string(),
  question: z.string(),
  behaviour: z.string(),
  verdict: FailureModeVerdict,
  evidence: z.array(Evidence),
});
export type FailureMode = z.infer<typeof FailureMode>;

export const Slo = z.strictObject({
  stated: z.array(z.string()),
  downtime_budget: z.string().nullable(),
  effect: z.string(),
});
export type Slo = z.infer<typeof Slo>;

export const RollbackStep = z.strictObject({
  what: z.string(),
  reversible: z.boolean(),
  evidence: z.array(Evidence),
});

export const Rollback = z.strictObject({
  reversible: z.boolean(),
  phase: z.enum(['expand', 'contract', 'mixed', 'none']),
  steps: z.array(RollbackStep),
});
export type Rollback = z.infer<typeof Rollback>;

export const Coverage = z.strictObject({
  files_changed: z.int(),
  files_by_rules: z.int(),
  files_by_agent: z.int(),
  not_read: z.array(NotRead),
});
export type Coverage = z.infer<typeof Coverage>;

export const Usage = z.strictObject({
  model: z.string(),
  input_tokens: z.int(),
  cache_read_tokens: z.int(),
  output_tokens: z.int(),
  /** Null when the model's price is not known. */
  cost_usd: z.number().nullable(),
});
export type Usage = z.infer<typeof Usage>;

/**
 * The published record of a review (`--format json`). Optional keys are null, never missing; there are
 * no timestamps, so the same input gives the same bytes; lists are ordered.
 */
export const Report = z.strictObject({
  schema_version: z.literal(REPORT_SCHEMA_VERSION),
  subject: Subject,
  verdict: Verdict,
  headline: z.string(),
  reasons: z.array(z.string()),
  concerns: z.array(Concern),
  waived: z.array(WaivedConcern),
  pre_existing: z.array(Concern),
  checklist: z.array(ChecklistEntry).length(Item.options.length),
  user_journey: UserJourney.nullable(),
  failure_modes: z.array(FailureMode),
  slo: Slo.nullable(),
  rollback: Rollback.nullable(),
  questions: z.array(z.string()).max(3),
  synthesis: z.strictObject({
    readiness_assessment: z.string(),
    deployment_blockers: z.array(z.string()),
    prioritized_recommendations: z.array(z.strictObject({ concern: z.string(), text: z.string() })),
    user_impact_analysis: z.string(),
  }),
  explorer: z.strictObject({
    technical_risks: z.array(Finding),
    architecture: z.array(Finding),
    dependencies: z.array(Finding),
    code_quality: z.array(Finding),
    failures: z.array(RuleFailure),
  }),
  agent: z.strictObject({ status: AgentStatus, detail: z.string() }),
  coverage: Coverage,
  usage: Usage.nullable(),
  versions: z.strictObject({
    ops: z.string(),
    rules: z.string(),
    prompt: z.string().nullable(),
    agent: z.string().nullable(),
    config: z.string(),
  }),
});
export type Report = z.infer<typeof Report>;
