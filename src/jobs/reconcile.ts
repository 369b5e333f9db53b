import { keyOf } from './job.ts';
import type { OpenPull, WorkerDeps } from './worker-deps.ts';

export interface Reconciled {
  /** Pull requests of the ledger whose state GitHub does not show yet. */
  readonly unsettled: number;
  /** Pull requests on GitHub whose head lacks our finished check. */
  readonly unchecked: number;
}

/**
 * Heals what was lost: deliveries that never arrived, jobs that died with their process, a database that was moved
 * away. It looks at states, never at events, and may run at any time.
 */
export async function reconcile(
  deps: WorkerDeps,
  isStopping: () => boolean = () => false,
): Promise<Reconciled> {
  const unsettled = await deps.ledger.findPulls(null);
  for (const pull of unsettled) {
    const payload = { kind: 'settle' as const, pull };
    await deps.queue.enqueue({ lane: 'announce', key: keyOf(pull), payload, delayMs: 0 });
  }
  let unchecked = 0;
  for await (const open of deps.host.listOpenPulls()) {
    if (isStopping()) break;
    if (!(await isMissing(open, deps))) continue;
    unchecked += 1;
    await deps.ledger.accept({
      deliveryId: null,
      request: { kind: 'review', ...open, beforeSha: null, cause: 'reconcile', commentId: null },
    });
  }
  deps.log.info({ unsettled: unsettled.length, unchecked }, 'reconciled');
  return { unsettled: unsettled.length, unchecked };
}

/** GitHub is asked only where the ledger does not know: a published review has its check, a live one will. */
async function isMissing({ pull, headSha }: OpenPull, deps: WorkerDeps): Promise<boolean> {
  const wanted = (await deps.ledger.readPull(pull))?.wanted ?? null;
  const knows = wanted !== null && wanted.headSha === headSha && !wanted.superseded;
  if (knows && (wanted.end === null || wanted.end === 'published')) return false;
  return !(await deps.host.hasFinishedCheck(pull, headSha));
}
