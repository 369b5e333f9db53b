import { isOpsError } from '../domain/ops-error.ts';
import type { RepositoryRef } from './job.ts';
import type { Reaction, WorkerDeps } from './worker-deps.ts';

/** Best effort: a reaction that GitHub refuses changes nothing. */
export async function tryReact(
  repository: RepositoryRef,
  commentId: number | null,
  reaction: Reaction,
  deps: Pick<WorkerDeps, 'host' | 'log'>,
): Promise<void> {
  if (commentId === null) return;
  try {
    await deps.host.react(repository, commentId, reaction);
  } catch (error) {
    if (!isOpsError(error)) throw error;
    deps.log.warn({ commentId, reaction, err: error }, 'reaction not written');
  }
}
