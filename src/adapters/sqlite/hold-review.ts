import type { Kysely } from 'kysely';
import type { Hold } from '../../jobs/ledger.ts';
import type { Tables } from './tables.ts';

export interface HoldRequest {
  readonly reviewId: string;
  readonly holder: string;
  readonly leaseMs: number;
  readonly now: number;
}

/** Takes or renews the lease; a lease with more than half of its time left is not written again. */
export async function holdReview(tx: Kysely<Tables>, request: HoldRequest): Promise<Hold> {
  const { reviewId, holder, leaseMs, now } = request;
  const review = await tx
    .selectFrom('reviews')
    .selectAll()
    .where('id', '=', reviewId)
    .executeTakeFirst();
  if (review === undefined || review.end !== null) return 'ended';
  if (review.superseded === 1) return 'superseded';
  const isMine = review.holder === holder;
  if (isMine && (review.held_until ?? 0) - now > leaseMs / 2) return 'held';
  const others = await tx
    .selectFrom('reviews')
    .select('id')
    .where('installation_id', '=', review.installation_id)
    .where('repository_id', '=', review.repository_id)
    .where('pull', '=', review.pull)
    .where('held_until', '>', now)
    .where('holder', '!=', holder)
    .where('end', 'is', null)
    .executeTakeFirst();
  if (others !== undefined) return 'busy';
  await tx
    .updateTable('reviews')
    .set({
      holder,
      held_until: now + leaseMs,
      first_started_at: review.first_started_at ?? now,
    })
    .where('id', '=', reviewId)
    .execute();
  return 'held';
}
