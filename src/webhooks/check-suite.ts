import { z } from 'zod';
import type { JobRequest } from '../jobs/job.ts';
import { CheckPulls, onlyPullOf } from './check-run.ts';
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

const CheckSuiteEvent = Origin.extend({
  check_suite: z.object({
    head_sha: Sha,
    app: z.object({ id: z.int() }).nullable(),
    pull_requests: CheckPulls,
  }),
  sender: z.object({ login: Login }),
});

/** Somebody pressed "Re-run all checks" on our suite. */
export function onCheckSuite(payload: unknown, context: HandlerContext): JobRequest | Ignored {
  if (actionOf(payload) !== 'rerequested') return ignored('only a re-run asks for a review');
  const event = CheckSuiteEvent.parse(payload);
  const repository = repositoryOf(event);
  if (repository === null) return NO_INSTALLATION;
  const suite = event.check_suite;
  if (suite.app?.id !== context.appId) return ignored('a suite of another app');
  return {
    kind: 'command',
    command: 'recheck',
    repository,
    pull: onlyPullOf(suite.pull_requests, repository.repositoryId),
    headSha: suite.head_sha,
    actor: event.sender.login,
    commentId: null,
  };
}
