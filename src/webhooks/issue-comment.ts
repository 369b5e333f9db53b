import { z } from 'zod';
import type { JobRequest } from '../jobs/job.ts';
import { parseCommand } from './command.ts';
import {
  actionOf,
  type Ignored,
  ignored,
  Login,
  NO_INSTALLATION,
  Origin,
  repositoryOf,
} from './payload.ts';

const IssueCommentEvent = Origin.extend({
  issue: z.object({
    number: z.int().positive(),
    /** Only pull requests have it. */
    pull_request: z.object({}).optional(),
  }),
  comment: z.object({
    id: z.int().positive(),
    body: z.string(),
    user: z.object({ login: Login, type: z.string() }).nullable(),
    performed_via_github_app: z.unknown().optional(),
  }),
});

/** A `/ops` command. Only new comments count: an edit could put words into somebody's mouth. */
export function onIssueComment(payload: unknown): JobRequest | Ignored {
  if (actionOf(payload) !== 'created') return ignored('only new comments hold commands');
  const event = IssueCommentEvent.parse(payload);
  const repository = repositoryOf(event);
  if (repository === null) return NO_INSTALLATION;
  const { issue, comment } = event;
  if (issue.pull_request === undefined) return ignored('not on a pull request');
  const { user } = comment;
  if (user === null || user.type !== 'User') return ignored('not written by a person');
  if ((comment.performed_via_github_app ?? null) !== null) return ignored('written by an app');
  const command = parseCommand(comment.body);
  if (command === null) return ignored('no command');
  return {
    kind: 'command',
    command,
    repository,
    pull: issue.number,
    headSha: null,
    actor: user.login,
    commentId: comment.id,
  };
}
