import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewJob, Queue } from '../../src/jobs/queue.ts';

/** A queue of an engine, and a second process on the same store. */
export interface QueueUnderTest {
  readonly queue: Queue;
  readonly other: Queue;
  /** Moves the clock of both, milliseconds. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const PULL = { installationId: 1, repositoryId: 2, owner: 'acme', name: 'shop', pull: 7 };

function job(key: string, delayMs = 0, lane: NewJob['lane'] = 'review'): NewJob {
  return { lane, key, payload: { kind: 'review', pull: PULL }, delayMs };
}

/** What every engine promises of durable work. */
export function describeQueue(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`queue: ${name}`, () => {
    let under: QueueUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.close();
    });

    const keys = async (queue = under.queue, limit = 10) =>
      (await queue.claim('review', limit, 1_000)).map(({ key }) => key);

    it('hands out due jobs, oldest first, once, with their payload', async () => {
      await under.queue.enqueue(job('late', 50));
      await under.queue.enqueue(job('a'));
      under.advance(10);
      await under.queue.enqueue(job('b'));

      const claimed = await under.queue.claim('review', 10, 1_000);

      expect(claimed.map(({ key, attempt }) => [key, attempt])).toEqual([
        ['a', 1],
        ['b', 1],
      ]);
      expect(claimed[0]!.payload).toEqual({ kind: 'review', pull: PULL });
      expect(await keys()).toEqual([]);
      expect(await keys(under.other)).toEqual([]);
    });

    it('keeps lanes apart and respects the limit', async () => {
      await under.queue.enqueue(job('a', 0, 'announce'));
      await under.queue.enqueue(job('a'));
      await under.queue.enqueue(job('b'));

      expect(await keys(under.queue, 1)).toHaveLength(1);
      expect(await keys(under.queue, 0)).toEqual([]);
      expect(await under.queue.claim('announce', 10, 1_000)).toHaveLength(1);
    });

    it('lets at most one job wait per key: a second one moves its time', async () => {
      await under.queue.enqueue(job('a'));
      await under.queue.enqueue(job('a', 100));

      expect(await keys()).toEqual([]);
      under.advance(100);
      expect(await keys()).toEqual(['a']);
    });

    it('never runs two jobs of one key at a time', async () => {
      await under.queue.enqueue(job('a'));
      const [first] = await under.queue.claim('review', 10, 1_000);
      await under.queue.enqueue(job('a'));

      expect(await keys(under.other)).toEqual([]);
      await under.queue.complete(first!);
      expect(await keys(under.other)).toEqual(['a']);
    });

    it('hands a job out again when its lease runs out, to one taker, and counts the attempt', async () => {
      await under.queue.enqueue(job('a'));
      const [first] = await under.queue.claim('review', 1, 1_000);
      under.advance(1_001);
      const [second] = await under.other.claim('review', 1, 1_000);

      expect(second).toMatchObject({ key: 'a', attempt: 2 });
      expect(second!.holder).not.toBe(first!.holder);
      expect(await under.queue.extend(first!, 1_000)).toBe(false);
      await under.queue.complete(first!);
      expect(await under.other.extend(second!, 1_000)).toBe(true);
    });

    it('an expired job and a newer one of its key are not run together', async () => {
      await under.queue.enqueue(job('a'));
      await under.queue.claim('review', 1, 1_000);
      await under.queue.enqueue(job('a'));
      under.advance(1_001);

      expect(await keys()).toEqual(['a']);
      expect(await keys()).toEqual([]);
    });

    it('an extended lease holds', async () => {
      await under.queue.enqueue(job('a'));
      const [held] = await under.queue.claim('review', 1, 1_000);
      under.advance(900);
      await under.queue.extend(held!, 1_000);
      under.advance(900);

      expect(await keys(under.other)).toEqual([]);
    });

    it.each([
      { name: 'a failure counts', countAttempt: true, attempt: 2 },
      { name: 'a shutdown does not', countAttempt: false, attempt: 1 },
    ])('retries after the wait: $name', async ({ countAttempt, attempt }) => {
      await under.queue.enqueue(job('a'));
      const [held] = await under.queue.claim('review', 1, 1_000);
      await under.queue.retry(held!, { afterMs: 500, reason: 'busy', countAttempt });

      expect(await keys()).toEqual([]);
      under.advance(500);
      const [again] = await under.queue.claim('review', 1, 1_000);
      expect(again).toMatchObject({ key: 'a', attempt });
    });

    it('a retry gives way to a newer job under the same key', async () => {
      await under.queue.enqueue(job('a'));
      const [held] = await under.queue.claim('review', 1, 1_000);
      await under.queue.enqueue(job('a'));
      await under.queue.retry(held!, { afterMs: 60_000, reason: 'busy', countAttempt: true });

      const [again] = await under.queue.claim('review', 5, 1_000);
      expect(again).toMatchObject({ key: 'a', attempt: 1 });
    });

    it('a buried job never comes back, and its key is free', async () => {
      await under.queue.enqueue(job('a'));
      const [held] = await under.queue.claim('review', 1, 1_000);
      await under.queue.bury(held!, 'poison');
      under.advance(100_000);

      expect(await keys()).toEqual([]);
      await under.queue.enqueue(job('a'));
      expect(await keys()).toEqual(['a']);
    });
  });
}
