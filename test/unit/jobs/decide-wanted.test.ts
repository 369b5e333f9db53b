import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideWanted,
  type KnownPull,
  RECONCILE_PATIENCE_MS,
} from '../../../src/jobs/decide-wanted.ts';
import {
  type CloseRequest,
  externalIdOf,
  parseExternalId,
  type ReviewCause,
  type ReviewRequest,
} from '../../../src/jobs/job.ts';

const PULL = { installationId: 1, repositoryId: 2, owner: 'acme', name: 'shop', pull: 7 };
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const NOW = 1_000_000_000;

function wish(cause: ReviewCause, headSha = A, changedAt = 10): ReviewRequest {
  return {
    kind: 'review',
    pull: PULL,
    headSha,
    beforeSha: null,
    changedAt,
    cause,
    commentId: null,
  };
}

function known(wanted: Partial<NonNullable<KnownPull['wanted']>> | null): KnownPull {
  const review = { headSha: A, end: null, started: false, endedAt: null };
  return {
    open: true,
    headSha: A,
    beforeSha: null,
    changedAt: 10,
    wanted: wanted === null ? null : { ...review, ...wanted },
  };
}

const published = { end: 'published', started: true, endedAt: NOW - 1 } as const;
const longAgo = { ...published, endedAt: NOW - RECONCILE_PATIENCE_MS } as const;
const failed = { end: 'failed', started: true, endedAt: NOW - RECONCILE_PATIENCE_MS } as const;
const close: CloseRequest = { kind: 'close', pull: PULL, headSha: A, changedAt: 10, closed: true };

describe('what a wish means', () => {
  it.each([
    {
      name: 'an unknown pull request begins',
      before: null,
      request: wish('opened'),
      then: 'replace',
    },
    {
      name: 'a new head replaces',
      before: known({}),
      request: wish('pushed', B, 11),
      then: 'replace',
    },
    {
      name: 'an older event is stale',
      before: known({}),
      request: wish('pushed', B, 9),
      then: 'stale',
    },
    { name: 'the same head joins', before: known({}), request: wish('pushed'), then: 'join' },
    {
      name: 'a published review answers a repeated push',
      before: known(published),
      request: wish('pushed'),
      then: 'nothing',
    },
    {
      name: 'a failed review does not',
      before: known(failed),
      request: wish('pushed'),
      then: 'replace',
    },
    {
      name: 'a recheck of a finished review begins again',
      before: known(published),
      request: wish('recheck'),
      then: 'replace',
    },
    {
      name: 'a recheck of a running review joins',
      before: known({ started: true }),
      request: wish('recheck'),
      then: 'join',
    },
    {
      name: 'a new base restarts a running review',
      before: known({ started: true }),
      request: wish('base_changed'),
      then: 'replace',
    },
    {
      name: 'a new base joins a review that has not begun',
      before: known({}),
      request: wish('base_changed'),
      then: 'join',
    },
    {
      name: 'the end of draft reviews the same head again',
      before: known(published),
      request: wish('ready_for_review'),
      then: 'replace',
    },
    {
      name: 'a check that a list lacks right after its end is not missing',
      before: known(published),
      request: wish('reconcile'),
      then: 'nothing',
    },
    {
      name: 'a check that is missing for long is made again',
      before: known(longAgo),
      request: wish('reconcile'),
      then: 'replace',
    },
    { name: 'closing stops a live review', before: known({}), request: close, then: 'stop' },
    { name: 'closing after the end', before: known(published), request: close, then: 'nothing' },
    { name: 'closing the unknown', before: null, request: close, then: 'nothing' },
  ])('$name', ({ before, request, then }) => {
    expect(decideWanted(before, request, NOW)).toBe(then);
  });

  it('any order and number of deliveries of a push history ends at the newest head', () => {
    const shas = Array.from({ length: 6 }, (_, i) => String(i).repeat(40));
    const deliveries = fc
      .array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 })
      .map((extra) => [...extra, 0, 1, 2, 3, 4, 5])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    fc.assert(
      fc.property(deliveries, (order) => {
        let state: KnownPull | null = null;
        for (const i of order) {
          const request = wish('pushed', shas[i], 100 + i);
          const decision = decideWanted(state, request, NOW);
          if (decision === 'stale') continue;
          const wanted: KnownPull['wanted'] =
            decision === 'replace'
              ? { headSha: request.headSha, end: null, started: false, endedAt: null }
              : state!.wanted;
          const { headSha, beforeSha, changedAt } = request;
          state = { open: true, headSha, beforeSha, changedAt, wanted };
        }
        expect(state!.wanted!.headSha).toBe(shas[5]);
      }),
    );
  });
});

describe('external ids', () => {
  it('read back what they say', () => {
    const id = externalIdOf({ reviewId: 'r1', pull: PULL, headSha: A });
    expect(parseExternalId(id)).toEqual({ pull: 7, headSha: A });
  });

  it.each([null, '', 'pr=7', `sha=${A}`, `pr=x;sha=${A}`, `pr=7;sha=${A}0`, ` pr=7;sha=${A}`])(
    'says nothing: %s',
    (id) => {
      expect(parseExternalId(id)).toBeNull();
    },
  );
});
