import type { RepoConfig } from '../domain/configuration.ts';
import type { Concern } from '../domain/concern.ts';
import type { CriticalCategory, Tier } from '../domain/vocabulary.ts';

/**
 * Which critical categories stop a deploy at which tier; published in `docs/operating.md`. A prototype may
 * fall over, but it may not lose data or leak; from startup on, all five stop it.
 */
export const BLOCKING_BY_TIER: Readonly<Record<Tier, ReadonlySet<CriticalCategory>>> = {
  prototype: new Set(['security_vulnerability', 'data_loss']),
  startup: new Set([
    'security_vulnerability',
    'data_loss',
    'no_rollback',
    'missing_critical_monitoring',
    'outage_on_deploy',
  ]),
  enterprise: new Set([
    'security_vulnerability',
    'data_loss',
    'no_rollback',
    'missing_critical_monitoring',
    'outage_on_deploy',
  ]),
};

/** Holds a blocker back when the tier does not count its category; it stays critical and visible. */
export function applyTier(concern: Concern, config: Pick<RepoConfig, 'tier'>): Concern {
  if (!concern.deployment_blocker) return concern;
  const blocking: ReadonlySet<string> = BLOCKING_BY_TIER[config.tier];
  return blocking.has(concern.category) ? concern : { ...concern, deployment_blocker: false };
}
