import { isOpsError } from '../domain/ops-error.ts';
import { keyOf, type PullRef } from './job.ts';
import type { PullRecord, ReviewRecord } from './ledger.ts';
import { tryReact } from './try-react.ts';
import type { WorkerDeps } from './worker-deps.ts';

/**
 * Makes GitHub show what the ledger says of a pull request: the wanted review has its queued check and waits in the
 * review lane; every review that ended without a verdict has its check ended. Safe to repeat at any point.
 */
export async function settlePull(pull: PullRef, attempt: number, deps: WorkerDeps): Promise<void> {
  const record = await deps.ledger.readPull(pull);
  if (record === null) return;
  const { wanted } = record;
  if (wanted !== null && isLive(wanted)) await launchOrEnd(record, wanted, attempt, deps);
  // Read again: a push may have overtaken the check that was just made.
  const current = (await deps.ledger.readPull(pull)) ?? record;
  for (const review of current.unsettled) {
    if (!isLive(review)) await endReview(current, review, deps);
  }
}

function isLive(review: ReviewRecord): boolean {
  return review.end === null && !review.superseded;
}

/** A head on which GitHub accepts no check of ours cannot be reviewed: gone, or out of our reach. */
async function launchOrEnd(
  record: PullRecord,
  wanted: ReviewRecord,
  attempt: number,
  deps: WorkerDeps,
): Promise<void> {
  try {
    await launch(record, wanted, attempt, deps);
  } catch (error) {
    if (!isOpsError(error, 'github.not-found', 'github.forbidden', 'github.invalid')) throw error;
    deps.log.error({ pull: keyOf(record.pull), headSha: wanted.headSha, err: error }, 'no check');
    const event = { kind: 'ended' as const, end: 'failed' as const, reason: error.explain() };
    await deps.ledger.record(wanted.reviewId, event);
  }
}

async function launch(
  record: PullRecord,
  wanted: ReviewRecord,
  attempt: number,
  deps: WorkerDeps,
): Promise<void> {
  const { pull } = record;
  const { reviewId, headSha } = wanted;
  if (wanted.checkId === null) {
    const recover = attempt > 1;
    const checkId = await deps.host.announce({ reviewId, pull, headSha }, { recover });
    await deps.ledger.record(reviewId, { kind: 'announced', checkId });
    deps.log.info({ pull: keyOf(pull), headSha, checkId }, 'review announced');
  }
  await deps.queue.enqueue({
    lane: 'review',
    key: keyOf(pull),
    payload: { kind: 'review', pull },
    delayMs: wanted.cause === 'pushed' ? deps.settings.debounceMs : 0,
  });
}

async function endReview(
  record: PullRecord,
  review: ReviewRecord,
  deps: WorkerDeps,
): Promise<void> {
  const { pull } = record;
  const end = review.end ?? 'cancelled';
  if (review.end === null) {
    const reason = whyOvertaken(record, review);
    await deps.ledger.record(review.reviewId, { kind: 'ended', end, reason });
  }
  if (review.checkId !== null) await endCheck(record, review, deps);
  await deps.ledger.record(review.reviewId, { kind: 'settled' });
  if (end === 'failed') await tryReact(pull, review.commentId, 'confused', deps);
}

async function endCheck(record: PullRecord, review: ReviewRecord, deps: WorkerDeps): Promise<void> {
  const { pull } = record;
  try {
    await deps.host.endCheck({
      pull,
      checkId: review.checkId!,
      conclusion: review.end === 'failed' ? 'action_required' : 'cancelled',
      reason: review.reason ?? whyOvertaken(record, review),
    });
  } catch (error) {
    // The check, the repository or our access to it is gone: there is nothing left to end.
    if (!isOpsError(error, 'github.not-found', 'github.forbidden')) throw error;
    deps.log.warn({ pull: keyOf(pull), checkId: review.checkId, err: error }, 'check not ended');
  }
}

function whyOvertaken(record: PullRecord, review: ReviewRecord): string {
  if (!record.open) return 'The pull request was closed.';
  if (record.headSha !== review.headSha) return `Replaced by ${record.headSha.slice(0, 7)}.`;
  return record.wanted?.reviewId === review.reviewId
    ? 'Called off by /ops cancel.'
    : 'Replaced by a newer review of the same commit.';
}
