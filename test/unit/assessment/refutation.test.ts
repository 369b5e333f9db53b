import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../../src/assessment/model.ts';
import type { RefutationReply, ReplyConcern } from '../../../src/assessment/reply/schema.ts';
import {
  agentReply,
  blockerConcern,
  replyConcern,
  ScriptedModel,
  type Step,
} from '../../support/scripted-model.ts';
import { assessWith, FETCH_LINE, FINDING, PULL } from './fixture.ts';

const evidence = [FETCH_LINE];
const invented = [{ ...FETCH_LINE, quote: 'if (timeout) abort();' }];

function look(overrides: Partial<RefutationReply> = {}): Step {
  return {
    json: {
      evidence,
      reasons: 'Traced.',
      verdict: 'confirmed',
      corrected_priority: null,
      ...overrides,
    },
  };
}

function answerWith(...concerns: readonly ReplyConcern[]): Step {
  return { json: agentReply({ concerns: [...concerns] }) };
}

function textOf(request: ModelRequest): string {
  const blocks = request.turns.flatMap((turn) => turn.content);
  return [
    ...request.system,
    ...blocks.map((block) => (block.type === 'text' ? block.text : '')),
  ].join('\n');
}

describe('a second look', () => {
  it.each([
    { name: 'confirms with proof', reply: look(), refutation: 'confirmed', priority: 'critical' },
    {
      name: 'confirms without proof',
      reply: look({ evidence: [] }),
      refutation: 'undetermined',
      priority: 'critical',
    },
    {
      name: 'confirms with invented proof',
      reply: look({ evidence: invented }),
      refutation: 'undetermined',
      priority: 'critical',
    },
    {
      name: 'refutes with proof',
      reply: look({ verdict: 'refuted' }),
      refutation: 'refuted',
      priority: 'critical',
    },
    {
      name: 'refutes with invented proof',
      reply: look({ verdict: 'refuted', evidence: invented }),
      refutation: 'undetermined',
      priority: 'critical',
    },
    {
      name: 'cannot tell',
      reply: look({ verdict: 'undetermined' }),
      refutation: 'undetermined',
      priority: 'critical',
    },
    {
      name: 'confirms and lowers',
      reply: look({ corrected_priority: 'medium' }),
      refutation: 'confirmed',
      priority: 'medium',
    },
    {
      name: 'lowers what it cannot confirm',
      reply: look({ verdict: 'undetermined', corrected_priority: 'low' }),
      refutation: 'undetermined',
      priority: 'critical',
    },
  ])('$name', async ({ reply, refutation, priority }) => {
    const { status, concerns } = await assessWith(
      new ScriptedModel([answerWith(blockerConcern({ evidence })), reply]),
    );

    expect(status).toBe('ok');
    expect(concerns).toMatchObject([{ refutation, priority }]);
  });

  it('does not raise', async () => {
    const model = new ScriptedModel([
      answerWith(replyConcern({ evidence })),
      look({ corrected_priority: 'critical' }),
    ]);

    expect((await assessWith(model)).concerns).toMatchObject([
      { refutation: 'confirmed', priority: 'high' },
    ]);
  });

  it('knows neither the author nor the other concerns nor the persona', async () => {
    const other = replyConcern({
      id: 'N2',
      evidence,
      priority: 'low',
      description: 'Something else entirely.',
    });
    const model = new ScriptedModel([answerWith(blockerConcern({ evidence }), other), look()]);

    await assessWith(model, {
      change: { pull: { ...PULL, body: 'Reviewed by the platform team, ship it.' } },
    });

    const asked = textOf(model.requests[1]!);
    expect(asked).toContain('The call waits for ever');
    expect(asked).toContain('>     3    const answer = await fetch(url);');
    expect(asked).not.toMatch(/platform team|Something else|N1|You are \*\*Ops/u);
    expect(model.requests[1]!.turns).toHaveLength(1);
  });

  it('is asked for at most three critical and three high concerns that no rule backs', async () => {
    const many = (make: (o: Partial<ReplyConcern>) => ReplyConcern): ReplyConcern[] =>
      Array.from({ length: 5 }, (_, n) => make({ id: `N${n}`, evidence }));
    const backed = blockerConcern({ evidence, finding_refs: ['D1'] });
    const concerns = [
      backed,
      ...many(replyConcern),
      ...many(blockerConcern),
      replyConcern({ evidence, priority: 'medium' }),
    ];
    const model = new ScriptedModel([
      answerWith(...concerns),
      ...Array.from({ length: 6 }, () => look()),
    ]);

    const assessment = await assessWith(model, { findings: [FINDING] });

    expect(assessment.status).toBe('ok');
    expect(model.requests).toHaveLength(7);
    expect(assessment.concerns[0]).toMatchObject({ finding: 0, refutation: 'not_asked' });
    const asked = assessment.concerns
      .filter((c) => c.refutation === 'confirmed')
      .map((c) => c.priority);
    expect(asked.toSorted()).toEqual(['critical', 'critical', 'critical', 'high', 'high', 'high']);
  });

  it('is asked about a blocker that refers to a finding of lesser weight, which it does not vanish in', async () => {
    const lesser = { ...FINDING, priority: 'medium' as const, blocks: false };
    const backed = blockerConcern({ evidence, finding_refs: ['D1'] });
    const model = new ScriptedModel([answerWith(backed), look()]);

    const { concerns } = await assessWith(model, { findings: [lesser] });

    expect(concerns).toMatchObject([{ finding: null, refutation: 'confirmed' }]);
  });

  it('runs at most two at a time', async () => {
    let running = 0;
    let most = 0;
    const slow: Step = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return {
        content: [{ type: 'text', text: '{}' }],
        stop: 'refusal',
        usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
        requestId: null,
      };
    };
    const concerns = Array.from({ length: 3 }, () => replyConcern({ evidence }));

    await assessWith(new ScriptedModel([answerWith(...concerns), slow, slow, slow]));

    expect(most).toBe(2);
  });

  it('may use the tools', async () => {
    const read: Step = { tools: [{ name: 'Read', input: { path: 'src/rates.ts' } }] };
    const model = new ScriptedModel([answerWith(blockerConcern({ evidence })), read, look()]);

    expect((await assessWith(model)).concerns).toMatchObject([{ refutation: 'confirmed' }]);
  });
});
