import type { CommandRequest, PullRef } from './job.ts';
import { tryReact } from './try-react.ts';
import type { WorkerDeps } from './worker-deps.ts';

/** What became of a command; kept in the audit. */
export type CommandOutcome = 'done' | 'refused' | 'unknown_command' | 'no_pull' | 'closed' | 'idle';

/**
 * Runs a command of a comment or a button of a check. Whoever asks must be able to write to the repository: for
 * anybody else it costs one permission call and a reaction.
 */
export async function runCommand(
  request: CommandRequest,
  deliveryId: string | null,
  deps: WorkerDeps,
): Promise<CommandOutcome> {
  const outcome = await decideAndRun(request, deps);
  if (outcome !== 'done') await tryReact(request.repository, request.commentId, 'confused', deps);
  const { repository, pull, actor, command } = request;
  await deps.ledger.audit({ repository, pull, actor, action: command, outcome, deliveryId });
  deps.log.info({ repository: repository.repositoryId, pull, command, outcome }, 'command ended');
  return outcome;
}

async function decideAndRun(request: CommandRequest, deps: WorkerDeps): Promise<CommandOutcome> {
  const permission = await deps.host.readPermission(request.repository, request.actor);
  if (permission !== 'admin' && permission !== 'write') return 'refused';
  if (request.command === 'unknown') return 'unknown_command';
  const pull = await findPull(request, deps);
  if (pull === null) return 'no_pull';
  await tryReact(pull, request.commentId, 'eyes', deps);
  switch (request.command) {
    case 'help':
      await deps.host.replyHelp(pull);
      await tryReact(pull, request.commentId, 'rocket', deps);
      return 'done';
    case 'recheck':
      return await recheck(pull, request, deps);
    case 'cancel':
      return await cancel(pull, request, deps);
  }
}

/** Two open pull requests on one head leave open which one was meant. */
async function findPull(request: CommandRequest, deps: WorkerDeps): Promise<PullRef | null> {
  const { repository, pull, headSha } = request;
  if (pull !== null) return { ...repository, pull };
  if (headSha === null) return null;
  const pulls = await deps.ledger.findPulls({ repository, headSha });
  return pulls.length === 1 ? pulls[0]! : null;
}

async function recheck(
  pull: PullRef,
  request: CommandRequest,
  deps: WorkerDeps,
): Promise<CommandOutcome> {
  const head = await deps.host.readHead(pull);
  if (head === null) return 'no_pull';
  if (!head.open) return 'closed';
  const known = await deps.ledger.readPull(pull);
  await deps.ledger.accept({
    deliveryId: null,
    request: {
      kind: 'review',
      pull,
      headSha: head.headSha,
      beforeSha: null,
      // What was read just now is never older than what is known, whatever the clocks say.
      changedAt: Math.max(head.changedAt, known?.changedAt ?? 0),
      cause: 'recheck',
      commentId: request.commentId,
    },
  });
  return 'done';
}

async function cancel(
  pull: PullRef,
  request: CommandRequest,
  deps: WorkerDeps,
): Promise<CommandOutcome> {
  const known = await deps.ledger.readPull(pull);
  if (known?.wanted?.end !== null) return 'idle';
  const { headSha, changedAt } = known;
  await deps.ledger.accept({
    deliveryId: null,
    request: { kind: 'close', pull, headSha, changedAt, closed: false },
  });
  await tryReact(pull, request.commentId, 'rocket', deps);
  return 'done';
}
