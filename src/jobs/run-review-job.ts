import { OpsError, isOpsError } from '../domain/ops-error.ts';
import {
  type Attempt,
  BUSY_RETRY_MS,
  exhausted,
  fail,
  finish,
  followHead,
  giveUp,
  type Running,
  settleLater,
  stop,
} from './end-attempt.ts';
import { keyOf, type PullRef, type ReviewJob } from './job.ts';
import { LEASE_MS, MAX_ATTEMPTS, type WorkerDeps } from './worker-deps.ts';

/** An aborted review that does not return by then is left behind; its lease is given up either way. */
const ABORT_GRACE_MS = 10_000;

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
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run, given.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
