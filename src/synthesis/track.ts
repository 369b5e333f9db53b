import type { AgentStatus } from '../domain/vocabulary.ts';
import type { Concern } from '../domain/concern.ts';
import type { ReviewedFile, ReviewHistory } from './context.ts';
import { fileOf } from './touched.ts';

export interface Tracked {
  readonly concerns: readonly Concern[];
  readonly resolved: readonly Concern[];
}

/**
 * Compares with the last published review of the same pull request. A blocker of the agent stays while its
 * code stays: asking again is no way to get a better answer. When the agent did not finish this time, what it
 * said last time stays for the same reason.
 */
export function trackConcerns(
  concerns: readonly Concern[],
  history: ReviewHistory,
  files: readonly ReviewedFile[],
  agent: AgentStatus,
): Tracked {
  const known = new Set(history.concerns.map((c) => c.id));
  const now = new Set(concerns.map((c) => c.id));
  const gone = history.concerns.filter((c) => !now.has(c.id));
  const kept = gone.filter(
    (c) => c.rule === null && (c.deployment_blocker || agent !== 'ok') && stillThere(c, files),
  );
  return {
    concerns: [
      ...concerns.map((c): Concern => ({ ...c, state: known.has(c.id) ? 'open' : 'new' })),
      ...kept.map((c): Concern => ({ ...c, state: 'open' })),
    ],
    resolved: gone
      .filter((c) => !kept.includes(c))
      .map((c): Concern => ({ ...c, state: 'resolved', deployment_blocker: false })),
  };
}

/** The first quoted lines still stand in the file, wherever they have moved. */
function stillThere(concern: Concern, files: readonly ReviewedFile[]): boolean {
  const evidence = concern.evidence[0];
  if (evidence === undefined) return false;
  const text = fileOf(evidence, files)?.[evidence.side] ?? null;
  // A redacted quote cannot be searched for in the text: its file being part of the change has to do.
  return text !== null && (evidence.redacted || text.includes(evidence.quote));
}
