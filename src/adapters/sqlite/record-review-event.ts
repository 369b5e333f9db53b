import type { Kysely } from 'kysely';
import type { ReviewEvent } from '../../jobs/ledger.ts';
import type { ReviewRow, Tables } from './tables.ts';

type Published = Extract<ReviewEvent, { kind: 'published' }>;
type Ended = Extract<ReviewEvent, { kind: 'ended' }>;

const LET_GO = { holder: null, held_until: null };

/** Moves a review on. An end is final: what comes after it only tells what stands on GitHub. */
export async function recordReviewEvent(
  tx: Kysely<Tables>,
  reviewId: string,
  event: ReviewEvent,
  now: number,
): Promise<void> {
  const review = await tx
    .selectFrom('reviews')
    .selectAll()
    .where('id', '=', reviewId)
    .executeTakeFirst();
  if (review === undefined) return;
  switch (event.kind) {
    case 'announced':
      // The review may have ended while its check was being made: then the check still has to be told.
      return await update(tx, reviewId, { check_id: event.checkId, settled: 0 });
    case 'published':
      return await recordPublished(tx, review, event, now);
    case 'ended':
      return await recordEnded(tx, review, event, now);
    case 'settled':
      return await update(tx, reviewId, { settled: 1 });
    case 'released':
      return await update(tx, reviewId, LET_GO);
  }
}

async function recordPublished(
  tx: Kysely<Tables>,
  review: ReviewRow,
  event: Published,
  now: number,
): Promise<void> {
  const ofPull = tx
    .updateTable('pulls')
    .where('installation_id', '=', review.installation_id)
    .where('repository_id', '=', review.repository_id)
    .where('pull', '=', review.pull);
  // Kept in every case: a comment whose id is forgotten would be written a second time.
  if (event.commentId !== null) await ofPull.set({ comment_id: event.commentId }).execute();
  if (review.end !== null) return;
  await ofPull
    .set({ published_head_sha: review.head_sha, concerns: JSON.stringify(event.concerns) })
    .execute();
  if (!event.final) {
    return await update(tx, review.id, { ...LET_GO, verdict: event.verdict });
  }
  const end = { end: 'published', settled: 1, ended_at: now, verdict: event.verdict };
  await update(tx, review.id, { ...LET_GO, ...end });
  await processDeliveries(tx, review.id, now);
}

async function recordEnded(
  tx: Kysely<Tables>,
  review: ReviewRow,
  event: Ended,
  now: number,
): Promise<void> {
  if (review.end !== null) return;
  const settled = review.check_id === null ? 1 : 0;
  // Whatever an overtaken review ran into concerns nobody any more.
  const end = review.superseded === 1 ? 'cancelled' : event.end;
  const columns = { end, reason: event.reason, ended_at: now, settled };
  await update(tx, review.id, { ...LET_GO, ...columns });
  // The deliveries of a failed review stay open, so that a redelivery tries again.
  if (end !== 'failed') await processDeliveries(tx, review.id, now);
}

async function processDeliveries(tx: Kysely<Tables>, reviewId: string, now: number): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({ processed_at: now })
    .where('review_id', '=', reviewId)
    .where('processed_at', 'is', null)
    .execute();
}

async function update(
  tx: Kysely<Tables>,
  reviewId: string,
  columns: Partial<ReviewRow>,
): Promise<void> {
  await tx.updateTable('reviews').set(columns).where('id', '=', reviewId).execute();
}
