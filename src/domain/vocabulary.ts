import { z } from 'zod';

/** The words of the product. Ids are never translated; their labels live in `i18n/`. */

export const Language = z.enum(['en', 'vi']);
export type Language = z.infer<typeof Language>;

/** A text in both languages. Rules carry their own; fixed phrases live in `i18n/`. */
export interface Localized {
  readonly en: string;
  readonly vi: string;
}

export const ConcernType = z.enum([
  'reliability',
  'scalability',
  'security',
  'operability',
  'user_experience',
]);
export type ConcernType = z.infer<typeof ConcernType>;

/** Most severe first: the order of the enumeration is the order in which concerns are shown. */
export const Priority = z.enum(['critical', 'high', 'medium', 'low']);
export type Priority = z.infer<typeof Priority>;

export const Confidence = z.enum(['high', 'medium', 'low']);
export type Confidence = z.infer<typeof Confidence>;

export const Pillar = z.enum([
  'observability',
  'reliability',
  'scalability',
  'security',
  'operability',
]);
export type Pillar = z.infer<typeof Pillar>;

/** The twenty checklist items, also the areas of a concern, in the order in which they are shown. */
export const Item = z.enum([
  'logging',
  'metrics',
  'tracing',
  'alerting',
  'error_handling',
  'retries',
  'circuit_breakers',
  'timeouts',
  'horizontal_scaling',
  'database',
  'caching',
  'rate_limiting',
  'authentication',
  'authorization',
  'secrets',
  'input_validation',
  'deployment',
  'rollback',
  'configuration',
  'documentation',
]);
export type Item = z.infer<typeof Item>;

const PILLARS = Pillar.options;

/** Four consecutive items belong to each pillar. */
export function pillarOf(item: Item): Pillar {
  return PILLARS[Math.floor(Item.options.indexOf(item) / 4)]!;
}

/** Observability has no type of its own in the record, so its items count as operability. */
export function typeOf(item: Item): ConcernType {
  const pillar = pillarOf(item);
  return pillar === 'observability' ? 'operability' : pillar;
}

export const CriticalCategory = z.enum([
  'security_vulnerability',
  'data_loss',
  'no_rollback',
  'missing_critical_monitoring',
  'outage_on_deploy',
]);
export type CriticalCategory = z.infer<typeof CriticalCategory>;

/** The five critical categories first, then four high, four medium, four low. */
export const Category = z.enum([
  ...CriticalCategory.options,
  'performance_at_scale',
  'missing_error_handling',
  'no_graceful_degradation',
  'poor_observability',
  'technical_debt',
  'suboptimal_ux',
  'missing_feature',
  'documentation_gap',
  'optimization',
  'ux_improvement',
  'code_cleanup',
  'additional_testing',
]);
export type Category = z.infer<typeof Category>;

export function isCriticalCategory(category: Category): category is CriticalCategory {
  return CriticalCategory.safeParse(category).success;
}

export const Principle = z.enum([
  'demo_is_not_production',
  'happy_path_is_rare',
  'chaos_is_constant',
  'observability_is_oxygen',
]);
export type Principle = z.infer<typeof Principle>;

export const Origin = z.enum(['introduced', 'enabled', 'pre_existing']);
export type Origin = z.infer<typeof Origin>;

export const ConcernState = z.enum(['new', 'open', 'resolved', 'waived']);
export type ConcernState = z.infer<typeof ConcernState>;

export const Source = z.enum(['rule', 'agent', 'both']);
export type Source = z.infer<typeof Source>;

export const Side = z.enum(['head', 'base']);
export type Side = z.infer<typeof Side>;

export const ChecklistStatus = z.enum(['met', 'gap', 'not_touched', 'unknown']);
export type ChecklistStatus = z.infer<typeof ChecklistStatus>;

export const FailureModeVerdict = z.enum(['survives', 'degrades', 'breaks', 'unknown']);
export type FailureModeVerdict = z.infer<typeof FailureModeVerdict>;

/** How the agent's part of a review ended. Only `ok` and `skipped` are conclusive. */
export const AgentStatus = z.enum([
  'ok',
  'skipped',
  'awaiting_maintainer',
  'invalid_output',
  'refused',
  'unavailable',
  'deadline',
  'incomplete',
  'budget',
  'provider_budget',
  'config',
  'too_large',
]);
export type AgentStatus = z.infer<typeof AgentStatus>;

export const Verdict = z.enum(['ready', 'ready_with_concerns', 'blocked', 'not_assessed']);
export type Verdict = z.infer<typeof Verdict>;

/** The tier shifts what an organisation treats as a blocker; it never hides a concern. */
export const Tier = z.enum(['prototype', 'startup', 'enterprise']);
export type Tier = z.infer<typeof Tier>;
