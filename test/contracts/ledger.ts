import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CloseRequest, PullRef, ReviewRequest } from '../../src/jobs/job.ts';
import type { Ledger, PullRecord } from '../../src/jobs/ledger.ts';
import type { Queue } from '../../src/jobs/queue.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  readonly queue: Queue;
  advance(ms: number): void;
  close(): Promise<void>;
}

const PULL: PullRef = { installationId: 1, repositoryId: 2, owner: 'acme', name: 'shop', pull: 7 };
const SHA_A = 'a'.repeat(40);
const SHA_B = 'b'.repeat(40);
const LEASE_MS = 1_000;

function pushed(
  headSha: string,
  changedAt: number,
  more: Partial<ReviewRequest> = {},
): ReviewRequest {
  return {
    kind: 'review',
    pull: PULL,
    headSha,
    beforeSha: null,
    changedAt,
    cause: 'pushed',
    commentId: null,
    ...more,
  };
}

function closed(changedAt: number): CloseRequest {
  return { kind: 'close', pull: PULL, headSha: SHA_A, changedAt, closed: true };
}

/** What every engine promises of the service's memory. */
export function describeLedger(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`ledger: ${name}`, () => {
    let under: LedgerUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.close();
    });

    const accept = async (
      request: ReviewRequest | CloseRequest,
      deliveryId: string | null = null,
    ) => await under.ledger.accept({ deliveryId, request });
    const read = async (): Promise<PullRecord> => (await under.ledger.readPull(PULL))!;
    const settleJobs = async () => await under.queue.claim('announce', 10, LEASE_MS);
    const publish = async (reviewId: string, more: object = {}) =>
      await under.ledger.record(reviewId, {
        kind: 'published',
        verdict: 'ready',
        commentId: 5,
        concerns: [],
        final: true,
        ...more,
      });

    it('an accepted delivery is remembered, wanted and enqueued', async () => {
      expect(await accept(pushed(SHA_A, 10), 'd1')).toBe('queued');

      const record = await read();
      expect(record).toMatchObject({ open: true, headSha: SHA_A, commentId: null });
      expect(record.wanted).toMatchObject({ headSha: SHA_A, end: null, checkId: null });
      const [job] = await settleJobs();
      expect(job!.payload).toEqual({ kind: 'settle', pull: PULL });
    });

    it('a delivery is a duplicate once it has been worked off, and not before', async () => {
      await accept(pushed(SHA_A, 10), 'd1');
      expect(await accept(pushed(SHA_A, 10), 'd1')).toBe('queued');
      await publish((await read()).wanted!.reviewId);

      expect(await accept(pushed(SHA_A, 10), 'd1')).toBe('duplicate');
    });

    it('a redelivery runs again when the review had failed', async () => {
      await accept(pushed(SHA_A, 10), 'd1');
      const first = (await read()).wanted!.reviewId;
      await under.ledger.record(first, { kind: 'ended', end: 'failed', reason: 'broken' });

      expect(await accept(pushed(SHA_A, 10), 'd1')).toBe('queued');
      expect((await read()).wanted!.reviewId).not.toBe(first);
    });

    it('the same event under another delivery id changes nothing after the review', async () => {
      await accept(pushed(SHA_A, 10), 'd1');
      await publish((await read()).wanted!.reviewId);

      expect(await accept(pushed(SHA_A, 10), 'd2')).toBe('duplicate');
    });

    it('a newer head supersedes the review of the older one', async () => {
      await accept(pushed(SHA_A, 10));
      const first = (await read()).wanted!.reviewId;
      await under.ledger.holdReview(first, 'h1', LEASE_MS);
      await accept(pushed(SHA_B, 20));

      const record = await read();
      expect(record.wanted).toMatchObject({ headSha: SHA_B, superseded: false });
      expect(record.unsettled.map(({ reviewId, superseded }) => [reviewId, superseded])).toEqual([
        [first, true],
        [record.wanted!.reviewId, false],
      ]);
      expect(await under.ledger.holdReview(first, 'h1', LEASE_MS)).toBe('superseded');
    });

    it('an older event that arrives late is stale', async () => {
      await accept(pushed(SHA_B, 20));

      expect(await accept(pushed(SHA_A, 10), 'd1')).toBe('stale');
      expect(await accept(pushed(SHA_A, 10), 'd1')).toBe('duplicate');
      expect((await read()).headSha).toBe(SHA_B);
    });

    it('within one second the chain of pushes tells the order', async () => {
      await accept(pushed(SHA_B, 10, { beforeSha: SHA_A }));

      expect(await accept(pushed(SHA_A, 10))).toBe('stale');
    });

    it('closing ends the wish, also when it arrives first', async () => {
      expect(await accept(closed(20))).toBe('duplicate');
      expect(await accept(pushed(SHA_A, 10))).toBe('stale');
      expect(await read()).toMatchObject({ open: false, wanted: null });

      await accept(pushed(SHA_A, 30, { cause: 'reopened' }));
      await accept(closed(40));
      expect(await read()).toMatchObject({ open: false, wanted: { superseded: true } });
    });

    it('a called-off review cannot be joined: the next wish begins a new one', async () => {
      await accept(pushed(SHA_A, 10));
      await accept({ ...closed(10), closed: false });
      const first = (await read()).wanted!;
      expect(await read()).toMatchObject({ open: true });

      await accept(pushed(SHA_A, 10, { cause: 'recheck' }));
      expect((await read()).wanted!.reviewId).not.toBe(first.reviewId);
    });

    it('one review of a pull request is held by one holder; the lease decides', async () => {
      await accept(pushed(SHA_A, 10));
      const { reviewId } = (await read()).wanted!;

      expect(await under.ledger.holdReview(reviewId, 'h1', LEASE_MS)).toBe('held');
      expect(await under.ledger.holdReview(reviewId, 'h2', LEASE_MS)).toBe('busy');
      under.advance(900);
      expect(await under.ledger.holdReview(reviewId, 'h1', LEASE_MS)).toBe('held');
      under.advance(900);
      expect(await under.ledger.holdReview(reviewId, 'h2', LEASE_MS)).toBe('busy');
      under.advance(101);
      expect(await under.ledger.holdReview(reviewId, 'h2', LEASE_MS)).toBe('held');
      expect(await under.ledger.holdReview(reviewId, 'h1', LEASE_MS)).toBe('busy');
    });

    it('the successor waits until the overtaken review has let go', async () => {
      await accept(pushed(SHA_A, 10));
      const first = (await read()).wanted!.reviewId;
      await under.ledger.holdReview(first, 'h1', LEASE_MS);
      await accept(pushed(SHA_B, 20));
      const second = (await read()).wanted!.reviewId;

      expect(await under.ledger.holdReview(second, 'h2', LEASE_MS)).toBe('busy');
      await under.ledger.record(first, { kind: 'released' });
      expect(await under.ledger.holdReview(second, 'h2', LEASE_MS)).toBe('held');
    });

    it('a published review leaves its comment and concerns to the next one', async () => {
      await accept(pushed(SHA_A, 10));
      await publish((await read()).wanted!.reviewId, { commentId: 77 });

      expect(await read()).toMatchObject({
        commentId: 77,
        publishedHeadSha: SHA_A,
        concerns: [],
        wanted: { end: 'published', settled: true },
        unsettled: [],
      });
    });

    it('a published review that is not final stays alive', async () => {
      await accept(pushed(SHA_A, 10));
      const { reviewId } = (await read()).wanted!;
      await under.ledger.holdReview(reviewId, 'h1', LEASE_MS);
      await publish(reviewId, { final: false });

      expect((await read()).wanted).toMatchObject({ end: null });
      expect(await under.ledger.holdReview(reviewId, 'h2', LEASE_MS)).toBe('held');
    });

    it('an end is final, but a comment that was written is never forgotten', async () => {
      await accept(pushed(SHA_A, 10));
      const { reviewId } = (await read()).wanted!;
      await under.ledger.record(reviewId, { kind: 'ended', end: 'cancelled', reason: 'replaced' });
      await publish(reviewId, { commentId: 9 });

      expect(await read()).toMatchObject({
        commentId: 9,
        publishedHeadSha: null,
        wanted: { end: 'cancelled', settled: true },
      });
    });

    it('a check that was made after the end still has to be ended', async () => {
      await accept(pushed(SHA_A, 10));
      const { reviewId } = (await read()).wanted!;
      await under.ledger.record(reviewId, { kind: 'ended', end: 'cancelled', reason: 'replaced' });
      await under.ledger.record(reviewId, { kind: 'announced', checkId: 3 });

      expect((await read()).unsettled).toMatchObject([{ checkId: 3, end: 'cancelled' }]);
      expect(await under.ledger.findPulls(null)).toEqual([PULL]);
      await under.ledger.record(reviewId, { kind: 'settled' });
      expect(await under.ledger.findPulls(null)).toEqual([]);
    });

    it('an overtaken review ends as cancelled, whatever it ran into', async () => {
      await accept(pushed(SHA_A, 10));
      const { reviewId } = (await read()).wanted!;
      await under.ledger.record(reviewId, { kind: 'announced', checkId: 3 });
      await accept(pushed(SHA_B, 20));
      await under.ledger.record(reviewId, { kind: 'ended', end: 'failed', reason: 'broken' });

      expect((await read()).unsettled[0]).toMatchObject({ reviewId, end: 'cancelled' });
    });

    it('finds open pull requests by head, in their own repository only', async () => {
      await accept(pushed(SHA_A, 10));
      await accept(pushed(SHA_A, 10, { pull: { ...PULL, pull: 8 } }));
      await accept(pushed(SHA_A, 10, { pull: { ...PULL, repositoryId: 3 } }));
      await accept(closed(20));

      const { pull: _, ...repository } = PULL;
      const found = await under.ledger.findPulls({ repository, headSha: SHA_A });
      expect(found.map(({ pull }) => pull)).toEqual([8]);
    });

    it('a command is enqueued once per delivery, and worked off by its audit', async () => {
      const { pull, ...repository } = PULL;
      const request = {
        kind: 'command' as const,
        command: 'recheck' as const,
        repository,
        pull,
        headSha: null,
        actor: 'mallory',
        commentId: 1,
      };
      await under.ledger.accept({ deliveryId: 'c1', request });
      await under.ledger.accept({ deliveryId: 'c1', request });

      const jobs = await settleJobs();
      expect(jobs.map(({ payload }) => payload)).toEqual([
        { kind: 'command', deliveryId: 'c1', request },
      ]);
      await under.ledger.audit({
        repository,
        pull,
        actor: 'mallory',
        action: 'recheck',
        outcome: 'refused',
        deliveryId: 'c1',
      });
      expect(await under.ledger.accept({ deliveryId: 'c1', request })).toBe('duplicate');
    });

    it('a renamed repository keeps its pull requests under the new name', async () => {
      await accept(pushed(SHA_A, 10));
      await accept(pushed(SHA_B, 20, { pull: { ...PULL, owner: 'umbrella', name: 'store' } }));

      expect((await read()).pull).toMatchObject({ owner: 'umbrella', name: 'store', pull: 7 });
    });
  });
}
