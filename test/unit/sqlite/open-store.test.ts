import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isGone } from '../../../src/adapters/sqlite/boot-id.ts';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ops-open-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = async (dataDir = folder) => await openStore({ dataDir, now: Date.now });

/** Changes the database file behind the store's back. */
function tamper(...statements: string[]): void {
  const database = new DatabaseSync(join(folder, 'ops.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Overwrites the middle of the file, as a dying disk would. */
function scribble(): void {
  const file = join(folder, 'ops.db');
  const bytes = readFileSync(file);
  bytes.fill(0x5a, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 8_192);
  writeFileSync(file, bytes);
}

describe('opening the store', () => {
  it('makes its folder, and opens again what it wrote', async () => {
    const dataDir = join(folder, 'a', 'b');
    await (await open(dataDir)).close();
    const again = await open(dataDir);

    await expect(again.checkWritable()).resolves.toBeUndefined();
    await again.close();
  });

  it('keeps a write-ahead log, so that readers never wait', async () => {
    const store = await open();
    const database = new DatabaseSync(join(folder, 'ops.db'));

    expect(database.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
    await store.close();
  });

  it('refuses a schema of a newer version, by name', async () => {
    await (await open()).close();
    tamper("insert into kysely_migration (name, timestamp) values ('2099-01-01-later', 'x')");

    await expect(open()).rejects.toMatchObject({
      code: 'store.newer',
      message: expect.stringContaining('2099-01-01-later'),
    });
  });

  it('refuses a file that is no database', async () => {
    writeFileSync(
      join(folder, 'ops.db'),
      'not a database, but long enough to be looked at\n'.repeat(50),
    );

    await expect(open()).rejects.toMatchObject({ code: 'store.corrupt' });
  });

  it('finds a damaged page at the start', async () => {
    const store = await open();
    const pull = { installationId: 1, repositoryId: 1, owner: 'o', name: 'n', pull: 1 };
    for (let i = 0; i < 300; i += 1) {
      const payload = { kind: 'settle' as const, pull: { ...pull, pull: i + 1 } };
      await store.queue.enqueue({ lane: 'review', key: `k${i}`, payload, delayMs: 0 });
    }
    await store.close();
    scribble();

    await expect(open()).rejects.toMatchObject({ code: 'store.corrupt' });
  });

  it('forgets worked-off deliveries after a month, and no others', async () => {
    const month = 31 * 24 * 3_600_000;
    let time = 1_000;
    const store = await openStore({ dataDir: folder, now: () => time });
    const pull = { installationId: 1, repositoryId: 1, owner: 'o', name: 'n', pull: 1 };
    const close = {
      kind: 'close' as const,
      pull,
      headSha: 'a'.repeat(40),
      changedAt: 1,
      closed: true,
    };
    const accept = async () => await store.ledger.accept({ deliveryId: 'd', request: close });
    expect(await accept()).toBe('duplicate');
    time += month;
    await store.prune();
    const database = new DatabaseSync(join(folder, 'ops.db'));

    expect(database.prepare('select count(*) as n from deliveries').get()).toEqual({ n: 0 });
    expect(database.prepare('select count(*) as n from pulls').get()).toEqual({ n: 1 });
    database.close();
    await store.close();
  });

  it('names the folder that cannot be made', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');

    await expect(open(join(file, 'below'))).rejects.toMatchObject({
      code: 'store.unavailable',
      remedy: expect.stringContaining('OPS_DATA_DIR'),
    });
  });

  it('a folder in the place of the file is a store that cannot be opened', async () => {
    mkdirSync(join(folder, 'ops.db'));

    await expect(open()).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});

describe('whose lease is free at once', () => {
  const mine = 'host:10:aaaa';
  it.each([
    { name: 'our own', owner: mine, alive: false, gone: false },
    { name: 'a dead process of this machine', owner: 'host:11:bbbb', alive: false, gone: true },
    { name: 'a living process of this machine', owner: 'host:11:bbbb', alive: true, gone: false },
    { name: 'an earlier start under our id', owner: 'host:10:bbbb', alive: true, gone: true },
    { name: 'a process of another machine', owner: 'other:11:bbbb', alive: false, gone: false },
  ])('$name: $gone', ({ owner, alive, gone }) => {
    expect(isGone(owner, mine, () => alive)).toBe(gone);
  });
});
