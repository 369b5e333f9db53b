import { describe, expect, it } from 'vitest';
import { lintReply } from '../../../src/assessment/reply/lints.ts';
import { downtimeBudget } from '../../../src/assessment/reply/downtime-budget.ts';
import type { ReplyConcern } from '../../../src/assessment/reply/schema.ts';
import {
  agentReply,
  blockerConcern,
  replyConcern,
  ScriptedModel,
} from '../../support/scripted-model.ts';
import { assessWith, FETCH_LINE, FINDING } from './fixture.ts';

const evidence = [FETCH_LINE];
const good = replyConcern({ evidence });

function advice(short_term: string, long_term = 'Later.'): Partial<ReplyConcern> {
  return { recommendation: { short_term, long_term } };
}

interface Wanting {
  readonly name: string;
  readonly change: Partial<ReplyConcern>;
  readonly problem: RegExp | null;
}

describe('a concern that is found wanting', () => {
  it.each<Wanting>([
    { name: 'nothing', change: {}, problem: null },
    { name: 'no evidence', change: { evidence: [] }, problem: /evidence is empty/u },
    { name: 'an endless title', change: { title: 'x'.repeat(91) }, problem: /title/u },
    { name: 'no impact', change: { user_impact: ' ' }, problem: /user_impact/u },
    {
      name: 'an impact on machines',
      change: { user_impact: 'The event loop blocks and the heap grows.' },
      problem: /user_impact/u,
    },
    {
      name: 'an impact on machines, in Vietnamese',
      change: { user_impact: 'Event loop bị block, heap tăng dần.' },
      problem: /user_impact/u,
    },
    {
      name: 'an impact on people, in Vietnamese',
      change: { user_impact: 'Khách chờ mãi ở bước thanh toán.' },
      problem: null,
    },
    {
      name: 'an impact that repeats the mechanism',
      change: { user_impact: good.technical_details },
      problem: /user_impact/u,
    },
    {
      name: 'vague advice',
      change: advice('Consider adding a timeout in `src/rates.ts`.'),
      problem: /short_term/u,
    },
    {
      name: 'vague advice, in Vietnamese',
      change: advice('Xem xét thêm timeout vào `src/rates.ts`.'),
      problem: /short_term/u,
    },
    {
      name: 'advice that names nothing',
      change: advice('Make it more robust.'),
      problem: /short_term/u,
    },
    { name: 'no later advice', change: advice('Edit `src/rates.ts`.', ''), problem: /long_term/u },
    {
      name: 'critical without a critical category',
      change: { ...blockerConcern(), category: 'technical_debt' },
      problem: /critical/u,
    },
    {
      name: 'blocking without critical',
      change: { deployment_blocker: true },
      problem: /critical/u,
    },
    {
      name: 'critical without blocking',
      change: { ...blockerConcern(), deployment_blocker: false },
      problem: /critical/u,
    },
    {
      name: 'absence without a search',
      change: { title: 'There is no rollback', searched: [] },
      problem: /searched/u,
    },
    {
      name: 'absence, in Vietnamese',
      change: { title: 'Không có đường lùi', searched: ['  '] },
      problem: /searched/u,
    },
  ])('for $name', ({ change, problem }) => {
    const problems = lintReply(
      agentReply({ concerns: [{ ...good, ...change, evidence: change.evidence ?? evidence }] }),
    );

    if (problem === null) expect(problems).toEqual([]);
    else expect(problems.join('\n')).toMatch(problem);
  });

  it('gets one repair, which names what is wrong', async () => {
    const poor = replyConcern({ evidence, user_impact: 'The heap grows.', priority: 'low' });
    const mended = { ...poor, user_impact: 'Buyers see an error page.' };
    const model = new ScriptedModel([
      { json: agentReply({ concerns: [poor] }) },
      { json: agentReply({ concerns: [mended] }) },
    ]);

    const { concerns, dropped } = await assessWith(model);

    expect(concerns).toMatchObject([{ user_impact: 'Buyers see an error page.' }]);
    expect(dropped).toBe(0);
    expect(model.requests[1]!.turns.at(-1)!.content).toMatchObject([
      { type: 'text', text: expect.stringMatching(/concern N1: user_impact/u) },
    ]);
  });

  it.each([
    { name: 'drops an impact on machines', change: { user_impact: 'The heap grows.' }, is: [] },
    { name: 'drops a concern without later advice', change: advice('Edit `a.ts`.', ''), is: [] },
    {
      name: 'lowers what is overrated',
      change: { ...blockerConcern(), category: 'technical_debt' as const },
      is: [{ priority: 'high' }],
    },
    {
      name: 'doubts an absence that nobody searched for',
      change: { title: 'There is no rollback', searched: [] },
      is: [{ confidence: 'low' }],
    },
  ])('$name when the repair does not help', async ({ change, is }) => {
    const answer = {
      json: agentReply({ concerns: [{ ...good, ...change, evidence, finding_refs: ['D1'] }] }),
    };

    const assessment = await assessWith(new ScriptedModel([answer, answer]), {
      findings: [FINDING],
    });

    expect(assessment.status).toBe('ok');
    expect(assessment.concerns).toMatchObject(is);
    expect(assessment.dropped).toBe(1 - is.length);
  });

  it('keeps a poor answer when the repair is no answer', async () => {
    const poor = replyConcern({ evidence, priority: 'low', ...advice('Make it better.') });
    const model = new ScriptedModel([
      { json: agentReply({ concerns: [poor] }) },
      { text: 'Sorry!' },
    ]);

    expect(await assessWith(model)).toMatchObject({
      status: 'ok',
      concerns: [{ recommendation: 'Make it better.' }],
    });
  });
});

describe('findings of the rules', () => {
  it.each([
    { refs: ['D1'], is: 0 },
    { refs: ['D9', 'D1'], is: 0 },
    { refs: ['D0'], is: null },
    { refs: ['d1', 'D1.5', 'migration/drop-column'], is: null },
  ])('are refined by $refs', async ({ refs, is }) => {
    const concerns = [replyConcern({ evidence, priority: 'low', finding_refs: refs })];

    const assessment = await assessWith(new ScriptedModel([{ json: agentReply({ concerns }) }]), {
      findings: [FINDING],
    });

    expect(assessment.concerns).toMatchObject([{ finding: is }]);
  });

  it('are disputed with proof only', async () => {
    const finding_disputes = [
      { finding_ref: 'D1', evidence: [], reason: 'It is fine.' },
      { finding_ref: 'D1', evidence, reason: 'Another reader.' },
      { finding_ref: 'D2', evidence, reason: 'There is no second one.' },
    ];

    const { disputes } = await assessWith(
      new ScriptedModel([{ json: agentReply({ finding_disputes }) }]),
      { findings: [FINDING] },
    );

    expect(disputes).toMatchObject([{ finding: 0, reason: 'Another reader.' }]);
  });
});

describe('the downtime of 30 days', () => {
  it.each([
    ['99.9 %', '43 m 12 s'],
    ['99,95%', '21 m 36 s'],
    ['availability: 99 percent, 99%', '7 h 12 m'],
    ['99.999 %', '26 s'],
    ['95 ms at 99.5.1', null],
    ['p99 under 300 ms', null],
    ['200 %', null],
  ])('%s leaves %s', (target, left) => {
    expect(downtimeBudget(target)).toBe(left);
  });
});
