import type { ConfigLoad, RepoConfig } from '../domain/configuration.ts';
import type { AgentStatus, Verdict } from '../domain/vocabulary.ts';

export interface VerdictInput {
  /** Open concerns that block, after tier and waivers. */
  readonly blockers: number;
  /** All open concerns of the change. */
  readonly concerns: number;
  readonly config: ConfigLoad['kind'];
  /** Of the configuration that the change proposes; null when it proposes none. */
  readonly proposedConfig: ConfigLoad['kind'] | null;
  readonly policy: Pick<RepoConfig, 'block_on' | 'on_agent_unavailable'>;
  /** The file list or a tree is not whole. */
  readonly incomplete: boolean;
  /** Rules that could not finish on a file that they claim. */
  readonly failures: number;
  readonly agent: AgentStatus;
}

export type Reason =
  | 'blockers'
  | 'blockers_observed'
  | 'concerns'
  | 'config_invalid'
  | 'config_unavailable'
  | 'proposed_config_invalid'
  | 'incomplete'
  | 'rule_failures'
  | 'agent_awaiting_maintainer'
  | 'agent_incomplete'
  | 'agent_incomplete_accepted'
  | 'rules_only'
  | 'clean';

export interface Decision {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/**
 * The verdict, decided here and nowhere else. Pure: the same input gives the same verdict, and neither text
 * of the pull request nor prose of a model is an input. Blockers come first, so nothing that fails to run
 * can hide one; what was not looked at comes second, so it never passes for clean.
 */
export function decideVerdict(input: VerdictInput): Decision {
  const observed = input.policy.block_on === 'never' && input.blockers > 0;
  const gaps = gapsOf(input);
  if (input.blockers > 0 && !observed)
    return { verdict: 'blocked', reasons: ['blockers', ...gaps] };
  if (gaps.length > 0)
    return { verdict: 'not_assessed', reasons: observed ? [...gaps, 'blockers_observed'] : gaps };
  const labels = labelsOf(input);
  if (observed)
    return { verdict: 'ready_with_concerns', reasons: ['blockers_observed', ...labels] };
  if (input.concerns > 0)
    return { verdict: 'ready_with_concerns', reasons: ['concerns', ...labels] };
  return { verdict: 'ready', reasons: ['clean', ...labels] };
}

/** What keeps a review from being conclusive. */
function gapsOf(input: VerdictInput): Reason[] {
  const gaps: Reason[] = [];
  // A change that mends the broken file must be able to pass, or nobody could ever mend it.
  const mended = input.proposedConfig === 'loaded' || input.proposedConfig === 'absent';
  if (input.config === 'invalid' && !mended) gaps.push('config_invalid');
  // And one that breaks it must not: every review after it would be stuck.
  if (input.proposedConfig === 'invalid') gaps.push('proposed_config_invalid');
  if (input.config === 'unavailable') gaps.push('config_unavailable');
  if (input.incomplete) gaps.push('incomplete');
  if (input.failures > 0) gaps.push('rule_failures');
  if (input.agent === 'awaiting_maintainer') gaps.push('agent_awaiting_maintainer');
  else if (isIncomplete(input.agent) && input.policy.on_agent_unavailable === 'block')
    gaps.push('agent_incomplete');
  return gaps;
}

/** What a conclusive review has to say about how it came about. */
function labelsOf(input: VerdictInput): Reason[] {
  if (input.agent === 'skipped') return ['rules_only'];
  return isIncomplete(input.agent) ? ['agent_incomplete_accepted'] : [];
}

function isIncomplete(agent: AgentStatus): boolean {
  return agent !== 'ok' && agent !== 'skipped';
}
