import { isOpsError } from '../../domain/ops-error.ts';
import { COMMENT_MARKER } from '../../publish/render/comment.ts';
import type { GitHubClient } from './client.ts';
import { type Identity, isOwnComment } from './identity.ts';
import { readPages } from './pages.ts';
import { parseAnswer } from './parse-answer.ts';
import type { GitHubRepository } from './repository-ref.ts';
import { Comment } from './schemas.ts';

/** 5,000 comments; whoever has more gets a second comment of ours. */
const MAX_COMMENT_PAGES = 50;

export interface StickyCommentParts {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  readonly pull: number;
  readonly identity: Identity;
}

export interface StoredComment {
  readonly id: number;
  /** What stands there, when it is known: an equal body is not written again. */
  readonly body: string | null;
}

/**
 * Writes the one comment of a pull request: edits ours where it is, creates it where it is not (unless
 * `create` is false), removes doubles that a lost answer may have left. Answers what now stands there.
 */
export async function writeStickyComment(
  parts: StickyCommentParts,
  stored: StoredComment | null,
  body: string,
  create: boolean,
): Promise<StoredComment | null> {
  if (stored !== null && stored.body === body) return stored;
  if (stored !== null && (await tryEdit(parts, stored.id, body))) return { id: stored.id, body };
  const [first, ...doubles] = await findOwn(parts);
  // An app's comments are its own; a person may have reasons for a second one.
  if (parts.identity.kind === 'app') for (const double of doubles) await remove(parts, double.id);
  if (first !== undefined && first.body === body) return { id: first.id, body };
  if (first !== undefined && (await tryEdit(parts, first.id, body))) return { id: first.id, body };
  return create ? { id: await post(parts, body), body } : null;
}

/** Oldest first, as GitHub lists them. The marker alone is no proof: anybody can paste it. */
async function findOwn(parts: StickyCommentParts): Promise<readonly Comment[]> {
  const { client, repository, pull, identity } = parts;
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const parameters = { ...repository, issue_number: pull };
  const own: Comment[] = [];
  for await (const page of readPages(client, route, parameters, Comment, MAX_COMMENT_PAGES))
    own.push(
      ...page.filter(
        (comment) =>
          isOwnComment(comment, identity) && (comment.body ?? '').startsWith(COMMENT_MARKER),
      ),
    );
  return own;
}

/** False when the comment is gone. */
async function tryEdit(parts: StickyCommentParts, id: number, body: string): Promise<boolean> {
  try {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
    await parts.client.request(route, { ...parts.repository, comment_id: id, body });
    return true;
  } catch (error) {
    if (isOpsError(error, 'github.not-found')) return false;
    throw error;
  }
}

async function remove(parts: StickyCommentParts, id: number): Promise<void> {
  const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
  try {
    await parts.client.request(route, { ...parts.repository, comment_id: id });
  } catch (error) {
    if (!isOpsError(error, 'github.not-found')) throw error;
  }
}

async function post(parts: StickyCommentParts, body: string): Promise<number> {
  const { data } = await parts.client.request(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...parts.repository, issue_number: parts.pull, body },
  );
  return parseAnswer(Comment, data, 'the new comment').id;
}
