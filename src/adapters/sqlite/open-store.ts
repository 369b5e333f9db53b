import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { OpsError } from '../../domain/ops-error.ts';
import type { Ledger } from '../../jobs/ledger.ts';
import type { Queue } from '../../jobs/queue.ts';
import { bootId, isGone } from './boot-id.ts';
import { MIGRATIONS } from './migrations.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import { SqliteLedger } from './sqlite-ledger.ts';
import { SqliteQueue } from './sqlite-queue.ts';
import { corruptStore, inStore } from './store-error.ts';
import type { Tables } from './tables.ts';

/** How long a statement waits for another process on the same file, milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

export interface StoreOptions {
  /** Folder of the database file; made when absent. */
  readonly dataDir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Store {
  readonly queue: Queue;
  readonly ledger: Ledger;
  /** Writes, and takes it back: rejects with `store.unavailable` when nothing can be stored. */
  checkWritable(): Promise<void>;
  /** Forgets what nobody can need any more: worked-off deliveries, dead jobs. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

/** GitHub lists and redelivers the deliveries of three days; ten times that is on the safe side. */
const KEEP_MS = 30 * 24 * 3_600_000;

/**
 * Opens the embedded store, one SQLite file on a local disk, and brings its schema up to date. Throws `OpsError`:
 * `store.unavailable` (folder or file), `store.corrupt` (damaged pages), `store.newer` (written by a newer version).
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const file = join(options.dataDir, 'ops.db');
  return await inStore(async () => {
    const database = openFile(options.dataDir, file);
    const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
    try {
      await checkPages(database, file);
      await migrate(db, file);
      const boot = bootId();
      await freeOrphans(db, boot);
      return {
        queue: new SqliteQueue(db, options.now, boot),
        ledger: new SqliteLedger(db, options.now),
        checkWritable: async () => await inStore(async () => await probe(db)),
        prune: async () => await inStore(async () => await prune(db, options.now() - KEEP_MS)),
        close: async () => await db.destroy(),
      };
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function openFile(folder: string, file: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new OpsError('store.unavailable', `The folder ${folder} cannot be made.`, {
      remedy: 'Set OPS_DATA_DIR to a folder that the service may write to.',
      cause: error,
    });
  }
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  // FULL: an acknowledged delivery survives a power cut, not only a crash.
  database.exec(
    `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma journal_mode = wal; pragma synchronous = full;`,
  );
  return database;
}

/** SQLite takes a damaged page without a word, so it is asked. */
async function checkPages(database: DatabaseSync, file: string): Promise<void> {
  const rows = database.prepare('pragma quick_check(1)').all();
  const answer = String(rows[0]?.['quick_check'] ?? 'no answer');
  if (answer !== 'ok') throw corruptStore(`${file}: ${answer}`);
}

async function migrate(db: Kysely<Tables>, file: string): Promise<void> {
  const provider = { getMigrations: async () => await Promise.resolve({ ...MIGRATIONS }) };
  const migrator = new Migrator({ db, provider });
  await refuseNewer(db, file);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function refuseNewer(db: Kysely<Tables>, file: string): Promise<void> {
  const tables = await sql<{ n: number }>`
    select count(*) as n from sqlite_master where name = 'kysely_migration'`.execute(db);
  if (tables.rows[0]?.n !== 1) return;
  const ran = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const unknown = ran.rows.find(({ name }) => MIGRATIONS[name] === undefined);
  if (unknown === undefined) return;
  throw new OpsError('store.newer', `A newer version of Ops wrote ${file} (${unknown.name}).`, {
    remedy: 'Start that version, or set OPS_DATA_DIR to another folder.',
  });
}

/** Leases of a process of this machine that is gone are free at once; all others run out by themselves. */
async function freeOrphans(db: Kysely<Tables>, boot: string): Promise<void> {
  const owners = await db
    .selectFrom('jobs')
    .select('lease_owner')
    .distinct()
    .where('state', '=', 'leased')
    .execute();
  for (const { lease_owner: owner } of owners) {
    if (owner === null || !isGone(owner, boot)) continue;
    await db.updateTable('jobs').set({ lease_until: 0 }).where('lease_owner', '=', owner).execute();
    await db
      .updateTable('reviews')
      .set({ holder: null, held_until: null })
      .where('holder', 'like', `${owner}/%`)
      .execute();
  }
}

async function probe(db: Kysely<Tables>): Promise<void> {
  await sql`create table if not exists probe (at integer not null) strict`.execute(db);
  await db.transaction().execute(async (tx) => {
    await sql`insert into probe (at) values (0)`.execute(tx);
    await sql`delete from probe`.execute(tx);
  });
}

async function prune(db: Kysely<Tables>, before: number): Promise<void> {
  await db.deleteFrom('deliveries').where('processed_at', '<', before).execute();
  await db.deleteFrom('jobs').where('state', '=', 'dead').where('run_at', '<', before).execute();
}
