import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { Concern, Waiver } from '../../domain/concern.ts';
import { type PullRef, ReviewCause } from '../../jobs/job.ts';
import type { PullRecord, ReviewRecord } from '../../jobs/ledger.ts';
import { corruptStore } from './store-error.ts';
import type { ReviewRow, Tables } from './tables.ts';

export interface PullColumns {
  readonly installation_id: number;
  readonly repository_id: number;
  readonly pull: number;
}

/** The three columns that identify a pull request in every table. */
export function columnsOf(pull: PullRef): PullColumns {
  return {
    installation_id: pull.installationId,
    repository_id: pull.repositoryId,
    pull: pull.pull,
  };
}

export async function readPullRecord(
  db: Kysely<Tables>,
  pull: PullRef,
): Promise<PullRecord | null> {
  const row = await db
    .selectFrom('pulls')
    .selectAll()
    .where((eb) => eb.and(columnsOf(pull)))
    .executeTakeFirst();
  if (row === undefined) return null;
  const reviews = await readReviews(db, pull, row.wanted_review);
  return {
    pull: { ...pull, owner: row.owner, name: row.name },
    open: row.open === 1,
    headSha: row.head_sha,
    beforeSha: row.before_sha,
    changedAt: row.changed_at,
    commentId: row.comment_id,
    publishedHeadSha: row.published_head_sha,
    concerns: parseColumn(z.array(Concern), JSON.parse(row.concerns), 'pulls.concerns'),
    waivers: await readWaivers(db, pull),
    wanted: reviews.find((review) => review.reviewId === row.wanted_review) ?? null,
    unsettled: reviews.filter((review) => !review.settled),
  };
}

async function readReviews(
  db: Kysely<Tables>,
  pull: PullRef,
  wanted: string | null,
): Promise<readonly ReviewRecord[]> {
  const rows = await db
    .selectFrom('reviews')
    .selectAll()
    .where((eb) => eb.and(columnsOf(pull)))
    .where((eb) => eb.or([eb('settled', '=', 0), eb('id', '=', wanted ?? '')]))
    .orderBy(sql`rowid`)
    .execute();
  return rows.map(reviewRecord);
}

const End = z.enum(['published', 'cancelled', 'failed']).nullable();

function reviewRecord(row: Selectable<ReviewRow>): ReviewRecord {
  return {
    reviewId: row.id,
    headSha: row.head_sha,
    cause: parseColumn(ReviewCause, row.cause, 'reviews.cause'),
    checkId: row.check_id,
    commentId: row.comment_id,
    superseded: row.superseded === 1,
    end: parseColumn(End, row.end, 'reviews.end'),
    reason: row.reason,
    settled: row.settled === 1,
    firstStartedAt: row.first_started_at,
    endedAt: row.ended_at,
  };
}

async function readWaivers(db: Kysely<Tables>, pull: PullRef): Promise<readonly Waiver[]> {
  const rows = await db
    .selectFrom('waivers')
    .select(['concern', 'reason', 'owner', 'until'])
    .where((eb) => eb.and(columnsOf(pull)))
    .orderBy('concern')
    .execute();
  return parseColumn(z.array(Waiver), rows, 'waivers');
}

/** A row that this version did not write is damage, never silently an empty list. */
function parseColumn<T>(schema: z.ZodType<T>, value: unknown, column: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw corruptStore(`${column} holds what this version cannot read`, parsed.error);
}
