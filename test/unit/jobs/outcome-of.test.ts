import { describe, expect, it } from 'vitest';
import { OpsError, type OpsErrorCode } from '../../../src/domain/ops-error.ts';
import { outcomeOf } from '../../../src/jobs/outcome-of.ts';

const table: readonly {
  code: OpsErrorCode;
  attempt?: number;
  retryAfterMs?: number;
  outcome: object;
}[] = [
  { code: 'github.rate-limited', outcome: { kind: 'retry', afterMs: 60_000 } },
  { code: 'github.rate-limited', retryAfterMs: 7_000, outcome: { kind: 'retry', afterMs: 7_000 } },
  { code: 'github.unavailable', outcome: { kind: 'retry', afterMs: 2_000 } },
  { code: 'github.unavailable', attempt: 3, outcome: { kind: 'retry', afterMs: 8_000 } },
  { code: 'github.unavailable', attempt: 99, outcome: { kind: 'retry', afterMs: 300_000 } },
  { code: 'github.unavailable', retryAfterMs: 1, outcome: { kind: 'retry', afterMs: 1 } },
  { code: 'github.not-found', outcome: { kind: 'give-up', tellUser: false } },
  { code: 'github.forbidden', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'github.invalid', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'model.overloaded', outcome: { kind: 'retry', afterMs: 60_000 } },
  { code: 'model.unavailable', outcome: { kind: 'retry', afterMs: 2_000 } },
  { code: 'model.rejected', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'config.unavailable', outcome: { kind: 'retry', afterMs: 2_000 } },
  { code: 'config.invalid', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'agent.invalid', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'revision.unknown', outcome: { kind: 'retry', afterMs: 1_000 } },
  { code: 'repository.unreadable', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'worker.failed', attempt: 2, outcome: { kind: 'retry', afterMs: 2_000 } },
  { code: 'store.unavailable', outcome: { kind: 'retry', afterMs: 2_000 } },
  { code: 'store.newer', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'store.corrupt', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'environment.invalid', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'usage', outcome: { kind: 'give-up', tellUser: true } },
  { code: 'cancelled', outcome: { kind: 'cancelled' } },
];

describe('what follows from an error', () => {
  it.each(table)('$code, attempt $attempt', ({ code, attempt = 1, retryAfterMs, outcome }) => {
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    expect(outcomeOf(new OpsError(code, 'x', options), attempt)).toEqual(outcome);
  });

  it('a bug is not tried again, and people are told', () => {
    expect(outcomeOf(new TypeError('x is not a function'), 1)).toEqual({
      kind: 'give-up',
      tellUser: true,
    });
  });
});
