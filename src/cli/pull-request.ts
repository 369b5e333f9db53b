import { GitHubChangeSource } from '../adapters/github/change-source.ts';
import {
  createTokenClient,
  DEFAULT_API_URL,
  type GitHubClient,
} from '../adapters/github/client.ts';
import { GitHubPublisher } from '../adapters/github/publisher.ts';
import type { GitHubRepository } from '../adapters/github/repository-ref.ts';
import { OpsError } from '../domain/ops-error.ts';
import type { Review } from '../domain/review.ts';
import { renderCheck } from '../publish/render/check.ts';
import { renderComment } from '../publish/render/comment.ts';
import { githubLinks } from '../publish/render/links.ts';
import { webUrlOf } from '../main/web-url.ts';
import type { ChangeSource } from '../snapshot/change-source.ts';
import type { Surroundings } from './surroundings.ts';

export interface PullRequestRun {
  readonly source: ChangeSource;
  /** Writes the review comment in the name of the token's owner; checks need an App. */
  post(review: Review): Promise<void>;
}

/** `OWNER/REPO#NUMBER` with `GITHUB_TOKEN`. Throws `usage`. */
export function openPullRequest(reference: string, around: Surroundings): PullRequestRun {
  const { repository, pull } = parseReference(reference);
  const client = clientFrom(around.env);
  return {
    source: new GitHubChangeSource({ client, repository, pull }),
    post: async (review) => await post(review, client, repository, pull, around),
  };
}

function parseReference(reference: string): { repository: GitHubRepository; pull: number } {
  const match = /^([\w.-]+)\/([\w.-]+)#([1-9]\d{0,9})$/u.exec(reference);
  if (match !== null)
    return { repository: { owner: match[1]!, repo: match[2]! }, pull: Number(match[3]) };
  throw new OpsError('usage', `${reference} names no pull request.`, {
    remedy: 'Write --pr OWNER/REPO#NUMBER, with the # quoted for your shell.',
  });
}

function clientFrom(env: Surroundings['env']): GitHubClient {
  const token = env['GITHUB_TOKEN'];
  if (token === undefined || token === '')
    throw new OpsError('usage', '--pr needs a token.', {
      remedy:
        'Set GITHUB_TOKEN to one that may read the repository, and write its pull requests for --post.',
    });
  return createTokenClient(token, apiUrlFrom(env));
}

/** `GITHUB_API_URL`, or the API of the Enterprise Server named by `GHE_HOST`. */
function apiUrlFrom(env: Surroundings['env']): string {
  if (env['GITHUB_API_URL']) return env['GITHUB_API_URL'];
  return env['GHE_HOST'] ? `https://${env['GHE_HOST']}/api/v3` : DEFAULT_API_URL;
}

async function post(
  review: Review,
  client: GitHubClient,
  repository: GitHubRepository,
  pull: number,
  around: Surroundings,
): Promise<void> {
  const { data } = await client.request('GET /user');
  const publisher = new GitHubPublisher({
    client,
    repository,
    pull,
    headSha: review.report.subject.head_sha,
    identity: { kind: 'user', login: loginOf(data) },
    writesCheck: false,
    externalId: `pr=${pull};sha=${review.report.subject.head_sha}`,
    detailsUrl: null,
    checkId: null,
    comment: null,
    retry: false,
    commentPolicy: () => 'always',
    renderComment: (finished) =>
      renderComment(finished, {
        links: githubLinks(webUrlOf(apiUrlFrom(around.env)), finished.report.subject),
        commands: [],
      }),
    renderCheck,
    renderProgress: () => ({ title: '', summary: '', text: '' }),
    renderCancelled: () => ({ title: '', summary: '', text: '' }),
    onCheckCreated: async () => {},
    onCommentStored: async () => {},
    onNotice: (notice) => {
      if (notice.kind !== 'comment_not_written') return;
      const { error } = notice;
      throw error instanceof Error ? error : new Error(String(error));
    },
  });
  const outcome = await publisher.publish(review);
  if (outcome.kind === 'superseded')
    around.stderr.write('The pull request has moved on, so the comment was not written.\n');
}

function loginOf(user: unknown): string {
  if (
    typeof user === 'object' &&
    user !== null &&
    'login' in user &&
    typeof user.login === 'string'
  )
    return user.login;
  throw new OpsError('github.invalid', 'GitHub did not say whose token this is.');
}
