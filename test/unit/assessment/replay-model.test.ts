import { describe, expect, it } from 'vitest';
import { parseCassette, ReplayModel, requestKey } from '../../../src/assessment/replay-model.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';
import {
  agentReply,
  blockerConcern,
  replyConcern,
  ScriptedModel,
} from '../../support/scripted-model.ts';
import { assessWith, FETCH_LINE } from './fixture.ts';

const evidence = [FETCH_LINE];
const confirmed = { evidence, reasons: 'Traced.', verdict: 'confirmed', corrected_priority: null };

describe('a cassette', () => {
  it('plays a whole assessment, second looks told apart by their text', async () => {
    const concerns = [
      blockerConcern({ evidence, trigger: 'the first trigger' }),
      replyConcern({ id: 'N2', evidence, trigger: 'the second trigger' }),
    ];
    const model = new ReplayModel(
      parseCassette(
        JSON.stringify({
          replies: [
            { when: 'the second trigger', json: { ...confirmed, verdict: 'refuted' } },
            { when: 'the first trigger', json: confirmed },
            { tools: [{ name: 'Read', input: { path: 'src/rates.ts' } }] },
            { json: agentReply({ concerns }) },
          ],
        }),
      ),
    );

    const assessment = await assessWith(model);

    expect(assessment).toMatchObject({
      status: 'ok',
      scripted: true,
      detail: expect.stringMatching(/scripted/u),
      concerns: [{ refutation: 'confirmed' }, { refutation: 'refuted' }],
    });
    expect(model.unused).toBe(0);
  });

  it('that runs out ends as a rejected request', async () => {
    expect(await assessWith(new ReplayModel(parseCassette('{"replies": []}')))).toMatchObject({
      status: 'config',
    });
  });

  it('recorded for one request fits it in every run, and no other', async () => {
    const recorder = new ScriptedModel([{ json: agentReply() }]);
    await assessWith(recorder, { tagKey: 'one run' });
    const key = requestKey(recorder.requests[0]!);
    const cassette = parseCassette(
      JSON.stringify({ scripted: false, replies: [{ key, json: agentReply() }] }),
    );

    expect((await assessWith(new ReplayModel(cassette), { tagKey: 'another run' })).status).toBe(
      'ok',
    );
    expect((await assessWith(new ReplayModel(cassette), { language: 'vi' })).status).toBe('config');
  });

  it.each([
    { name: 'no JSON', text: '{' },
    { name: 'no replies', text: '{}' },
    { name: 'an unknown key', text: '{"replies": [{"say": "hi"}]}' },
  ])('of another form is refused: $name', ({ text }) => {
    expect(() => parseCassette(text)).toThrow(OpsError);
  });
});
