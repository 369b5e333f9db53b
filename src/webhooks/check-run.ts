import { z } from 'zod';
import { type JobRequest, parseExternalId } from '../jobs/job.ts';
import {
  actionOf,
  type HandlerContext,
  type Ignored,
  ignored,
  Login,
  NO_INSTALLATION,
  Origin,
  repositoryOf,
  Sha,
} from './payload.ts';

export const CheckPulls = z
  .array(
    z.object({
      number: z.int().positive(),
      base: z.object({ repo: z.object({ id: z.int() }) }).optional(),
    }),
  )
  .default([]);

const CheckRunEvent = Origin.extend({
  check_run: z.object({
    head_sha: Sha,
    external_id: z.string().nullish(),
    app: z.object({ id: z.int() }).nullable(),
    pull_requests: CheckPulls,
  }),
  sender: z.object({ login: Login }),
});

/** Somebody pressed "Re-run" on our check. Checks of other apps arrive too and are none of our business. */
export function onCheckRun(payload: unknown, context: HandlerContext): JobRequest | Ignored {
  if (actionOf(payload) !== 'rerequested') return ignored('only a re-run asks for a review');
  const event = CheckRunEvent.parse(payload);
  const repository = repositoryOf(event);
  if (repository === null) return NO_INSTALLATION;
  const check = event.check_run;
  if (check.app?.id !== context.appId) return ignored('a check of another app');
  return {
    kind: 'command',
    command: 'recheck',
    repository,
    pull: pullOf(check, repository.repositoryId),
    headSha: check.head_sha,
    actor: event.sender.login,
    commentId: null,
  };
}

/** GitHub names no pull request for a head in a fork; our own external id does. */
function pullOf(
  check: z.infer<typeof CheckRunEvent>['check_run'],
  repositoryId: number,
): number | null {
  const written = parseExternalId(check.external_id ?? null);
  if (written?.headSha === check.head_sha) return written.pull;
  return onlyPullOf(check.pull_requests, repositoryId);
}

/** The pull request into this repository; null when there is none, or more than one. */
export function onlyPullOf(pulls: z.infer<typeof CheckPulls>, repositoryId: number): number | null {
  const own = pulls.filter(({ base }) => base === undefined || base.repo.id === repositoryId);
  return own.length === 1 ? own[0]!.number : null;
}
