import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { decideWanted, type KnownPull } from '../../jobs/decide-wanted.ts';
import {
  type CloseRequest,
  type CommandRequest,
  keyOf,
  type PullRef,
  type ReviewRequest,
} from '../../jobs/job.ts';
import type { Acceptance, Arrival, PullRecord } from '../../jobs/ledger.ts';
import { columnsOf, readPullRecord } from './read-pull-record.ts';
import { insertJob } from './sqlite-queue.ts';
import type { Tables } from './tables.ts';

/** The intake's work on the database; the caller gives the transaction. */
export async function acceptArrival(
  tx: Kysely<Tables>,
  { deliveryId, request }: Arrival,
  now: number,
): Promise<Acceptance> {
  if (deliveryId !== null && (await isProcessed(tx, deliveryId))) return 'duplicate';
  if (request.kind === 'command') return await acceptCommand(tx, deliveryId, request, now);
  const known = await readPullRecord(tx, request.pull);
  const decision = decideWanted(known === null ? null : knownPull(known), request, now);
  if (decision === 'stale') {
    await rememberDelivery(tx, { deliveryId, reviewId: null, processedAt: now, now });
    return 'stale';
  }
  await upsertPull(tx, known, request);
  const wanted = known?.wanted ?? null;
  switch (decision) {
    case 'nothing':
      await rememberDelivery(tx, { deliveryId, reviewId: null, processedAt: now, now });
      return 'duplicate';
    case 'stop':
      await supersede(tx, wanted?.reviewId ?? null);
      await rememberDelivery(tx, { deliveryId, reviewId: null, processedAt: now, now });
      break;
    case 'join':
      await joinReview(tx, wanted!.reviewId, request);
      await rememberDelivery(tx, {
        deliveryId,
        reviewId: wanted!.reviewId,
        processedAt: null,
        now,
      });
      break;
    case 'replace': {
      await supersede(tx, wanted?.reviewId ?? null);
      const reviewId = await insertReview(tx, request);
      await rememberDelivery(tx, { deliveryId, reviewId, processedAt: null, now });
      break;
    }
  }
  await enqueueSettle(tx, request.pull, now);
  return 'queued';
}

export async function markProcessed(
  tx: Kysely<Tables>,
  deliveryId: string,
  now: number,
): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({ processed_at: now })
    .where('id', '=', deliveryId)
    .execute();
}

/** A review that was superseded is as good as cancelled: nobody can join it any more. */
function knownPull(record: PullRecord): KnownPull {
  const { wanted } = record;
  if (wanted === null) return { ...record, wanted };
  const end = wanted.end ?? (wanted.superseded ? 'cancelled' : null);
  return { ...record, wanted: { ...wanted, end, started: wanted.firstStartedAt !== null } };
}

async function isProcessed(tx: Kysely<Tables>, deliveryId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('deliveries')
    .select('processed_at')
    .where('id', '=', deliveryId)
    .executeTakeFirst();
  return row !== undefined && row.processed_at !== null;
}

interface Remembered {
  readonly deliveryId: string | null;
  readonly reviewId: string | null;
  readonly processedAt: number | null;
  readonly now: number;
}

async function rememberDelivery(tx: Kysely<Tables>, delivery: Remembered): Promise<void> {
  if (delivery.deliveryId === null) return;
  const state = { review_id: delivery.reviewId, processed_at: delivery.processedAt };
  await tx
    .insertInto('deliveries')
    .values({ id: delivery.deliveryId, received_at: delivery.now, ...state })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(state))
    .execute();
}

async function acceptCommand(
  tx: Kysely<Tables>,
  deliveryId: string | null,
  request: CommandRequest,
  now: number,
): Promise<Acceptance> {
  await rememberDelivery(tx, { deliveryId, reviewId: null, processedAt: null, now });
  const key = `command/${deliveryId ?? randomUUID()}`;
  const payload = { kind: 'command' as const, deliveryId, request };
  await insertJob(tx, { lane: 'announce', key, payload, delayMs: 0 }, now);
  return 'queued';
}

async function upsertPull(
  tx: Kysely<Tables>,
  known: PullRecord | null,
  request: ReviewRequest | CloseRequest,
): Promise<void> {
  const { pull } = request;
  const state = {
    owner: pull.owner,
    name: pull.name,
    open: isOpenAfter(known, request) ? 1 : 0,
    head_sha: request.headSha,
    before_sha: request.kind === 'review' ? request.beforeSha : (known?.beforeSha ?? null),
    changed_at: request.changedAt,
  };
  await tx
    .insertInto('pulls')
    .values({
      ...columnsOf(pull),
      ...state,
      wanted_review: null,
      comment_id: null,
      published_head_sha: null,
      concerns: '[]',
    })
    .onConflict((conflict) =>
      conflict.columns(['installation_id', 'repository_id', 'pull']).doUpdateSet(state),
    )
    .execute();
}

function isOpenAfter(known: PullRecord | null, request: ReviewRequest | CloseRequest): boolean {
  if (request.kind === 'review') return true;
  return request.closed ? false : (known?.open ?? true);
}

async function supersede(tx: Kysely<Tables>, reviewId: string | null): Promise<void> {
  if (reviewId === null) return;
  await tx
    .updateTable('reviews')
    .set({ superseded: 1 })
    .where('id', '=', reviewId)
    .where('end', 'is', null)
    .execute();
}

async function joinReview(
  tx: Kysely<Tables>,
  reviewId: string,
  request: ReviewRequest | CloseRequest,
): Promise<void> {
  if (request.kind !== 'review' || request.commentId === null) return;
  await tx
    .updateTable('reviews')
    .set({ comment_id: request.commentId })
    .where('id', '=', reviewId)
    .execute();
}

async function insertReview(
  tx: Kysely<Tables>,
  request: ReviewRequest | CloseRequest,
): Promise<string> {
  if (request.kind !== 'review') throw new TypeError('only a review request begins a review');
  const id = randomUUID();
  await tx
    .insertInto('reviews')
    .values({
      id,
      ...columnsOf(request.pull),
      head_sha: request.headSha,
      cause: request.cause,
      check_id: null,
      comment_id: request.commentId,
      superseded: 0,
      end: null,
      reason: null,
      verdict: null,
      settled: 0,
      holder: null,
      held_until: null,
      first_started_at: null,
      ended_at: null,
    })
    .execute();
  await tx
    .updateTable('pulls')
    .set({ wanted_review: id })
    .where((eb) => eb.and(columnsOf(request.pull)))
    .execute();
  return id;
}

async function enqueueSettle(tx: Kysely<Tables>, pull: PullRef, now: number): Promise<void> {
  const payload = { kind: 'settle' as const, pull };
  await insertJob(tx, { lane: 'announce', key: keyOf(pull), payload, delayMs: 0 }, now);
}
