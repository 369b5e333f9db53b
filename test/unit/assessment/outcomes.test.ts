import { describe, expect, it } from 'vitest';
import type { AssessmentProgress } from '../../../src/assessment/assess.ts';
import { ModelRejected } from '../../../src/assessment/model-rejected.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';
import { Item } from '../../../src/domain/vocabulary.ts';
import {
  agentReply,
  blockerConcern,
  replyConcern,
  ScriptedModel,
  type Step,
  USAGE,
} from '../../support/scripted-model.ts';
import { assessWith, type AssessWith, FETCH_LINE } from './fixture.ts';

const busy = new OpsError('model.overloaded', 'busy');
const away = new OpsError('model.unavailable', 'away');
const refusal: Step = { text: '', stop: 'refusal' };
const lookAround: Step = { tools: [{ name: 'Glob', input: { pattern: '**' } }] };
const confirmed: Step = {
  json: {
    evidence: [FETCH_LINE],
    reasons: 'No limit.',
    verdict: 'confirmed',
    corrected_priority: null,
  },
};
const withBlocker: Step = {
  json: agentReply({ concerns: [blockerConcern({ evidence: [FETCH_LINE] })] }),
};

interface Case extends AssessWith {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly status: string;
  readonly detail: RegExp;
  readonly retryAfterMs?: number;
  readonly requests?: number;
}

const cases: readonly Case[] = [
  {
    name: 'a clean answer',
    steps: [{ json: agentReply() }],
    status: 'ok',
    detail: /looked at 2 of/u,
  },
  {
    name: 'an answer after tools',
    steps: [lookAround, { json: agentReply() }],
    status: 'ok',
    detail: /looked at 2/u,
    requests: 2,
  },
  {
    name: 'an answer in a fence',
    steps: [{ text: `\`\`\`json\n${JSON.stringify(agentReply())}\n\`\`\`` }],
    status: 'ok',
    detail: /looked/u,
  },
  {
    name: 'a repaired answer',
    steps: [{ text: 'Sure!' }, { json: agentReply() }],
    status: 'ok',
    detail: /looked/u,
    requests: 2,
  },
  {
    name: 'a cut answer, then a shorter one',
    steps: [{ text: '{"what', stop: 'max_tokens' }, { json: agentReply() }],
    status: 'ok',
    detail: /looked/u,
    requests: 2,
  },
  {
    name: 'no JSON twice',
    steps: [{ text: 'Sure!' }, { text: 'Sorry!' }],
    status: 'invalid_output',
    detail: /does not fit the form/u,
    requests: 2,
  },
  {
    name: 'an extra key twice',
    steps: [
      { json: { ...agentReply(), verdict: 'ready' } },
      { json: { ...agentReply(), verdict: 'ready' } },
    ],
    status: 'invalid_output',
    detail: /form/u,
  },
  {
    name: 'a cut answer twice',
    steps: [
      { text: '{', stop: 'max_tokens' },
      { text: '{', stop: 'max_tokens' },
    ],
    status: 'incomplete',
    detail: /cut off/u,
  },
  { name: 'a refusal', steps: [refusal], status: 'refused', detail: /declined/u },
  {
    name: 'tools without end',
    steps: [lookAround, lookAround, lookAround],
    limits: { maxUsd: 1, maxTurns: 3 },
    status: 'incomplete',
    detail: /after 3 turns/u,
    requests: 3,
  },
  {
    name: 'two bad moments',
    steps: [busy, away, { json: agentReply() }],
    status: 'ok',
    detail: /looked/u,
    requests: 3,
  },
  {
    name: 'three bad moments',
    steps: [busy, busy, busy],
    status: 'unavailable',
    detail: /in 3 tries/u,
    retryAfterMs: 60_000,
    requests: 3,
  },
  {
    name: 'a wait that is too long',
    steps: [new OpsError('model.overloaded', 'busy', { retryAfterMs: 90_000 })],
    status: 'unavailable',
    detail: /wait 90 seconds/u,
    retryAfterMs: 90_000,
    requests: 1,
  },
  {
    name: 'no money at the provider',
    steps: [new ModelRejected('budget', 'limit')],
    status: 'provider_budget',
    detail: /spending limit/u,
    requests: 1,
  },
  {
    name: 'a wrong key',
    steps: [new ModelRejected('credentials', 'no')],
    status: 'config',
    detail: /refused the key/u,
    requests: 1,
  },
  {
    name: 'a request that is too large',
    steps: [new ModelRejected('too_large', 'no')],
    status: 'too_large',
    detail: /larger than/u,
  },
  {
    name: 'a malformed request',
    steps: [new ModelRejected('request', 'no')],
    status: 'config',
    detail: /malformed/u,
  },
  {
    name: 'the budget, before the answer',
    steps: [lookAround],
    limits: { maxUsd: 0.001, maxTurns: 9 },
    status: 'budget',
    detail: /\$0\.00/u,
    requests: 1,
  },
  {
    name: 'a budget of nothing',
    steps: [],
    limits: { maxUsd: 0, maxTurns: 9 },
    status: 'skipped',
    detail: /budget of 0/u,
    requests: 0,
  },
  {
    name: 'what the caller has decided',
    steps: [],
    skip: { status: 'awaiting_maintainer', detail: 'later' },
    status: 'awaiting_maintainer',
    detail: /^later$/u,
    requests: 0,
  },
  {
    name: 'nothing to read',
    steps: [],
    change: { base: {}, head: { 'x.min.js': 'a\n', '.env': 'b\n' } },
    status: 'skipped',
    detail: /no text/u,
    requests: 0,
  },
  {
    name: 'a blocker that the second look confirms',
    steps: [withBlocker, confirmed],
    status: 'ok',
    detail: /looked/u,
  },
  {
    name: 'a second look that fails',
    steps: [withBlocker, busy, busy, busy],
    status: 'unavailable',
    detail: /3 tries/u,
    retryAfterMs: 60_000,
  },
  {
    name: 'a second look that is refused',
    steps: [withBlocker, refusal],
    status: 'refused',
    detail: /declined/u,
  },
  {
    name: 'a second look without money',
    steps: [withBlocker],
    limits: { maxUsd: 0.001, maxTurns: 9 },
    status: 'budget',
    detail: /budget/u,
  },
];

describe('the agent ends with', () => {
  it.each(cases)('$name', async (row) => {
    const { steps, status, detail, retryAfterMs, requests } = row;
    const model = new ScriptedModel(steps);

    const assessment = await assessWith(model, row);

    expect(assessment.status).toBe(status);
    expect(assessment.detail).toMatch(detail);
    expect(assessment.retryAfterMs).toBe(retryAfterMs ?? null);
    if (requests !== undefined) expect(model.requests).toHaveLength(requests);
    expect(assessment.promptVersion).toMatch(/^p-[0-9a-f]{12}$/u);
  });

  it.each(cases)('$name, in Vietnamese', async (row) => {
    const assessment = await assessWith(new ScriptedModel(row.steps), { ...row, language: 'vi' });

    expect(assessment.status).toBe(row.status);
    expect(assessment.detail).toBe(assessment.detail.normalize('NFC'));
    if (row.skip === undefined)
      expect(assessment.detail).toMatch(/[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựđ]/u);
  });

  it('no model', async () => {
    expect(await assessWith(null)).toMatchObject({ status: 'skipped', usage: null });
  });

  it('what an error of the tree says, which is not its own', async () => {
    const error = new OpsError('github.unavailable', 'down');
    const model = new ScriptedModel([error]);

    await expect(assessWith(model)).rejects.toBe(error);
  });
});

describe('a model that declines', () => {
  it('is replaced by the fallback, from the start', async () => {
    const first = new ScriptedModel([lookAround, refusal]);
    const fallback = new ScriptedModel([{ json: agentReply() }], 'claude-opus-5-5');

    const assessment = await assessWith(first, { fallback });

    expect(assessment.status).toBe('ok');
    expect(fallback.requests[0]!.turns).toEqual(first.requests[0]!.turns);
  });

  it('is replaced once', async () => {
    const assessment = await assessWith(new ScriptedModel([refusal]), {
      fallback: new ScriptedModel([refusal]),
    });

    expect(assessment.status).toBe('refused');
  });
});

describe('the deadline', () => {
  const hangs: Step = () => new Promise(() => {});

  it.each([
    { name: 'before the first request', steps: [], at: 0 },
    { name: 'during a request that ignores it', steps: [hangs], at: 1 },
    { name: 'during a later one', steps: [lookAround, hangs], at: 2 },
  ])('cuts $name', async ({ steps, at }) => {
    const deadline = new AbortController();
    if (at === 0) deadline.abort();
    const onProgress = (progress: AssessmentProgress): void => {
      if (progress.step === 'investigating' && progress.turn === at)
        setImmediate(() => deadline.abort());
    };

    const assessment = await assessWith(new ScriptedModel(steps), {
      signal: deadline.signal,
      onProgress,
    });

    expect(assessment).toMatchObject({ status: 'deadline', concerns: [] });
  });

  it('cuts the pause before a retry', async () => {
    const deadline = new AbortController();
    const sleep = async (): Promise<void> => {
      deadline.abort();
      await new Promise(() => {});
    };

    expect(
      await assessWith(new ScriptedModel([busy]), { signal: deadline.signal, sleep }),
    ).toMatchObject({ status: 'deadline' });
  });

  it('leaves what was proved when it strikes during a second look', async () => {
    const deadline = new AbortController();
    const strike: Step = () => {
      deadline.abort();
      return new Promise(() => {});
    };

    const assessment = await assessWith(new ScriptedModel([withBlocker, strike]), {
      signal: deadline.signal,
    });

    expect(assessment.status).toBe('deadline');
    expect(assessment.concerns).toMatchObject([
      { priority: 'critical', refutation: 'undetermined' },
    ]);
  });
});

describe('the account', () => {
  it('adds up every request, second looks included', async () => {
    const { usage } = await assessWith(new ScriptedModel([lookAround, withBlocker, confirmed]));

    expect(usage).toEqual({
      model: 'claude-sonnet-5-5',
      input_tokens: 3_000,
      cache_read_tokens: 0,
      output_tokens: 300,
      cost_usd: 0.009,
    });
  });

  it('knows no price for an unknown model, and still keeps to the budget', async () => {
    const model = new ScriptedModel(
      [lookAround, lookAround, { json: agentReply() }],
      'claude-next-9',
      {
        ...USAGE,
        outputTokens: 12_000,
      },
    );

    const assessment = await assessWith(model);

    expect(assessment.status).toBe('budget');
    expect(assessment.usage?.cost_usd).toBeNull();
  });
});

describe('what is left of an answer', () => {
  it('has all twenty items, and none met or gap without proof', async () => {
    const reply = agentReply({
      checklist: [
        { item: 'timeouts', evidence: [FETCH_LINE], note: 'no limit', status: 'gap' },
        { item: 'retries', evidence: [], note: 'surely', status: 'met' },
      ],
    });
    const { checklist } = await assessWith(new ScriptedModel([{ json: reply }, { json: reply }]));

    expect(checklist.map((entry) => entry.item)).toEqual(Item.options);
    expect(checklist.find((e) => e.item === 'timeouts')).toMatchObject({
      status: 'gap',
      evidence: [{ line: 3 }],
    });
    expect(checklist.find((e) => e.item === 'retries')).toMatchObject({
      status: 'unknown',
      note: '',
    });
  });

  it('counts concerns that nothing proves', async () => {
    const concerns = [
      replyConcern({ evidence: [FETCH_LINE], priority: 'medium' }),
      replyConcern({ id: 'N2', evidence: [{ ...FETCH_LINE, quote: 'invented()' }] }),
    ];

    const assessment = await assessWith(new ScriptedModel([{ json: agentReply({ concerns }) }]));

    expect(assessment).toMatchObject({
      status: 'ok',
      dropped: 1,
      concerns: [{ refutation: 'not_asked' }],
    });
    expect(assessment.detail).toMatch(/1 claim was dropped/u);
  });

  it('has a journey only where people notice something', async () => {
    const journey = {
      persona: 'a buyer',
      entry_point: '/checkout',
      happy_path: 'pays',
      sad_paths: [{ kind: 'edge_case' as const, what_happens: 'waits', recovery: 'none' }],
      exit_points: 'leaves',
      return_journey: 'maybe',
    };
    const step: Step = { json: agentReply({ user_journey: journey }) };
    const terraform = { base: {}, head: { 'infra/main.tf': 'resource "a" "b" {}\n' } };
    const handler = { base: {}, head: { 'src/app.ts': "app.get('/x', handle);\n" } };

    expect(
      (await assessWith(new ScriptedModel([step]), { change: terraform })).userJourney,
    ).toBeNull();
    expect((await assessWith(new ScriptedModel([step]), { change: handler })).userJourney).toEqual(
      journey,
    );
  });

  it('answers failure questions with a line of code, or not at all', async () => {
    const mode = {
      scenario: 'latency_10x' as const,
      question: 'The rates service takes 20 s. Then what?',
      behaviour_in_code: 'The request waits as long.',
      evidence: [FETCH_LINE],
      verdict: 'breaks' as const,
    };
    const failure_modes = [mode, mode, { ...mode, scenario: 'disk_full' as const, evidence: [] }];

    const { failureModes } = await assessWith(
      new ScriptedModel([{ json: agentReply({ failure_modes }) }]),
    );

    expect(failureModes).toMatchObject([
      { scenario: 'latency_10x', evidence: [{ path: 'src/rates.ts', line: 3 }] },
    ]);
  });

  it.each([
    {
      name: 'stated',
      target: 'availability 99.9 %',
      is: { stated: ['availability 99.9 %'], downtime_budget: '43 m 12 s', effect: 'hangs' },
    },
    { name: 'made up', target: 'availability 99.99 %', is: null },
    { name: 'without a number', target: 'high availability', is: null },
  ])('keeps a target that is $name', async ({ target, is }) => {
    const evidence = [
      { path: 'slo/checkout.yaml', line: 1, side: 'head' as const, quote: 'objective: 99.9' },
    ];
    const slo = { stated: [{ target, evidence }], effect_of_change: 'hangs' };

    expect((await assessWith(new ScriptedModel([{ json: agentReply({ slo }) }]))).slo).toEqual(is);
  });

  it('asks at most three questions', async () => {
    const questions = ['a?', '', 'b?', 'c?', 'd?'];

    expect(
      (await assessWith(new ScriptedModel([{ json: agentReply({ questions }) }]))).questions,
    ).toEqual(['a?', 'b?', 'c?']);
  });
});
