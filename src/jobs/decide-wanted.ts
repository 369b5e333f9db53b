import type { CloseRequest, ReviewCause, ReviewRequest } from './job.ts';

/** The part of a pull request's record that the decision needs. */
export interface KnownPull {
  readonly open: boolean;
  readonly headSha: string;
  readonly beforeSha: string | null;
  readonly changedAt: number;
  readonly wanted: {
    readonly headSha: string;
    readonly end: 'published' | 'cancelled' | 'failed' | null;
    readonly started: boolean;
    readonly endedAt: number | null;
  } | null;
}

export type Decision =
  /** The event is older than what is known; nothing changes. */
  | 'stale'
  /** The wish already stands, or has been fulfilled. */
  | 'nothing'
  /** The wanted review stays, and is settled once more. */
  | 'join'
  /** A new review takes the place of the wanted one. */
  | 'replace'
  /** The wanted review ends; no new one begins. */
  | 'stop';

/** GitHub's lists lag behind its writes, so a review that just ended is not missing yet. */
export const RECONCILE_PATIENCE_MS = 10 * 60_000;

/**
 * What a wish means for a pull request. GitHub delivers at least once and out of order, so the newest state of
 * the pull request wins, not the newest event.
 */
export function decideWanted(
  known: KnownPull | null,
  request: ReviewRequest | CloseRequest,
  now: number,
): Decision {
  if (known !== null && isOlder(known, request)) return 'stale';
  const wanted = known?.wanted ?? null;
  if (request.kind === 'close') return wanted?.end === null ? 'stop' : 'nothing';
  if (wanted === null || wanted.headSha !== request.headSha) return 'replace';
  if (wanted.end === null)
    return wanted.started && RESTARTS.has(request.cause) ? 'replace' : 'join';
  return isFulfilled(known, wanted, request.cause, now) ? 'nothing' : 'replace';
}

/** The diff or the depth of the review changed under a review that has begun. */
const RESTARTS: ReadonlySet<ReviewCause> = new Set(['base_changed', 'ready_for_review']);

/** A finished review of this head answers these; the others ask for a new one. */
const CONTENT: ReadonlySet<ReviewCause> = new Set(['opened', 'reopened', 'pushed', 'moved']);

function isFulfilled(
  known: KnownPull | null,
  wanted: NonNullable<KnownPull['wanted']>,
  cause: ReviewCause,
  now: number,
): boolean {
  if (cause === 'reconcile') {
    // A review that a maintainer called off stays off until somebody asks for it.
    const calledOff = wanted.end === 'cancelled' && known?.open === true;
    return calledOff || now - (wanted.endedAt ?? 0) < RECONCILE_PATIENCE_MS;
  }
  return CONTENT.has(cause) && wanted.end === 'published';
}

/** GitHub's times have whole seconds: within one second only the chain of pushes tells the order. */
function isOlder(known: KnownPull, request: ReviewRequest | CloseRequest): boolean {
  if (request.changedAt !== known.changedAt) return request.changedAt < known.changedAt;
  if (request.kind === 'close') return false;
  return request.headSha !== known.headSha && request.headSha === known.beforeSha;
}
