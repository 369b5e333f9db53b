import type { Assessment } from '../domain/assessment.ts';
import type { Exploration } from '../domain/finding.ts';
import type { Review } from '../domain/review.ts';
import type { PublishOutcome } from '../publish/publisher.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SynthesisContext } from '../synthesis/context.ts';
import { synthesize } from '../synthesis/synthesize.ts';

export interface ReviewDeps {
  takeSnapshot(): Promise<Snapshot>;
  explore(snapshot: Snapshot): Promise<Exploration>;
  assess(snapshot: Snapshot, exploration: Exploration): Promise<Assessment>;
  contextFor(snapshot: Snapshot): Promise<SynthesisContext>;
  publish(review: Review): Promise<PublishOutcome>;
}

export interface FinishedReview {
  readonly review: Review;
  readonly assessment: Assessment;
  readonly outcome: PublishOutcome;
}

/** The whole product: what changed, what the rules see, what the agent sees, what follows, who is told. */
export async function runReview(deps: ReviewDeps): Promise<FinishedReview> {
  const snapshot = await deps.takeSnapshot();
  const exploration = await deps.explore(snapshot);
  const assessment = await deps.assess(snapshot, exploration);
  const review = synthesize(snapshot, exploration, assessment, await deps.contextFor(snapshot));
  const outcome = await deps.publish(review);
  return { review, assessment, outcome };
}
