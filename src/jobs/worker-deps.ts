import type { Concern } from '../domain/concern.ts';
import type { Verdict } from '../domain/vocabulary.ts';
import type { PullRef, RepositoryRef, ReviewJob } from './job.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Queue } from './queue.ts';

/** How one attempt at a review ended without an error. */
export type JobResult =
  | {
      readonly kind: 'published';
      readonly verdict: Verdict;
      /** Null when no comment was wanted. */
      readonly commentId: number | null;
      readonly concerns: readonly Concern[];
      /** The outcome may heal by itself: when to try again, milliseconds. Null is final. */
      readonly retryAfterMs: number | null;
    }
  /** The pull request moved on or was closed while the review ran; nothing was written for it. */
  | { readonly kind: 'superseded' };

export interface JobRun {
  /** Aborted when the review is overtaken, past its deadline, or the process shuts down. */
  readonly signal: AbortSignal;
  onPhase(phase: string): void;
}

/** A pull request as GitHub shows it now. */
export interface PullHead {
  readonly headSha: string;
  readonly open: boolean;
  /** When it last changed, epoch milliseconds. */
  readonly changedAt: number;
}

/** One entry of a list of open pull requests. Lists lag behind writes. */
export interface OpenPull {
  readonly pull: PullRef;
  readonly headSha: string;
  readonly changedAt: number;
}

/** A check run whose review will never be published. */
export interface EndingCheck {
  readonly pull: PullRef;
  readonly checkId: number;
  readonly conclusion: 'cancelled' | 'action_required';
  /** One sentence for people. */
  readonly reason: string;
}

export type Permission = 'admin' | 'write' | 'read' | 'none';

export type Reaction = 'eyes' | 'rocket' | 'confused';

/** What the worker asks GitHub for. Every function throws `OpsError` (`github.*`). */
export interface PullHost {
  /**
   * Creates the queued check run and answers its id. After a crash the run may exist already: with `recover` it is
   * looked for first.
   */
  announce(
    review: { readonly reviewId: string; readonly pull: PullRef; readonly headSha: string },
    options: { readonly recover: boolean },
  ): Promise<number>;
  endCheck(check: EndingCheck): Promise<void>;
  /** Null when the pull request does not exist any more. */
  readHead(pull: PullRef): Promise<PullHead | null>;
  /** `maintain` counts as `write`, `triage` as `read`. */
  readPermission(repository: RepositoryRef, user: string): Promise<Permission>;
  react(repository: RepositoryRef, commentId: number, reaction: Reaction): Promise<void>;
  /** Answers `/ops help`. */
  replyHelp(pull: PullRef): Promise<void>;
  /** A round through the open pull requests of every installation; long lists take several rounds. */
  listOpenPulls(): AsyncIterable<OpenPull>;
  /** True when this head has a check run of ours that ended with a verdict, of whatever kind. */
  hasFinishedCheck(pull: PullRef, headSha: string): Promise<boolean>;
}

export interface WorkerSettings {
  /** Reviews at a time. */
  readonly concurrency: number;
  /** Active work on one attempt. */
  readonly deadlineMs: number;
  /** A push waits this long for the next one. */
  readonly debounceMs: number;
}

export interface WorkerDeps {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly host: PullHost;
  /** Rejects with `OpsError`, and promptly once the signal is aborted. */
  runJob(job: ReviewJob, run: JobRun): Promise<JobResult>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly settings: WorkerSettings;
}

/** A crash, a stopped process, or a frozen one gives its work up after this time. */
export const LEASE_MS = 30_000;

/** Attempts at a review or a settlement before it is given up. */
export const MAX_ATTEMPTS = 6;

/** From the first start of a review to its end, waiting for GitHub or the model included. */
export const WALL_MS = 30 * 60_000;
