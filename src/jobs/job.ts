import { z } from 'zod';
import type { Concern, Waiver } from '../domain/concern.ts';

const Id = z.int().positive();
const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u);

/** A repository as an installation of the app sees it. Names may change; the ids do not. */
export const RepositoryRef = z.strictObject({
  installationId: Id,
  repositoryId: Id,
  owner: z.string().min(1),
  name: z.string().min(1),
});
export type RepositoryRef = z.infer<typeof RepositoryRef>;

export const PullRef = z.strictObject({ ...RepositoryRef.shape, pull: Id });
export type PullRef = z.infer<typeof PullRef>;

/** Identity of a pull request that survives a renamed or transferred repository. */
export function keyOf(pull: PullRef): string {
  return `${pull.installationId}/${pull.repositoryId}/${pull.pull}`;
}

/** Why a review is wanted. */
export const ReviewCause = z.enum([
  'opened',
  'reopened',
  'pushed',
  'ready_for_review',
  'base_changed',
  'recheck',
  'moved',
  'reconcile',
]);
export type ReviewCause = z.infer<typeof ReviewCause>;

export const CommandName = z.enum(['help', 'recheck', 'cancel', 'unknown']);
export type CommandName = z.infer<typeof CommandName>;

/** Something that a person asked for; decided only after GitHub has said what that person may do. */
export const CommandRequest = z.strictObject({
  kind: z.literal('command'),
  command: CommandName,
  repository: RepositoryRef,
  /** Null when only the head is known: the check of a fork names no pull request. */
  pull: Id.nullable(),
  headSha: Sha.nullable(),
  actor: z.string().min(1),
  /** The comment that holds the command, for reactions; null for a button of a check. */
  commentId: Id.nullable(),
});
export type CommandRequest = z.infer<typeof CommandRequest>;

/** A review of one head is wanted. */
export interface ReviewRequest {
  readonly kind: 'review';
  readonly pull: PullRef;
  readonly headSha: string;
  /** Head before the push, when the event tells: orders two pushes of the same second. */
  readonly beforeSha: string | null;
  /** When the pull request last changed as of this event, epoch milliseconds. Orders events. */
  readonly changedAt: number;
  readonly cause: ReviewCause;
  readonly commentId: number | null;
}

/** The pull request was closed, or a maintainer called its review off. */
export interface CloseRequest {
  readonly kind: 'close';
  readonly pull: PullRef;
  readonly headSha: string;
  readonly changedAt: number;
  /** A called-off review leaves the pull request open. */
  readonly closed: boolean;
}

/** What an event asks for. Handlers decide *whether*; everything else happens in a job. */
export type JobRequest = ReviewRequest | CloseRequest | CommandRequest;

/**
 * What waits in the queue. `settle` and `review` name a pull request and nothing else: the worker reads what
 * is wanted from the ledger when it starts, so a late or repeated job does no harm.
 */
export const JobPayload = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('settle'), pull: PullRef }),
  z.strictObject({ kind: z.literal('review'), pull: PullRef }),
  z.strictObject({
    kind: z.literal('command'),
    deliveryId: z.string().nullable(),
    request: CommandRequest,
  }),
]);
export type JobPayload = z.infer<typeof JobPayload>;

/** What a review takes over from the past of the same pull request. */
export interface PullHistory {
  /** Head of the last published review; null for the first one. */
  readonly headSha: string | null;
  readonly concerns: readonly Concern[];
  readonly waivers: readonly Waiver[];
}

/** One review of one head, ready to run. */
export interface ReviewJob {
  readonly reviewId: string;
  readonly pull: PullRef;
  readonly headSha: string;
  readonly cause: ReviewCause;
  readonly checkId: number;
  /** Our comment on this pull request; null before the first one. */
  readonly commentId: number | null;
  readonly history: PullHistory;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Epoch milliseconds at which the worker aborts the attempt. */
  readonly deadlineAt: number;
}

/** `external_id` of our check runs: a check of a fork carries no pull request, so it says so itself. */
export function externalIdOf(review: {
  readonly reviewId: string;
  readonly pull: PullRef;
  readonly headSha: string;
}): string {
  return `pr=${review.pull.pull};sha=${review.headSha};review=${review.reviewId}`;
}

/** Reads `externalIdOf` back; null for anything else. The rest after the SHA is not looked at. */
export function parseExternalId(
  externalId: string | null,
): { readonly pull: number; readonly headSha: string } | null {
  const match = /^pr=(\d{1,10});sha=([0-9a-f]{40}(?:[0-9a-f]{24})?)(?:;|$)/u.exec(externalId ?? '');
  if (match === null) return null;
  return { pull: Number(match[1]), headSha: match[2]! };
}
