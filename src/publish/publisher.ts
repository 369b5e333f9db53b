import type { Review } from '../domain/review.ts';

/** The phases that people see while a review runs. */
export type ReviewPhase = 'reading' | 'rules' | 'agent' | 'writing';

export type PublishOutcome =
  | { readonly kind: 'published' }
  /** The pull request has moved on: nothing was written but the end of this head's own check. */
  | { readonly kind: 'superseded' };

/** Where a review is shown. Implemented for GitHub, and for files and the terminal. */
export interface Publisher {
  /** Best effort: a phase that cannot be shown never fails a review. */
  progress(phase: ReviewPhase): Promise<void>;
  /** Idempotent: publishing the same review twice leaves one comment and one check. */
  publish(review: Review): Promise<PublishOutcome>;
}
