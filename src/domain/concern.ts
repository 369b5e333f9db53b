import { z } from 'zod';
import { Evidence } from './evidence.ts';
import {
  Category,
  Confidence,
  ConcernState,
  ConcernType,
  CriticalCategory,
  Item,
  Origin,
  Principle,
  Priority,
  Source,
} from './vocabulary.ts';

const concernShape = {
  /** `C-` and the first hexadecimal digits of the fingerprint. */
  id: z.string().regex(/^C-[0-9a-f]{4,16}$/u),
  title: z.string().min(1),
  /** The rule that found it; null when only the agent did. */
  rule: z.string().nullable(),
  type: ConcernType,
  category: Category,
  area: Item,
  description: z.string().min(1),
  user_impact: z.string().min(1),
  technical_details: z.string().min(1),
  /** What to do in this change. */
  recommendation: z.string().min(1),
  recommendation_long_term: z.string().min(1),
  deployment_blocker: z.boolean(),
  priority: Priority,
  confidence: Confidence,
  origin: Origin,
  principle: Principle,
  state: ConcernState,
  source: Source,
  evidence: z.array(Evidence).min(1),
};

interface Severity {
  readonly deployment_blocker: boolean;
  readonly priority: Priority;
  readonly category: Category;
  readonly origin: Origin;
}

/** A blocker is critical, of a critical category, and the change's own doing. */
export function isPossibleBlocker(concern: Severity): boolean {
  return (
    concern.priority === 'critical' &&
    CriticalCategory.safeParse(concern.category).success &&
    concern.origin !== 'pre_existing'
  );
}

const IMPOSSIBLE_BLOCKER =
  'a deployment blocker needs critical priority, a critical category, and a change that causes it';

/** Something that will go wrong in production, with proof. The seven fields of the seed plus ours. */
export const Concern = z
  .strictObject(concernShape)
  .refine((c) => !c.deployment_blocker || isPossibleBlocker(c), { error: IMPOSSIBLE_BLOCKER });
export type Concern = z.infer<typeof Concern>;

/** An accepted risk: who accepted what, until when, and why. */
export const Waiver = z.strictObject({
  concern: z.string(),
  reason: z.string().min(1),
  owner: z.string().min(1),
  /** Last day on which the waiver holds, `YYYY-MM-DD`, UTC. */
  until: z.iso.date(),
});
export type Waiver = z.infer<typeof Waiver>;

export const WaivedConcern = z.strictObject({ ...concernShape, waiver: Waiver });
export type WaivedConcern = z.infer<typeof WaivedConcern>;

/** What cannot be taken back comes before what can: lost data, then leaks, then outages. */
const BY_DAMAGE: readonly Category[] = [
  'data_loss',
  'security_vulnerability',
  'no_rollback',
  'outage_on_deploy',
  'missing_critical_monitoring',
];

function damageOf({ category }: Concern): number {
  const index = BY_DAMAGE.indexOf(category);
  return index === -1 ? BY_DAMAGE.length : index;
}

/**
 * Blockers before everything, then the most severe, then by damage; then by area, path, line and id, so that
 * the order is total.
 */
export function compareConcerns(a: Concern, b: Concern): number {
  return (
    Number(b.deployment_blocker) - Number(a.deployment_blocker) ||
    Priority.options.indexOf(a.priority) - Priority.options.indexOf(b.priority) ||
    damageOf(a) - damageOf(b) ||
    Confidence.options.indexOf(a.confidence) - Confidence.options.indexOf(b.confidence) ||
    Item.options.indexOf(a.area) - Item.options.indexOf(b.area) ||
    compareText(a.evidence[0]?.path ?? '', b.evidence[0]?.path ?? '') ||
    (a.evidence[0]?.line ?? 0) - (b.evidence[0]?.line ?? 0) ||
    compareText(a.id, b.id)
  );
}

/** Code-unit order: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
