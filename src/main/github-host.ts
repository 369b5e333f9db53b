import { z } from 'zod';
import { createCheck, endCheck, findOwnChecks } from '../adapters/github/check-run.ts';
import { type GitHubApp, WRITE_PERMISSIONS } from '../adapters/github/app.ts';
import type { GitHubClient } from '../adapters/github/client.ts';
import { parseAnswer } from '../adapters/github/parse-answer.ts';
import { readPermission } from '../adapters/github/repository-api.ts';
import type { GitHubRepository } from '../adapters/github/repository-ref.ts';
import { isOpsError } from '../domain/ops-error.ts';
import type { Language } from '../domain/vocabulary.ts';
import { externalIdOf, type PullRef, type RepositoryRef } from '../jobs/job.ts';
import type { EndingCheck, PullHost } from '../jobs/worker-deps.ts';
import { endedText, helpText, progressText } from './check-texts.ts';
import { OpenPullLister } from './open-pulls.ts';

const Head = z.object({
  state: z.enum(['open', 'closed']),
  updated_at: z.iso.datetime({ offset: true }),
  head: z.object({ sha: z.string() }),
});

/** What the worker asks of GitHub, with tokens that can write checks and comments and read no code. */
export function createGitHubHost(app: GitHubApp, language: Language): PullHost {
  const clientOf = (repository: RepositoryRef): GitHubClient =>
    app.installationClient(repository.installationId, {
      repositoryId: repository.repositoryId,
      permissions: WRITE_PERMISSIONS,
    });
  const lister = new OpenPullLister(app);
  return {
    announce: async (review, { recover }) => {
      const { pull, headSha } = review;
      const client = clientOf(pull);
      const externalId = externalIdOf(review);
      if (recover) {
        const checks = await findOwnChecks(client, namesOf(pull), headSha, app.appId);
        const known = checks.find((check) => check.external_id === externalId);
        if (known !== undefined) return known.id;
      }
      const output = progressText('queued', language);
      return await createCheck(client, namesOf(pull), {
        headSha,
        externalId,
        detailsUrl: null,
        output,
      });
    },
    endCheck: async ({ pull, checkId, conclusion, reason }: EndingCheck) => {
      const output = endedText(conclusion, reason, language);
      await endCheck(clientOf(pull), namesOf(pull), checkId, conclusion, output);
    },
    readHead: async (pull) => await readHead(clientOf(pull), pull),
    readPermission: async (repository, user) =>
      await readPermission(clientOf(repository), namesOf(repository), user),
    react: async (repository, commentId, reaction) => {
      const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';
      const parameters = { ...namesOf(repository), comment_id: commentId, content: reaction };
      await clientOf(repository).request(route, parameters);
    },
    replyHelp: async (pull) => {
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const parameters = { ...namesOf(pull), issue_number: pull.pull, body: helpText(language) };
      await clientOf(pull).request(route, parameters);
    },
    listOpenPulls: () => lister.next(),
    hasFinishedCheck: async (pull, headSha) => {
      const checks = await findOwnChecks(clientOf(pull), namesOf(pull), headSha, app.appId);
      return checks.some(
        ({ status, conclusion }) => status === 'completed' && conclusion !== 'cancelled',
      );
    },
  };
}

export function namesOf(repository: RepositoryRef): GitHubRepository {
  return { owner: repository.owner, repo: repository.name };
}

async function readHead(client: GitHubClient, pull: PullRef) {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  try {
    const { data } = await client.request(route, { ...namesOf(pull), pull_number: pull.pull });
    const { state, updated_at: updatedAt, head } = parseAnswer(Head, data, 'the pull request');
    return { headSha: head.sha, open: state === 'open', changedAt: Date.parse(updatedAt) };
  } catch (error) {
    if (isOpsError(error, 'github.not-found')) return null;
    throw error;
  }
}
