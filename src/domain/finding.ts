import { z } from 'zod';
import { Evidence } from './evidence.ts';
import { Category, Confidence, Item, Principle, Priority } from './vocabulary.ts';

/** The four groups in which the explorer hands its findings over. */
export const FindingGroup = z.enum([
  'technical_risks',
  'architecture',
  'dependencies',
  'code_quality',
]);
export type FindingGroup = z.infer<typeof FindingGroup>;

/** What a rule reports: a fact that the change introduces, in one language, with its evidence. */
export const Finding = z.strictObject({
  rule: z.string(),
  /** Structural identity inside the rule (table, workload, function …): survives a moved line. */
  anchor: z.string(),
  group: FindingGroup,
  item: Item,
  category: Category,
  principle: Principle,
  priority: Priority,
  confidence: Confidence,
  /** The rule's blocking condition holds. Only ever true with critical priority and high confidence. */
  blocks: z.boolean(),
  title: z.string(),
  user_impact: z.string(),
  technical_details: z.string(),
  recommendation: z.string(),
  recommendation_long_term: z.string(),
  evidence: z.array(Evidence).min(1),
  /** An opt-out comment that this same change adds; listed, never obeyed for a blocker. */
  opt_out: z.string().nullable(),
});
export type Finding = z.infer<typeof Finding>;

/** A rule that could not finish on a file that it claims. It keeps a review from being conclusive. */
export const RuleFailure = z.strictObject({
  rule: z.string(),
  path: z.string(),
  reason: z.string(),
});
export type RuleFailure = z.infer<typeof RuleFailure>;

/** A fact about a checklist item that the explorer saw on one side of the change. */
export interface ChecklistSignal {
  readonly item: Item;
  readonly side: 'head' | 'base';
  readonly status: 'met' | 'gap';
  readonly note: string;
  readonly evidence: Evidence;
}

export interface Exploration {
  readonly findings: readonly Finding[];
  readonly signals: readonly ChecklistSignal[];
  readonly failures: readonly RuleFailure[];
  /** Opt-out comments of other tools that stood at the merge base and kept a rule silent. */
  readonly optOuts: readonly {
    readonly rule: string;
    readonly path: string;
    readonly line: number;
    readonly comment: string;
  }[];
  /** Changed files that the rules looked at or that hold nothing for them. */
  readonly filesCovered: number;
  /** Digest of the rule set that ran. */
  readonly rulesVersion: string;
}
