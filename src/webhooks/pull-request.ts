import { z } from 'zod';
import type { JobRequest, ReviewCause } from '../jobs/job.ts';
import {
  actionOf,
  type Ignored,
  ignored,
  NO_INSTALLATION,
  Origin,
  repositoryOf,
  Sha,
} from './payload.ts';

const PullRequestEvent = Origin.extend({
  pull_request: z.object({
    number: z.int().positive(),
    state: z.enum(['open', 'closed']),
    updated_at: z.iso.datetime({ offset: true }),
    head: z.object({ sha: Sha }),
  }),
  /** Only a push tells what was there before. */
  before: Sha.optional(),
  /** Only an edit tells what it changed. */
  changes: z.object({ base: z.unknown().optional() }).optional(),
});

const CAUSES: Readonly<Record<string, ReviewCause>> = {
  opened: 'opened',
  reopened: 'reopened',
  synchronize: 'pushed',
  ready_for_review: 'ready_for_review',
  edited: 'base_changed',
};

/** A new head, a new base, or the end of draft or pull request. */
export function onPullRequest(payload: unknown): JobRequest | Ignored {
  const action = actionOf(payload) ?? '';
  // The verdict of this head stands; the agent's part is asked for when the draft is ready.
  if (action === 'converted_to_draft') return ignored('the check of this head stays');
  const cause = CAUSES[action];
  if (cause === undefined && action !== 'closed') return ignored('this action changes no review');
  const event = PullRequestEvent.parse(payload);
  const repository = repositoryOf(event);
  if (repository === null) return NO_INSTALLATION;
  const { number, head, state, updated_at: updatedAt } = event.pull_request;
  const pull = { ...repository, pull: number };
  const changedAt = Date.parse(updatedAt);
  if (cause === undefined) {
    return { kind: 'close', pull, headSha: head.sha, changedAt, closed: true };
  }
  if (state === 'closed') return ignored('the pull request is closed');
  if (action === 'edited' && event.changes?.base === undefined) {
    return ignored('the edit leaves the base as it was');
  }
  return {
    kind: 'review',
    pull,
    headSha: head.sha,
    beforeSha: event.before ?? null,
    changedAt,
    cause,
    commentId: null,
  };
}
