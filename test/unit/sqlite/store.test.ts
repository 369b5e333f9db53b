import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';
import { describeLedger } from '../../contracts/ledger.ts';
import { describeQueue } from '../../contracts/queue.ts';

async function openTwo() {
  const dataDir = mkdtempSync(join(tmpdir(), 'ops-store-'));
  let time = 1_000_000;
  const now = () => time;
  const store = await openStore({ dataDir, now });
  const second = await openStore({ dataDir, now });
  return {
    queue: store.queue,
    other: second.queue,
    ledger: store.ledger,
    advance: (ms: number) => {
      time += ms;
    },
    close: async () => {
      await store.close();
      await second.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

describeQueue('sqlite', openTwo);
describeLedger('sqlite', openTwo);
