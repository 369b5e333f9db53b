import { OpsError, isOpsError } from '../domain/ops-error.ts';
import { keyOf, type PullRef, type ReviewJob } from './job.ts';
import type { PullRecord, ReviewRecord } from './ledger.ts';
import { outcomeOf } from './outcome-of.ts';
import type { LeasedJob } from './queue.ts';
import { tryReact } from './try-react.ts';
import { type JobResult, LEASE_MS, MAX_ATTEMPTS, WALL_MS, type WorkerDeps } from './worker-deps.ts';

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

/** Another attempt still holds a review of this pull request. */
const BUSY_RETRY_MS = 1_000;

/** An aborted review that does not return by then is left behind; its lease is given up either way. */
const ABORT_GRACE_MS = 10_000;

interface Attempt {
  readonly running: Running;
  readonly record: PullRecord;
  readonly review: ReviewRecord;
}

/** Runs the wanted review of a pull request and says in queue and ledger how it ended. */
export async function runReviewJob(
  pull: PullRef,
  running: Running,
  deps: WorkerDeps,
): Promise<void> {
  const { job } = running;
  const record = await deps.ledger.readPull(pull);
  const review = record?.wanted ?? null;
  // Without a check the settlement has not come by yet; it enqueues again when it has.
  if (record === null || review === null || review.end !== null || review.checkId === null) {
    return await deps.queue.complete(job);
  }
  const attempt = { running, record, review };
  // Claimed too often: it takes its process down with it, so it is not started once more.
  if (job.attempt > MAX_ATTEMPTS) return await giveUp(attempt, exhausted(), deps);
  const hold = await deps.ledger.holdReview(review.reviewId, job.holder, LEASE_MS);
  if (hold === 'busy') {
    const options = { afterMs: BUSY_RETRY_MS, reason: 'busy', countAttempt: false };
    return await deps.queue.retry(job, options);
  }
  if (hold !== 'held') return await settleLater(attempt, deps);
  await runHeld(attempt, deps);
}

async function runHeld(attempt: Attempt, deps: WorkerDeps): Promise<void> {
  const { running, record, review } = attempt;
  running.reviewId = review.reviewId;
  running.deadlineAt = deps.now() + deps.settings.deadlineMs;
  const fields = { pull: keyOf(record.pull), headSha: review.headSha };
  deps.log.info({ ...fields, attempt: running.job.attempt }, 'review started');
  try {
    const run = deps.runJob(reviewJob(attempt), {
      signal: running.controller.signal,
      onPhase: (phase) => deps.log.info({ ...fields, phase }, 'review phase'),
    });
    const result = await untilAborted(run, running.controller.signal);
    running.deadlineAt = null;
    if (result.kind === 'published') await finish(attempt, result, deps);
    else if (running.stopped === null) await followHead(attempt, deps);
    else await stop(attempt, running.stopped, deps);
  } catch (error) {
    running.deadlineAt = null;
    if (isOpsError(error, 'store.unavailable', 'store.corrupt')) throw error;
    await (running.stopped === null
      ? fail(attempt, error, deps)
      : stop(attempt, running.stopped, deps));
  }
}

function reviewJob({ running, record, review }: Attempt): ReviewJob {
  return {
    reviewId: review.reviewId,
    pull: record.pull,
    headSha: review.headSha,
    cause: review.cause,
    checkId: review.checkId!,
    commentId: record.commentId,
    history: {
      headSha: record.publishedHeadSha,
      concerns: record.concerns,
      waivers: record.waivers,
    },
    attempt: running.job.attempt,
    deadlineAt: running.deadlineAt!,
  };
}

/** Waits for the run, but not for ever once it was told to stop. */
async function untilAborted<T>(run: Promise<T>, signal: AbortSignal): Promise<T> {
  const given = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => {
      given.reject(new OpsError('cancelled', 'The review did not stop when it was told to.'));
    }, ABORT_GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run, given.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function finish(
  attempt: Attempt,
  result: Extract<JobResult, { kind: 'published' }>,
  deps: WorkerDeps,
): Promise<void> {
  const { running, record, review } = attempt;
  const { verdict, commentId, concerns, retryAfterMs } = result;
  const final = retryAfterMs === null || !mayWait(attempt, retryAfterMs, deps);
  const event = { kind: 'published' as const, verdict, commentId, concerns, final };
  await deps.ledger.record(review.reviewId, event);
  deps.log.info({ pull: keyOf(record.pull), headSha: review.headSha, verdict, final }, 'review published');
  if (!final) {
    const options = { afterMs: retryAfterMs, reason: 'not assessed', countAttempt: true };
    return await deps.queue.retry(running.job, options);
  }
  await deps.queue.complete(running.job);
  await tryReact(record.pull, review.commentId, 'rocket', deps);
}

/** The publisher saw that this head is not the newest any more: what is now wanted is read from GitHub. */
async function followHead(attempt: Attempt, deps: WorkerDeps): Promise<void> {
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

async function stop(attempt: Attempt, reason: StopReason, deps: WorkerDeps): Promise<void> {
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

async function fail(attempt: Attempt, error: unknown, deps: WorkerDeps): Promise<void> {
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
async function giveUp(attempt: Attempt, error: unknown, deps: WorkerDeps): Promise<void> {
  const { running, record, review } = attempt;
  const reason = reasonOf(error);
  await deps.ledger.record(review.reviewId, { kind: 'ended', end: 'failed', reason });
  await enqueueSettle(record.pull, deps);
  await deps.queue.bury(running.job, reason);
}

async function settleLater(attempt: Attempt, deps: WorkerDeps): Promise<void> {
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

function exhausted(): OpsError {
  return new OpsError('worker.failed', `The review broke off ${MAX_ATTEMPTS} times.`, {
    remedy: 'Ask again with /ops recheck; the log of the service says more.',
  });
}

function movedTooOften(): OpsError {
  return new OpsError('github.unavailable', 'The pull request kept moving under its review.', {
    remedy: 'Ask again with /ops recheck.',
  });
}
