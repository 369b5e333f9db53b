import type { Concern, Waiver } from '../domain/concern.ts';
import type { Verdict } from '../domain/vocabulary.ts';
import type { JobRequest, PullRef, RepositoryRef, ReviewCause } from './job.ts';

/** How a review ended. `published` has its verdict on GitHub; the others say why there is none. */
export type ReviewEnd = 'published' | 'cancelled' | 'failed';

/** One review of one head, from the wish to its end. */
export interface ReviewRecord {
  readonly reviewId: string;
  readonly headSha: string;
  readonly cause: ReviewCause;
  /** Null until the check run stands on GitHub. */
  readonly checkId: number | null;
  /** The command comment that is answered with a reaction when the review ends. */
  readonly commentId: number | null;
  /** A newer wish took its place: it must end as cancelled, whatever it finds. */
  readonly superseded: boolean;
  readonly end: ReviewEnd | null;
  /** Shown to people when `end` is `failed`. */
  readonly reason: string | null;
  /** GitHub shows the end. A review without a check has nothing to show. */
  readonly settled: boolean;
  /** Epoch milliseconds. */
  readonly firstStartedAt: number | null;
  readonly endedAt: number | null;
}

/** What is known of one pull request. */
export interface PullRecord {
  readonly pull: PullRef;
  readonly open: boolean;
  readonly headSha: string;
  readonly beforeSha: string | null;
  readonly changedAt: number;
  /** Our comment; null before the first one. */
  readonly commentId: number | null;
  readonly publishedHeadSha: string | null;
  readonly concerns: readonly Concern[];
  readonly waivers: readonly Waiver[];
  /** The newest wish, also after it ended; null before the first one. */
  readonly wanted: ReviewRecord | null;
  /** Reviews whose end GitHub does not show yet, the wanted one included, oldest first. */
  readonly unsettled: readonly ReviewRecord[];
}

/** A delivery as it was accepted. `deliveryId` is null for wishes of our own (reconciler, commands). */
export interface Arrival {
  readonly deliveryId: string | null;
  readonly request: JobRequest;
}

export type Acceptance =
  | 'queued'
  /** This delivery has been worked off, or its wish already stands. */
  | 'duplicate'
  /** The event is older than what is known. */
  | 'stale';

/** What happens to a review, in the order in which it can happen. */
export type ReviewEvent =
  | { readonly kind: 'announced'; readonly checkId: number }
  | {
      readonly kind: 'published';
      readonly verdict: Verdict;
      readonly commentId: number | null;
      readonly concerns: readonly Concern[];
      /** False keeps the review alive: the same review is tried again later. */
      readonly final: boolean;
    }
  | { readonly kind: 'ended'; readonly end: ReviewEnd; readonly reason: string }
  /** GitHub shows the end. */
  | { readonly kind: 'settled' }
  /** The holder lets go of the review, so that the next attempt need not wait for the lease. */
  | { readonly kind: 'released' };

/** Answer to a process that wants to run a review, or to go on with it. */
export type Hold = 'held' | 'busy' | 'superseded' | 'ended';

/**
 * The memory of the service: deliveries, wanted heads, reviews, published concerns, waivers, audit. Engines only
 * store; what follows from what is decided by `decideWanted`. Every method throws `OpsError`
 * (`store.unavailable`) when the store cannot be reached.
 */
export interface Ledger {
  /**
   * One transaction: remember the delivery, move the wanted head, supersede a review that is overtaken, enqueue
   * the job. When it returns, nothing of the arrival can be lost.
   */
  accept(arrival: Arrival): Promise<Acceptance>;
  readPull(pull: PullRef): Promise<PullRecord | null>;
  /** Open pull requests whose wanted head is this one; with null, those that have an unsettled review. */
  findPulls(
    where: { repository: RepositoryRef; headSha: string } | null,
  ): Promise<readonly PullRef[]>;
  /**
   * Takes or renews the lease on a review. At most one review of a pull request is held by anybody at any time.
   * `holder` names one attempt of one job in one process.
   */
  holdReview(reviewId: string, holder: string, leaseMs: number): Promise<Hold>;
  record(reviewId: string, event: ReviewEvent): Promise<void>;
  /** Ends a command: who asked for what and what was answered; marks its delivery as worked off. */
  audit(entry: AuditEntry): Promise<void>;
}

export interface AuditEntry {
  readonly repository: RepositoryRef;
  readonly pull: number | null;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly deliveryId: string | null;
}
