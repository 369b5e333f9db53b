import { isOpsError } from '../domain/ops-error.ts';
import type { Running, StopReason } from './end-attempt.ts';
import { outcomeOf } from './outcome-of.ts';
import type { Lane, LeasedJob } from './queue.ts';
import { runCommand } from './run-command.ts';
import { runReviewJob } from './run-review-job.ts';
import { settlePull } from './settle-pull.ts';
import { LEASE_MS, MAX_ATTEMPTS, type WorkerDeps } from './worker-deps.ts';

/** Announcements are short; a few at a time keep one slow answer of GitHub from holding up the others. */
const ANNOUNCE_SLOTS = 4;

const POLL_MS = 500;

/**
 * Takes jobs from the queue and runs them: announcements in a lane of their own, so that a check is shown as queued
 * while every review slot is busy. `tick` and `beat` do the work; `start` only calls them again and again.
 */
export class Worker {
  readonly #deps: WorkerDeps;
  readonly #running = new Map<Running, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #state: 'idle' | 'started' | 'stopping' = 'idle';

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#state === 'started';
  }

  start(): void {
    this.#state = 'started';
    this.#schedule(0);
  }

  /** Something was enqueued or superseded: look now, not at the next poll. */
  wake(): void {
    if (this.#state === 'started') this.#schedule(0);
  }

  /** Starts what is due and fits into the free slots. */
  async tick(): Promise<void> {
    await this.#fill('announce', ANNOUNCE_SLOTS);
    await this.#fill('review', this.#deps.settings.concurrency);
  }

  /** Renews the leases of what runs, and stops what is overtaken, past its deadline, or no longer ours. */
  async beat(): Promise<void> {
    for (const running of this.#running.keys()) {
      const reason = await this.#stopReason(running);
      if (reason !== null) abort(running, reason);
    }
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /**
   * Takes no new job, lets running ones finish for `graceMs`, then stops them and hands their leases back, so that
   * the next process goes on at once.
   */
  async stop(graceMs: number): Promise<void> {
    this.#state = 'stopping';
    await this.#turn;
    const beats = setInterval(() => void this.#guard(async () => await this.beat()), POLL_MS);
    clearTimeout(this.#timer);
    const drained = await Promise.race([this.idle().then(() => true), after(graceMs)]);
    if (!drained) for (const running of this.#running.keys()) abort(running, 'drain');
    await this.idle();
    clearInterval(beats);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#turn = this.#turn.then(async () => await this.#takeTurn());
    }, delayMs);
  }

  async #takeTurn(): Promise<void> {
    if (this.#state !== 'started') return;
    await this.#guard(async () => {
      await this.beat();
      await this.tick();
    });
    if (this.#state === 'started') this.#schedule(POLL_MS);
  }

  /** The store may be away for a while; the next turn tries again. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'worker turn failed');
    }
  }

  async #fill(lane: Lane, slots: number): Promise<void> {
    const active = [...this.#running.keys()].filter(({ job }) => job.lane === lane).length;
    const jobs = await this.#deps.queue.claim(lane, slots - active, LEASE_MS);
    for (const job of jobs) this.#launch(job);
  }

  #launch(job: LeasedJob): void {
    const running: Running = {
      job,
      controller: new AbortController(),
      reviewId: null,
      deadlineAt: null,
      stopped: null,
    };
    const done = this.#run(running).finally(() => {
      this.#running.delete(running);
      this.wake();
    });
    this.#running.set(running, done);
  }

  /** Never rejects: what a handler could not put right itself is left to the lease. */
  async #run(running: Running): Promise<void> {
    const { job } = running;
    try {
      if (job.payload.kind === 'review') {
        await runReviewJob(job.payload.pull, running, this.#deps);
      } else {
        await this.#runShort(job);
      }
    } catch (error) {
      const fields = { lane: job.lane, key: job.key, attempt: job.attempt };
      this.#deps.log.error({ ...fields, err: error }, 'job left to its lease');
    }
  }

  async #runShort(job: LeasedJob): Promise<void> {
    try {
      await this.#handleShort(job);
      await this.#deps.queue.complete(job);
    } catch (error) {
      if (isOpsError(error, 'store.unavailable', 'store.corrupt')) throw error;
      await this.#retryShort(job, error);
    }
  }

  async #handleShort(job: LeasedJob): Promise<void> {
    const { payload } = job;
    if (payload.kind === 'settle') await settlePull(payload.pull, job.attempt, this.#deps);
    if (payload.kind === 'command') {
      await runCommand(payload.request, payload.deliveryId, this.#deps);
    }
  }

  /** A settlement that is given up is found again by the reconciler, which starts its attempts anew. */
  async #retryShort(job: LeasedJob, error: unknown): Promise<void> {
    const outcome = outcomeOf(error, job.attempt);
    const fields = { key: job.key, attempt: job.attempt, outcome: outcome.kind };
    this.#deps.log.warn({ ...fields, err: error }, 'announcement failed');
    const reason = isOpsError(error) ? error.explain() : 'internal error';
    if (outcome.kind !== 'retry' || job.attempt >= MAX_ATTEMPTS) {
      return await this.#deps.queue.bury(job, reason);
    }
    await this.#deps.queue.retry(job, { afterMs: outcome.afterMs, reason, countAttempt: true });
  }

  async #stopReason(running: Running): Promise<StopReason | null> {
    const { job } = running;
    if (!(await this.#deps.queue.extend(job, LEASE_MS))) return 'lease_lost';
    // Read after the wait: a review that ended meanwhile must not be held again.
    const { reviewId, deadlineAt } = running;
    if (reviewId === null || deadlineAt === null) return null;
    if (this.#deps.now() >= deadlineAt) return 'deadline';
    const hold = await this.#deps.ledger.holdReview(reviewId, job.holder, LEASE_MS);
    if (hold === 'held') return null;
    return hold === 'busy' ? 'lease_lost' : 'superseded';
  }
}

function abort(running: Running, reason: StopReason): void {
  if (running.stopped !== null) return;
  running.stopped = reason;
  running.controller.abort();
}

async function after(ms: number): Promise<false> {
  return await new Promise((resolve) => {
    setTimeout(resolve, ms, false).unref();
  });
}
