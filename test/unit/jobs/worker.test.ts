import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/domain/ops-error.ts';
import { reconcile } from '../../../src/jobs/reconcile.ts';
import { Worker } from '../../../src/jobs/worker.ts';
import { LEASE_MS, MAX_ATTEMPTS, WALL_MS } from '../../../src/jobs/worker-deps.ts';
import { Bench, PULL, sha } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => {
  await bench.close();
});

describe('a review, from the wish to its end', () => {
  it('is announced, runs, and is published', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();

    expect(bench.runs[0]!.job).toMatchObject({
      headSha: sha('a'),
      checkId: 101,
      commentId: null,
      attempt: 1,
      history: { headSha: null, concerns: [], waivers: [] },
    });
    bench.runs[0]!.finish({ verdict: 'blocked' });
    await bench.turn();
    expect(bench.checkStates).toEqual(['blocked']);
    expect(await bench.wanted()).toMatchObject({ end: 'published', settled: true });
  });

  it('the next one gets the comment and the head of the one before', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.finish();
    await bench.turn();
    await bench.want(sha('b'), 20);
    await bench.turn();

    expect(bench.runs[1]!.job).toMatchObject({
      commentId: 55,
      history: { headSha: sha('a') },
    });
  });

  it('is announced while every review slot is busy', async () => {
    for (const pull of [1, 2, 3, 4]) await bench.want(sha(String(pull)), 10, { pull });
    await bench.turn();

    expect(bench.runs).toHaveLength(2);
    expect(new Set(bench.host.checks.map(({ pull }) => pull))).toEqual(new Set([1, 2, 3, 4]));
    expect(bench.host.checks).toHaveLength(4);
  });

  it('a repeated wish neither announces nor runs it twice', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.finish();
    await bench.turn();

    expect(bench.runs).toHaveLength(1);
    expect(bench.checkStates).toEqual(['ready']);
  });

  it('answers the command that asked for it', async () => {
    await bench.want(sha('a'), 10, { cause: 'recheck', commentId: 9 });
    await bench.turn();
    bench.runs[0]!.finish();
    await bench.turn();

    expect(bench.host.reactions).toEqual(['rocket']);
  });
});

describe('a pull request that moves', () => {
  it('aborts the running review; its check ends as cancelled, the new head is reviewed', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    await bench.want(sha('b'), 20);
    await bench.turn(8);

    expect(bench.runs[0]!.run.signal.aborted).toBe(true);
    expect(bench.runs).toHaveLength(2);
    expect(bench.runs[1]!.job.headSha).toBe(sha('b'));
    bench.runs[1]!.finish();
    await bench.turn();
    expect(bench.checkStates).toEqual(['cancelled', 'ready']);
    expect(bench.host.checks[0]!.reason).toBe(`Replaced by ${sha('b').slice(0, 7)}.`);
  });

  it('ten pushes end in one finished review, of the newest head', async () => {
    for (let i = 0; i < 10; i += 1) {
      await bench.want(sha(String(i)), 10 + i);
      if (i % 3 === 0) await bench.turn(1);
    }
    await bench.turn(12);
    bench.runs.at(-1)!.finish();
    await bench.turn();

    expect(bench.runs.at(-1)!.job.headSha).toBe(sha('9'));
    expect(bench.checkStates.filter((state) => state !== 'cancelled')).toEqual(['ready']);
    expect(await bench.store.ledger.findPulls(null)).toEqual([]);
  });

  it('pushes that wait for the next one start a single review', async () => {
    const { settings } = bench.deps;
    const worker = new Worker({ ...bench.deps, settings: { ...settings, debounceMs: 2_000 } });
    for (let i = 0; i < 5; i += 1) {
      await bench.want(sha(String(i)), 10 + i);
      await worker.tick();
      await worker.idle();
      bench.advance(1_000);
    }
    await worker.tick();
    expect(bench.runs).toHaveLength(0);
    bench.advance(1_000);
    await worker.tick();
    await bench.turn();

    expect(bench.runs.map(({ job }) => job.headSha)).toEqual([sha('4')]);
  });

  it('a head that the publisher finds outdated is followed, without any webhook', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.host.head = { headSha: sha('b'), open: true, changedAt: 30 };
    bench.runs[0]!.finish({ kind: 'superseded' });
    await bench.turn(8);

    expect(bench.runs[1]!.job).toMatchObject({ headSha: sha('b'), cause: 'moved' });
    expect(bench.checkStates).toEqual(['cancelled', 'in_progress']);
  });

  it('one that was closed meanwhile ends as cancelled', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.host.head = { headSha: sha('a'), open: false, changedAt: 30 };
    bench.runs[0]!.finish({ kind: 'superseded' });
    await bench.turn(8);

    expect(bench.checkStates).toEqual(['cancelled']);
    expect(bench.host.checks[0]!.reason).toBe('The pull request was closed.');
  });

  it('closing aborts what runs', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    const request = {
      kind: 'close' as const,
      pull: PULL,
      headSha: sha('a'),
      changedAt: 20,
      closed: true,
    };
    await bench.store.ledger.accept({ deliveryId: null, request });
    await bench.turn(8);

    expect(bench.runs[0]!.run.signal.aborted).toBe(true);
    expect(bench.checkStates).toEqual(['cancelled']);
  });
});

describe('a review that fails', () => {
  it('is tried again when that can help', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.fail(new OpsError('github.rate-limited', 'slow down', { retryAfterMs: 5_000 }));
    await bench.turn();
    expect(bench.runs).toHaveLength(1);
    bench.advance(5_000);
    await bench.turn();

    expect(bench.runs[1]!.job).toMatchObject({ attempt: 2, headSha: sha('a'), checkId: 101 });
    expect(bench.checkStates).toEqual(['in_progress']);
  });

  it.each([
    { name: 'cannot be helped', error: new OpsError('github.invalid', 'Broken.'), says: 'Broken.' },
    { name: 'is a bug', error: new TypeError('secret inner text'), says: /internal error/ },
  ])('ends as action_required when it $name', async ({ error, says }) => {
    await bench.want(sha('a'), 10, { cause: 'recheck', commentId: 9 });
    await bench.turn();
    bench.runs[0]!.fail(error);
    await bench.turn();

    expect(bench.checkStates).toEqual(['action_required']);
    expect(bench.host.checks[0]!.reason).toMatch(says);
    expect(bench.host.checks[0]!.reason).not.toContain('secret');
    expect(bench.host.reactions).toEqual(['confused']);
  });

  it('ends as action_required when it has been tried too often', async () => {
    await bench.want(sha('a'), 10);
    for (let i = 0; i < MAX_ATTEMPTS; i += 1) {
      await bench.turn();
      bench.runs[i]!.fail(new OpsError('github.unavailable', 'down', { retryAfterMs: 1_000 }));
      await bench.turn(1);
      bench.advance(1_000);
    }
    await bench.turn();

    expect(bench.runs).toHaveLength(MAX_ATTEMPTS);
    expect(bench.checkStates).toEqual(['action_required']);
  });

  it('ends as action_required when waiting would take it past its wall time', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    const retryAfterMs = WALL_MS + 1;
    bench.runs[0]!.fail(new OpsError('github.rate-limited', 'slow down', { retryAfterMs }));
    await bench.turn();

    expect(bench.checkStates).toEqual(['action_required']);
  });

  it('is stopped at its deadline', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    for (let i = 0; i < 5; i += 1) {
      bench.advance(12_000);
      await bench.turn(1);
    }
    await bench.turn();

    expect(bench.runs[0]!.run.signal.aborted).toBe(true);
    expect(bench.checkStates).toEqual(['action_required']);
    expect(bench.host.checks[0]!.reason).toMatch(/within 60 seconds/);
  });

  it('published without its agent, is tried again later on the same check', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.finish({ verdict: 'not_assessed', retryAfterMs: 60_000 });
    await bench.turn();
    bench.advance(60_000);
    await bench.turn();

    expect(bench.runs[1]!.job).toMatchObject({ attempt: 2, checkId: 101, commentId: 55 });
    bench.runs[1]!.finish();
    await bench.turn();
    expect(bench.checkStates).toEqual(['ready']);
  });
});

describe('crashes and shutdowns', () => {
  it('a review whose process died is taken over when the lease has run out', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    const other = new Worker(bench.deps);
    bench.advance(LEASE_MS - 1);
    await other.tick();
    expect(bench.runs).toHaveLength(1);

    bench.advance(2);
    await other.tick();
    await bench.turn(0);
    await expect.poll(() => bench.runs.length).toBe(2);
    expect(bench.runs[1]!.job).toMatchObject({ attempt: 2, checkId: 101 });
  });

  it('the frozen process notices and writes nothing of it', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    const other = new Worker(bench.deps);
    bench.advance(LEASE_MS + 1);
    await other.tick();
    await expect.poll(() => bench.runs.length).toBe(2);
    await bench.worker.beat();
    await bench.worker.idle();

    expect(bench.runs[0]!.run.signal.aborted).toBe(true);
    expect(bench.checkStates).toEqual(['in_progress']);
    bench.runs[1]!.finish();
    await other.idle();
    expect(await bench.wanted()).toMatchObject({ end: 'published' });
  });

  it('a job that takes its process down every time is given up', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    for (let i = 0; i < MAX_ATTEMPTS; i += 1) {
      bench.advance(LEASE_MS + 1);
      const crashing = new Worker(bench.deps);
      await crashing.tick();
      await expect.poll(async () => (await bench.store.queue.claim('review', 1, 1)).length).toBe(0);
    }
    const last = new Worker(bench.deps);
    await expect
      .poll(async () => {
        await last.tick();
        return bench.checkStates;
      })
      .toEqual(['action_required']);
  });

  it('a check that was made before a crash is found, not made twice', async () => {
    bench.host.failures.set('announce', [new OpsError('github.unavailable', 'answer lost')]);
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.advance(10_000);
    await bench.turn();

    expect(bench.host.calls.filter((call) => call.startsWith('announce'))).toEqual([
      'announce',
      'announce again',
    ]);
    expect(bench.checkStates).toEqual(['in_progress']);
  });

  it('a shutdown lets reviews finish', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    const stopped = bench.worker.stop(60_000);
    bench.runs[0]!.finish();
    await stopped;

    expect(bench.checkStates).toEqual(['ready']);
  });

  it('a shutdown that cannot wait hands the review back at once, without counting', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    await bench.worker.stop(0);
    const next = new Worker(bench.deps);
    await next.tick();
    await expect.poll(() => bench.runs.length).toBe(2);

    expect(bench.runs[1]!.job).toMatchObject({ attempt: 1, checkId: 101 });
    expect(bench.checkStates).toEqual(['in_progress']);
  });

  it('ends a check whose end could not be written at first', async () => {
    bench.host.failures.set('endCheck', [new OpsError('github.unavailable', 'down')]);
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.fail(new OpsError('github.invalid', 'Broken.'));
    await bench.turn();
    expect(bench.checkStates).toEqual(['in_progress']);
    bench.advance(10_000);
    await bench.turn();

    expect(bench.checkStates).toEqual(['action_required']);
  });

  it('a check that somebody deleted is not ended for ever', async () => {
    bench.host.failures.set('endCheck', [new OpsError('github.not-found', 'gone')]);
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.fail(new OpsError('github.invalid', 'Broken.'));
    await bench.turn();

    expect(await bench.store.ledger.findPulls(null)).toEqual([]);
  });
});

describe('the reconciler', () => {
  it('reviews an open pull request that no webhook told of', async () => {
    bench.host.openPulls = [{ pull: PULL, headSha: sha('a'), changedAt: 10 }];
    expect(await reconcile(bench.deps)).toEqual({ unsettled: 0, unchecked: 1 });
    await bench.turn();

    expect(bench.runs[0]!.job).toMatchObject({ headSha: sha('a'), cause: 'reconcile' });
  });

  it('leaves running reviews alone', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.host.openPulls = [{ pull: PULL, headSha: sha('a'), changedAt: 10 }];
    await reconcile(bench.deps);
    await bench.turn();
    bench.runs[0]!.finish();
    await bench.turn();

    expect(bench.runs).toHaveLength(1);
    expect(bench.checkStates).toEqual(['ready']);
  });

  it('asks GitHub about nothing that the ledger knows', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.finish();
    await bench.turn();
    bench.host.openPulls = [{ pull: PULL, headSha: sha('a'), changedAt: 10 }];

    expect(await reconcile(bench.deps)).toEqual({ unsettled: 0, unchecked: 0 });
    expect(bench.host.calls).not.toContain('hasFinishedCheck');
  });

  it('believes the check, not the ledger, when the database was lost', async () => {
    bench.host.checks.push({ id: 1, pull: 7, headSha: sha('a'), state: 'blocked', reason: null });
    bench.host.openPulls = [{ pull: PULL, headSha: sha('a'), changedAt: 10 }];

    expect(await reconcile(bench.deps)).toEqual({ unsettled: 0, unchecked: 0 });
  });

  it('leaves a review off that a maintainer called off', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    const request = {
      kind: 'close' as const,
      pull: PULL,
      headSha: sha('a'),
      changedAt: 10,
      closed: false,
    };
    await bench.store.ledger.accept({ deliveryId: null, request });
    await bench.turn(8);
    bench.advance(60 * 60_000);
    bench.host.openPulls = [{ pull: PULL, headSha: sha('a'), changedAt: 10 }];
    await reconcile(bench.deps);
    await bench.turn();

    expect(bench.checkStates).toEqual(['cancelled']);
  });

  it('settles what the announcements gave up', async () => {
    const down = () => new OpsError('github.unavailable', 'down', { retryAfterMs: 0 });
    bench.host.failures.set('before announce', Array.from({ length: MAX_ATTEMPTS }, down));
    await bench.want(sha('a'), 10);
    await bench.turn(MAX_ATTEMPTS + 2);
    expect(bench.runs).toHaveLength(0);

    expect(await reconcile(bench.deps)).toMatchObject({ unsettled: 1 });
    await bench.turn();
    expect(bench.runs).toHaveLength(1);
  });
});
