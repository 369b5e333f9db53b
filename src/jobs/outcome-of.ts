import { isOpsError, type OpsError } from '../domain/ops-error.ts';

/** What follows for a job from the way in which it failed. */
export type JobOutcome =
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** `tellUser`: the check ends as `action_required` with the reason; otherwise it only ends. */
  | { readonly kind: 'give-up'; readonly tellUser: boolean }
  | { readonly kind: 'cancelled' };

const MINUTE_MS = 60_000;
const LONGEST_BACKOFF_MS = 5 * MINUTE_MS;

/**
 * The one place that decides between trying again and giving up. `attempt` is 1 for the first failure.
 * An error that is not an `OpsError` is a bug: trying again would only repeat it.
 */
export function outcomeOf(error: unknown, attempt: number): JobOutcome {
  if (!isOpsError(error)) return { kind: 'give-up', tellUser: true };
  return outcomeOfOpsError(error, attempt);
}

function outcomeOfOpsError(error: OpsError, attempt: number): JobOutcome {
  switch (error.code) {
    case 'github.rate-limited':
    case 'model.overloaded':
      return { kind: 'retry', afterMs: error.retryAfterMs ?? MINUTE_MS };
    case 'github.unavailable':
    case 'model.unavailable':
    case 'config.unavailable':
    case 'store.unavailable':
      return { kind: 'retry', afterMs: error.retryAfterMs ?? backoffMs(attempt, 2_000) };
    // A head that was pushed a moment ago may not have reached every replica of GitHub yet.
    case 'revision.unknown':
    case 'worker.failed':
      return { kind: 'retry', afterMs: backoffMs(attempt, 1_000) };
    case 'cancelled':
      return { kind: 'cancelled' };
    // Deleted, transferred, or the app was uninstalled: there is nobody left to tell.
    case 'github.not-found':
      return { kind: 'give-up', tellUser: false };
    case 'github.forbidden':
    case 'github.invalid':
    case 'model.rejected':
    case 'config.invalid':
    case 'agent.invalid':
    case 'environment.invalid':
    case 'repository.unreadable':
    case 'store.newer':
    case 'store.corrupt':
    case 'usage':
      return { kind: 'give-up', tellUser: true };
  }
}

/** Doubles from `firstMs`, at most five minutes. */
function backoffMs(attempt: number, firstMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempt - 1, 20), LONGEST_BACKOFF_MS);
}
