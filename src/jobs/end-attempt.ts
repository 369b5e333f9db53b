import { OpsError, isOpsError } from '../domain/ops-error.ts';
import { keyOf, type PullRef } from './job.ts';
import type { PullRecord, ReviewRecord } from './ledger.ts';
import { outcomeOf } from './outcome-of.ts';
import type { LeasedJob } from './queue.ts';
import { tryReact } from './try-react.ts';
import { type JobResult, MAX_ATTEMPTS, WALL_MS, type WorkerDeps } from './worker-deps.ts';

/** Why a running review has to stop. */
export type StopReason = 'superseded' | 'deadline' | 'lease_lost' | 'drain';

/** What the worker keeps of a job while it runs. */
export interface Running {
  readonly job: LeasedJob;
  readonly controller: AbortController;
  reviewId: string | null;
  deadlineAt: number | null;
  stopped: StopReason | null;
}

/** Somebody else is still at it, or GitHub is not yet where we are: look again soon. */
export const BUSY_RETRY_MS = 1_000;

/** One attempt at one review. */
export interface Attempt {
  readonly running: Running;
  readonly record: PullRecord;
  readonly review: ReviewRecord;
}

/** It ran to its end. */
export async function finish(
  attempt: Attempt,
  result: Extract<JobResult, { kind: 'published' }>,
  deps: WorkerDeps,
): Promise<void> {
  const { running, record, review } = attempt;
  const { verdict, commentId, concerns, retryAfterMs } = result;
  const final = retryAfterMs === null || !mayWait(attempt, retryAfterMs, deps);
  const event = { kind: 'published' as const, verdict, commentId, concerns, final };
  await deps.ledger.record(review.reviewId, event);
  deps.log.info(
    { pull: keyOf(record.pull), headSha: review.headSha, verdict, final },
    'review published',
  );
  if (!final) {
    const options = { afterMs: retryAfterMs, reason: 'not assessed', countAttempt: true };
    return await deps.queue.retry(running.job, options);
  }
  await deps.queue.complete(running.job);
  await tryReact(record.pull, review.commentId, 'rocket', deps);
}

/** The publisher saw that this head is not the newest any more: what is now wanted is read from GitHub. */
export async function followHead(attempt: Attempt, deps: WorkerDeps): Promise<void> {
  const { record, review } = attempt;
  const { pull } = record;
  const head = await deps.host.readHead(pull);
  if (head !== null && head.open && head.headSha === review.headSha) {
    return await retryOrGiveUp(attempt, BUSY_RETRY_MS, movedTooOften(), deps);
  }
  const changedAt = Math.max(head?.changedAt ?? 0, record.changedAt);
  const request =
    head === null || !head.open
      ? { kind: 'close' as const, pull, headSha: review.headSha, changedAt, closed: true }
      : {
          kind: 'review' as const,
          pull,
          headSha: head.headSha,
          beforeSha: review.headSha,
          changedAt,
          cause: 'moved' as const,
          commentId: review.commentId,
        };
  await deps.ledger.accept({ deliveryId: null, request });
  await settleLater(attempt, deps);
}

export async function stop(attempt: Attempt, reason: StopReason, deps: WorkerDeps): Promise<void> {
  const { running, record, review } = attempt;
  deps.log.info({ pull: keyOf(record.pull), headSha: review.headSha, reason }, 'review stopped');
  switch (reason) {
    case 'superseded':
      return await settleLater(attempt, deps);
    case 'deadline':
      return await giveUp(attempt, pastDeadline(deps.settings.deadlineMs), deps);
    case 'drain':
      await deps.ledger.record(review.reviewId, { kind: 'released' });
      return await deps.queue.retry(running.job, {
        afterMs: 0,
        reason: 'shutdown',
        countAttempt: false,
      });
    case 'lease_lost':
      // Somebody else runs it now; nothing of it is ours to write.
      return;
  }
}

export async function fail(attempt: Attempt, error: unknown, deps: WorkerDeps): Promise<void> {
  const { running, record, review } = attempt;
  const outcome = outcomeOf(error, running.job.attempt);
  const fields = { pull: keyOf(record.pull), headSha: review.headSha, outcome: outcome.kind };
  deps.log.error({ ...fields, err: error }, 'review failed');
  switch (outcome.kind) {
    case 'retry':
      return await retryOrGiveUp(attempt, outcome.afterMs, error, deps);
    case 'cancelled':
      // Nobody told it to stop, so it has to be tried again.
      return await retryOrGiveUp(attempt, BUSY_RETRY_MS, error, deps);
    case 'give-up':
      return await giveUp(attempt, error, deps);
  }
}

async function retryOrGiveUp(
  attempt: Attempt,
  afterMs: number,
  error: unknown,
  deps: WorkerDeps,
): Promise<void> {
  if (!mayWait(attempt, afterMs, deps)) return await giveUp(attempt, error, deps);
  await deps.ledger.record(attempt.review.reviewId, { kind: 'released' });
  const options = { afterMs, reason: reasonOf(error), countAttempt: true };
  await deps.queue.retry(attempt.running.job, options);
}

function mayWait({ running, review }: Attempt, afterMs: number, deps: WorkerDeps): boolean {
  const firstStartedAt = review.firstStartedAt ?? deps.now();
  return running.job.attempt < MAX_ATTEMPTS && deps.now() + afterMs - firstStartedAt <= WALL_MS;
}

/** The check ends as `action_required`: a review that did not run to its end never lets a merge through. */
export async function giveUp(attempt: Attempt, error: unknown, deps: WorkerDeps): Promise<void> {
  const { running, record, review } = attempt;
  const reason = reasonOf(error);
  await deps.ledger.record(review.reviewId, { kind: 'ended', end: 'failed', reason });
  await enqueueSettle(record.pull, deps);
  await deps.queue.bury(running.job, reason);
}

export async function settleLater(attempt: Attempt, deps: WorkerDeps): Promise<void> {
  await enqueueSettle(attempt.record.pull, deps);
  await deps.queue.complete(attempt.running.job);
}

async function enqueueSettle(pull: PullRef, deps: WorkerDeps): Promise<void> {
  const payload = { kind: 'settle' as const, pull };
  await deps.queue.enqueue({ lane: 'announce', key: keyOf(pull), payload, delayMs: 0 });
}

/** What people read on the check. An error that is not ours may hold anything, so its text stays in the log. */
function reasonOf(error: unknown): string {
  return isOpsError(error) ? error.explain() : 'The review broke off with an internal error.';
}

function pastDeadline(deadlineMs: number): OpsError {
  const seconds = Math.round(deadlineMs / 1000);
  return new OpsError('cancelled', `The review did not finish within ${seconds} seconds.`, {
    remedy: 'Ask again with /ops recheck.',
  });
}

export function exhausted(): OpsError {
  return new OpsError('worker.failed', `The review broke off ${MAX_ATTEMPTS} times.`, {
    remedy: 'Ask again with /ops recheck; the log of the service says more.',
  });
}

function movedTooOften(): OpsError {
  return new OpsError('github.unavailable', 'The pull request kept moving under its review.', {
    remedy: 'Ask again with /ops recheck.',
  });
}
