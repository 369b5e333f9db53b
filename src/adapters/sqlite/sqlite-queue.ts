import { randomUUID } from 'node:crypto';
import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import { JobPayload } from '../../jobs/job.ts';
import type { Lane, LeasedJob, NewJob, Queue, RetryOptions } from '../../jobs/queue.ts';
import { inStore } from './store-error.ts';
import type { JobRow, Tables } from './tables.ts';

export class SqliteQueue implements Queue {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;
  readonly #boot: string;

  constructor(db: Kysely<Tables>, now: () => number, boot: string) {
    this.#db = db;
    this.#now = now;
    this.#boot = boot;
  }

  async enqueue(job: NewJob): Promise<void> {
    await inStore(async () => await insertJob(this.#db, job, this.#now()));
  }

  async claim(lane: Lane, limit: number, leaseMs: number): Promise<readonly LeasedJob[]> {
    if (limit < 1) return [];
    const now = this.#now();
    return await inStore(
      async () =>
        await this.#db.transaction().execute(async (tx) => {
          const rows = await dueJobs(tx, lane, limit, now);
          const leased: LeasedJob[] = [];
          for (const row of rows) {
            const attempts = row.attempts + 1;
            await tx
              .updateTable('jobs')
              .set({
                state: 'leased',
                attempts,
                lease_owner: this.#boot,
                lease_until: now + leaseMs,
              })
              .where('id', '=', row.id)
              .execute();
            leased.push(leasedJob({ ...row, attempts }, lane, this.#boot));
          }
          return leased;
        }),
    );
  }

  async extend(job: LeasedJob, leaseMs: number): Promise<boolean> {
    const until = this.#now() + leaseMs;
    const result = await inStore(
      async () =>
        await this.#db
          .updateTable('jobs')
          .set({ lease_until: until })
          .where((eb) => eb.and(this.#heldBy(job)))
          .executeTakeFirst(),
    );
    return result.numUpdatedRows === 1n;
  }

  async complete(job: LeasedJob): Promise<void> {
    await inStore(
      async () =>
        await this.#db
          .deleteFrom('jobs')
          .where((eb) => eb.and(this.#heldBy(job)))
          .execute(),
    );
  }

  async retry(job: LeasedJob, options: RetryOptions): Promise<void> {
    const now = this.#now();
    await inStore(
      async () =>
        await this.#db.transaction().execute(async (tx) => {
          const newer = await tx
            .selectFrom('jobs')
            .select('id')
            .where((eb) => eb.and({ lane: job.lane, key: job.key, state: 'waiting' }))
            .executeTakeFirst();
          if (newer !== undefined) {
            await tx
              .deleteFrom('jobs')
              .where((eb) => eb.and(this.#heldBy(job)))
              .execute();
            return;
          }
          await tx
            .updateTable('jobs')
            .set({
              state: 'waiting',
              attempts: options.countAttempt ? job.attempt : job.attempt - 1,
              run_at: now + options.afterMs,
              lease_owner: null,
              lease_until: null,
              last_reason: options.reason,
            })
            .where((eb) => eb.and(this.#heldBy(job)))
            .execute();
        }),
    );
  }

  async bury(job: LeasedJob, reason: string): Promise<void> {
    await inStore(
      async () =>
        await this.#db
          .updateTable('jobs')
          .set({ state: 'dead', lease_owner: null, lease_until: null, last_reason: reason })
          .where((eb) => eb.and(this.#heldBy(job)))
          .execute(),
    );
  }

  /** The attempt is part of it: the same process may hold a later attempt of a job whose lease it lost. */
  #heldBy(job: LeasedJob): Pick<JobRow, 'id' | 'state' | 'lease_owner' | 'attempts'> {
    return { id: job.id, state: 'leased', lease_owner: this.#boot, attempts: job.attempt };
  }
}

/** Shared with the intake, which enqueues in its own transaction. */
export async function insertJob(
  db: Kysely<Tables> | Transaction<Tables>,
  job: NewJob,
  now: number,
): Promise<void> {
  const payload = JSON.stringify(job.payload);
  const runAt = now + job.delayMs;
  await db
    .insertInto('jobs')
    .values({
      id: randomUUID(),
      lane: job.lane,
      key: job.key,
      payload,
      state: 'waiting',
      attempts: 0,
      run_at: runAt,
      lease_owner: null,
      lease_until: null,
      last_reason: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['lane', 'key'])
        // Written out: SQLite finds a partial index by its literal condition only.
        .where(sql<boolean>`state = 'waiting'`)
        .doUpdateSet({ payload, run_at: runAt, attempts: 0 }),
    )
    .execute();
}

async function dueJobs(
  tx: Transaction<Tables>,
  lane: Lane,
  limit: number,
  now: number,
): Promise<readonly JobRow[]> {
  const rows = await tx
    .selectFrom('jobs as job')
    .selectAll()
    .where('lane', '=', lane)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'waiting').and('run_at', '<=', now),
        eb('state', '=', 'leased').and('lease_until', '<=', now),
      ]),
    )
    .where((eb) => eb.not(eb.exists(leasedSibling(eb, now))))
    .orderBy('run_at')
    .limit(limit)
    .execute();
  return firstPerKey(rows);
}

function leasedSibling(eb: ExpressionBuilder<Tables & { job: JobRow }, 'job'>, now: number) {
  return eb
    .selectFrom('jobs as other')
    .select('other.id')
    .whereRef('other.lane', '=', 'job.lane')
    .whereRef('other.key', '=', 'job.key')
    .where('other.state', '=', 'leased')
    .where('other.lease_until', '>', now);
}

/** An expired lease and a newer job may be due together under one key. */
function firstPerKey(rows: readonly JobRow[]): readonly JobRow[] {
  return [...new Map(rows.toReversed().map((row) => [row.key, row])).values()].reverse();
}

function leasedJob(row: JobRow, lane: Lane, boot: string): LeasedJob {
  return {
    id: row.id,
    lane,
    key: row.key,
    payload: JobPayload.parse(JSON.parse(row.payload)),
    attempt: row.attempts,
    holder: `${boot}/${row.id}/${row.attempts}`,
  };
}
