import type { JobPayload } from './job.ts';

/** `announce` is short and never waits for a review slot: it keeps GitHub's picture true within seconds. */
export type Lane = 'announce' | 'review';

export interface NewJob {
  readonly lane: Lane;
  /** At most one job waits per lane and key: a second one only moves the time of the first. */
  readonly key: string;
  readonly payload: JobPayload;
  readonly delayMs: number;
}

/** A job that this process holds until the lease runs out. */
export interface LeasedJob {
  readonly id: string;
  readonly lane: Lane;
  readonly key: string;
  readonly payload: JobPayload;
  /** Counts every time that the job was handed out, crashes included; 1 for the first. */
  readonly attempt: number;
  /** Names this attempt of this job in this process. */
  readonly holder: string;
}

export interface RetryOptions {
  readonly afterMs: number;
  readonly reason: string;
  /** False hands the attempt back: the job was not at fault (a shutdown, another review running). */
  readonly countAttempt: boolean;
}

/**
 * Durable work, at least once. A job whose lease runs out is handed out again. Every method throws `OpsError`
 * (`store.unavailable`) when the store cannot be reached.
 */
export interface Queue {
  enqueue(job: NewJob): Promise<void>;
  /** Oldest due jobs first. While a lease lasts, nobody else gets that job or another one of its lane and key. */
  claim(lane: Lane, limit: number, leaseMs: number): Promise<readonly LeasedJob[]>;
  /** False when the lease was lost meanwhile: the holder must stop. */
  extend(job: LeasedJob, leaseMs: number): Promise<boolean>;
  /** The three endings do nothing when the lease was lost. */
  complete(job: LeasedJob): Promise<void>;
  /** When a newer job already waits under the same key, that one takes the place of this. */
  retry(job: LeasedJob, options: RetryOptions): Promise<void>;
  /** Dead letter: kept for people to look at, never handed out again. */
  bury(job: LeasedJob, reason: string): Promise<void>;
}
