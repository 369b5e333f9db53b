import { isOpsError } from '../../domain/ops-error.ts';
import type { GitHubClient } from './client.ts';
import { readPages } from './pages.ts';
import { parseAnswer } from './parse-answer.ts';
import type { GitHubRepository } from './repository-ref.ts';
import { OpenPull, Permission } from './schemas.ts';

export type RepositoryPermission = 'admin' | 'write' | 'read' | 'none';

/** 10,000 open pull requests. */
const MAX_PULL_PAGES = 100;

/**
 * What a person may do here. `maintain` counts as write and `triage` as read, as GitHub answers them. The
 * association in an event says less: members who hide their membership come as contributors.
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 */
export async function readPermission(
  client: GitHubClient,
  repository: GitHubRepository,
  login: string,
): Promise<RepositoryPermission> {
  const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
  try {
    const { data } = await client.request(route, { ...repository, username: login });
    const { permission } = parseAnswer(Permission, data, 'a permission');
    return isPermission(permission) ? permission : 'none';
  } catch (error) {
    if (isOpsError(error, 'github.not-found')) return 'none';
    throw error;
  }
}

function isPermission(value: string): value is RepositoryPermission {
  return value === 'admin' || value === 'write' || value === 'read';
}

export type Reaction = '+1' | '-1' | 'eyes' | 'rocket' | 'confused';

/** Best effort: an answer in the margin is never worth a failed job. Rate limits are reported all the same. */
export async function tryAddReaction(
  client: GitHubClient,
  repository: GitHubRepository,
  commentId: number,
  content: Reaction,
): Promise<boolean> {
  const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';
  try {
    await client.request(route, { ...repository, comment_id: commentId, content });
    return true;
  } catch (error) {
    if (!isOpsError(error) || isOpsError(error, 'cancelled')) throw error;
    return false;
  }
}

export interface OpenPullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly baseRef: string;
  readonly draft: boolean;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** All open pull requests, newest first. */
export async function listOpenPulls(
  client: GitHubClient,
  repository: GitHubRepository,
): Promise<readonly OpenPullRequest[]> {
  const pulls: OpenPullRequest[] = [];
  const route = 'GET /repos/{owner}/{repo}/pulls';
  const parameters = { ...repository, state: 'open' };
  for await (const page of readPages(client, route, parameters, OpenPull, MAX_PULL_PAGES))
    pulls.push(
      ...page.map((pull) => ({
        number: pull.number,
        headSha: pull.head.sha,
        baseRef: pull.base.ref,
        draft: pull.draft,
        updatedAt: Date.parse(pull.updated_at),
      })),
    );
  return pulls;
}
