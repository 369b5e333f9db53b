import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentStatus, type Verdict } from '../../../src/domain/vocabulary.ts';
import { decideVerdict, type VerdictInput } from '../../../src/synthesis/verdict.ts';

const CLEAN: VerdictInput = {
  blockers: 0,
  concerns: 0,
  config: 'absent',
  proposedConfig: null,
  policy: { block_on: 'critical', on_agent_unavailable: 'block' },
  incomplete: false,
  failures: 0,
  agent: 'ok',
};
const RULES_ONLY = { block_on: 'critical', on_agent_unavailable: 'rules_only' } as const;
const OBSERVE = { block_on: 'never', on_agent_unavailable: 'block' } as const;

interface Row {
  readonly name: string;
  readonly input: Partial<VerdictInput>;
  readonly verdict: Verdict;
}

const rows: readonly Row[] = [
  { name: 'nothing found', input: {}, verdict: 'ready' },
  { name: 'concerns only', input: { concerns: 2 }, verdict: 'ready_with_concerns' },
  { name: 'a blocker', input: { blockers: 1, concerns: 1 }, verdict: 'blocked' },
  { name: 'no model key: rules only is conclusive', input: { agent: 'skipped' }, verdict: 'ready' },
  { name: 'no model key, a blocker', input: { agent: 'skipped', blockers: 1 }, verdict: 'blocked' },
  { name: 'the model is down', input: { agent: 'unavailable' }, verdict: 'not_assessed' },
  {
    name: 'the model is down, a blocker',
    input: { agent: 'unavailable', blockers: 1 },
    verdict: 'blocked',
  },
  {
    name: 'the model is down, accepted',
    input: { agent: 'unavailable', policy: RULES_ONLY },
    verdict: 'ready',
  },
  {
    name: 'the model is down, accepted, concerns',
    input: { agent: 'deadline', policy: RULES_ONLY, concerns: 1 },
    verdict: 'ready_with_concerns',
  },
  { name: 'the model refuses', input: { agent: 'refused' }, verdict: 'not_assessed' },
  { name: 'the budget is used up', input: { agent: 'budget' }, verdict: 'not_assessed' },
  { name: 'the reply is invalid', input: { agent: 'invalid_output' }, verdict: 'not_assessed' },
  { name: 'a stranger waits', input: { agent: 'awaiting_maintainer' }, verdict: 'not_assessed' },
  {
    name: 'a stranger waits whatever the policy for outages',
    input: { agent: 'awaiting_maintainer', policy: RULES_ONLY },
    verdict: 'not_assessed',
  },
  {
    name: 'a stranger with a blocker',
    input: { agent: 'awaiting_maintainer', blockers: 1 },
    verdict: 'blocked',
  },
  { name: 'invalid configuration', input: { config: 'invalid' }, verdict: 'not_assessed' },
  {
    name: 'invalid configuration, a blocker',
    input: { config: 'invalid', blockers: 1 },
    verdict: 'blocked',
  },
  { name: 'unreadable configuration', input: { config: 'unavailable' }, verdict: 'not_assessed' },
  {
    name: 'a change that breaks the configuration',
    input: { proposedConfig: 'invalid' },
    verdict: 'not_assessed',
  },
  {
    name: 'a change that mends a broken configuration',
    input: { config: 'invalid', proposedConfig: 'loaded' },
    verdict: 'ready',
  },
  {
    name: 'a change that mends a broken configuration and brings a blocker',
    input: { config: 'invalid', proposedConfig: 'loaded', blockers: 1 },
    verdict: 'blocked',
  },
  { name: 'trees not covered', input: { incomplete: true }, verdict: 'not_assessed' },
  {
    name: 'trees not covered, a blocker',
    input: { incomplete: true, blockers: 1 },
    verdict: 'blocked',
  },
  { name: 'a rule could not finish', input: { failures: 1 }, verdict: 'not_assessed' },
  {
    name: 'a rule could not finish, a blocker',
    input: { failures: 1, blockers: 2 },
    verdict: 'blocked',
  },
  { name: 'observe only', input: { blockers: 1, policy: OBSERVE }, verdict: 'ready_with_concerns' },
  {
    name: 'observe only is still honest',
    input: { failures: 1, policy: OBSERVE },
    verdict: 'not_assessed',
  },
  {
    name: 'observe only with a blocker and a gap',
    input: { blockers: 1, failures: 1, policy: OBSERVE },
    verdict: 'not_assessed',
  },
];

describe('decideVerdict', () => {
  it.each(rows)('$name: $verdict', ({ input, verdict }) => {
    expect(decideVerdict({ ...CLEAN, ...input }).verdict).toBe(verdict);
  });

  it('gives at least one reason, whatever comes in', () => {
    fc.assert(fc.property(inputs(), (input) => decideVerdict(input).reasons.length > 0));
  });

  it('passes only what was looked at whole and has no blocker', () => {
    fc.assert(
      fc.property(inputs(), (input) => {
        const { verdict } = decideVerdict(input);
        if (verdict !== 'ready' && verdict !== 'ready_with_concerns') return;
        expect(input.incomplete || input.failures > 0).toBe(false);
        expect(['absent', 'loaded']).toContain(
          input.config === 'invalid' ? input.proposedConfig : input.config,
        );
        expect(input.proposedConfig).not.toBe('invalid');
        expect(input.blockers === 0 || input.policy.block_on === 'never').toBe(true);
        if (input.policy.on_agent_unavailable === 'block')
          expect(['ok', 'skipped']).toContain(input.agent);
      }),
    );
  });

  it('more blockers never soften a verdict', () => {
    fc.assert(
      fc.property(inputs(), fc.nat(5), (input, more) => {
        const before = strictness(decideVerdict(input).verdict);
        const after = strictness(
          decideVerdict({
            ...input,
            blockers: input.blockers + more,
            concerns: input.concerns + more,
          }).verdict,
        );
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('a worse agent outcome never turns blocked into anything else', () => {
    fc.assert(
      fc.property(inputs(), fc.constantFrom(...AgentStatus.options), (input, agent) => {
        if (decideVerdict(input).verdict === 'blocked')
          expect(decideVerdict({ ...input, agent }).verdict).toBe('blocked');
      }),
    );
  });
});

function strictness(verdict: Verdict): number {
  return ['ready', 'ready_with_concerns', 'not_assessed', 'blocked'].indexOf(verdict);
}

function inputs(): fc.Arbitrary<VerdictInput> {
  return fc.record({
    blockers: fc.nat(3),
    concerns: fc.nat(5),
    config: fc.constantFrom('absent', 'loaded', 'invalid', 'unavailable'),
    proposedConfig: fc.constantFrom(null, 'absent', 'loaded', 'invalid', 'unavailable'),
    policy: fc.record({
      block_on: fc.constantFrom('critical', 'never'),
      on_agent_unavailable: fc.constantFrom('block', 'rules_only'),
    }),
    incomplete: fc.boolean(),
    failures: fc.nat(2),
    agent: fc.constantFrom(...AgentStatus.options),
  });
}
