import type { NotRead } from '../../domain/report.ts';
import { labelOr, shortSha, type View } from './view.ts';

export interface Coverage {
  /** Ours: how many files were looked at by what. */
  readonly read: readonly string[];
  readonly head: string;
  /** Foreign: the model's name. Null without one. */
  readonly model: string | null;
  /** Ours: what the review cost, or that its replies were scripted. */
  readonly cost: string | null;
}

export function coverageOf({ report, review, t }: View): Coverage {
  const { coverage, agent, usage } = report;
  const agentPart =
    agent.status === 'skipped'
      ? t.coverage.noAgent
      : t.coverage.agent(coverage.files_by_agent, coverage.files_changed);
  const cost = usage?.cost_usd ?? null;
  return {
    read: [
      t.coverage.rules(coverage.files_by_rules, coverage.files_changed),
      `${agentPart}${leftOut(coverage.not_read, t)}`,
    ],
    head: shortSha(report.subject.head_sha),
    model: review.scripted || usage === null ? null : usage.model,
    cost: review.scripted ? t.coverage.scripted : cost === null ? null : t.dollars(cost),
  };
}

/** ` (2 left out: generated)`; with several reasons the number alone, the list stands in its own place. */
function leftOut(notRead: readonly NotRead[], t: View['t']): string {
  if (notRead.length === 0) return '';
  const reasons = new Set(notRead.map(({ reason }) => reason));
  const [only] = reasons;
  return reasons.size === 1 && only !== undefined && Object.hasOwn(t.notRead, only)
    ? ` (${t.coverage.leftOutFor(notRead.length, labelOr(t.notRead, only))})`
    : ` (${t.coverage.leftOut(notRead.length)})`;
}
