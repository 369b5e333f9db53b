import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Refutation } from '../../../src/domain/assessment.ts';
import type { Concern } from '../../../src/domain/concern.ts';
import { DEFAULT_CONFIG } from '../../../src/domain/configuration.ts';
import { Report } from '../../../src/domain/report.ts';
import { AgentStatus, Category, Item, Priority } from '../../../src/domain/vocabulary.ts';
import { synthesize } from '../../../src/synthesis/synthesize.ts';
import {
  assessment,
  change,
  changedFile,
  context,
  evidence,
  exploration,
  finding,
  harmlessFinding,
  proposed,
} from '../../support/build.ts';

const blockedByRule = exploration({ findings: [finding()] });

describe('synthesize', () => {
  it('gives a report that the published schema accepts', () => {
    const { report } = synthesize(
      change(),
      exploration({ findings: [finding(), harmlessFinding()] }),
      assessment({ concerns: [proposed()] }),
      context(),
    );

    expect(Report.parse(report)).toEqual(report);
    expect(report.checklist.map((entry) => entry.item)).toEqual(Item.options);
    expect(report.concerns.map((c) => c.deployment_blocker)).toEqual([true, true, false]);
  });

  it('names the top blocker and what users see in the first sentence', () => {
    const { report } = synthesize(change(), blockedByRule, assessment(), context());

    expect(report.verdict).toBe('blocked');
    expect(report.headline).toBe(
      '`DROP TABLE users` destroys live data. Sign-in fails for everyone.',
    );
  });

  it('gives the same bytes for the same input', () => {
    const once = (): string =>
      JSON.stringify(
        synthesize(change(), blockedByRule, assessment({ concerns: [proposed()] }), context()),
      );

    expect(once()).toBe(once());
  });

  it.each<{ name: string; over: Parameters<typeof proposed>[0]; blocks: boolean }>([
    { name: 'confirmed, critical, introduced, on a changed line', over: {}, blocks: true },
    { name: 'undetermined', over: { refutation: 'undetermined' }, blocks: false },
    { name: 'never asked', over: { refutation: 'not_asked' }, blocks: false },
    { name: 'only high', over: { priority: 'high' }, blocks: false },
    { name: 'a category that does not block', over: { category: 'technical_debt' }, blocks: false },
    { name: 'pre-existing', over: { origin: 'pre_existing' }, blocks: false },
    {
      name: 'evidence on a line that the change does not touch',
      over: { evidence: [evidence({ path: 'src/pay.ts', line: 40, end_line: 40 })] },
      blocks: false,
    },
  ])('an agent concern that is $name blocks: $blocks', ({ over, blocks }) => {
    const { report } = synthesize(
      change(),
      exploration(),
      assessment({ concerns: [proposed(over)] }),
      context(),
    );

    expect(report.verdict === 'blocked').toBe(blocks);
    for (const concern of report.concerns)
      expect(concern.deployment_blocker).toBe(concern.priority === 'critical');
  });

  it('drops what the second look refuted', () => {
    const { report } = synthesize(
      change(),
      exploration(),
      assessment({ concerns: [proposed({ refutation: 'refuted' })] }),
      context(),
    );

    expect(report.concerns).toEqual([]);
  });

  it('keeps at most three blockers of the agent alone', () => {
    const concerns = Array.from({ length: 5 }, (_, n) =>
      proposed({ title: `Number ${n}`, item: Item.options[n]!, evidence: proposed().evidence }),
    );
    const { report } = synthesize(change(), exploration(), assessment({ concerns }), context());

    expect(report.concerns.filter((c) => c.deployment_blocker)).toHaveLength(3);
    expect(report.concerns).toHaveLength(5);
  });

  it('an agent that plays a finding down changes neither its priority nor its blocking', () => {
    const soothing = proposed({ finding: 0, priority: 'low', category: 'code_cleanup' });
    const { report } = synthesize(
      change(),
      blockedByRule,
      assessment({
        concerns: [soothing],
        disputes: [{ finding: 0, reason: 'reviewed by SRE, safe', evidence: [] }],
      }),
      context(),
    );

    expect(report.verdict).toBe('blocked');
    expect(report.concerns[0]).toMatchObject({ source: 'both', priority: 'critical' });
  });

  it.each([{ refers: 0 }, { refers: null }])(
    'a confirmed blocker is not swallowed by a lesser finding of the same place (refers: $refers)',
    ({ refers }) => {
      const place = [evidence({ path: 'Dockerfile', quote: 'USER root' })];
      const lesser = harmlessFinding({ item: 'retries', evidence: place });
      const { report } = synthesize(
        change(),
        exploration({ findings: [lesser] }),
        assessment({ concerns: [proposed({ finding: refers, evidence: place })] }),
        context(),
      );

      expect(report.verdict).toBe('blocked');
      expect(report.concerns).toHaveLength(2);
    },
  );

  it('no output of a model turns blocked into ready', () => {
    fc.assert(
      fc.property(assessments(), (agent) => {
        const { report } = synthesize(change(), blockedByRule, agent, context());
        expect(report.verdict).toBe('blocked');
      }),
    );
  });

  it('more output of a model never softens a verdict', () => {
    const order = ['ready', 'ready_with_concerns', 'not_assessed', 'blocked'];
    fc.assert(
      fc.property(assessments(), proposals(), (agent, extra) => {
        const before = synthesize(change(), exploration(), agent, context()).report.verdict;
        const more = { ...agent, concerns: [...agent.concerns, extra] };
        const after = synthesize(change(), exploration(), more, context()).report.verdict;
        expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before));
      }),
    );
  });

  it('says what the proposed configuration would mean, and lets it govern nothing', () => {
    const proposal = { ...DEFAULT_CONFIG, block_on: 'never' as const };
    const review = synthesize(
      change({ proposedConfig: { kind: 'loaded', config: proposal, waivers: [], path: 'x' } }),
      blockedByRule,
      assessment(),
      context(),
    );

    expect(review.report.verdict).toBe('blocked');
    expect(review.dryRun).toContain('ready_with_concerns');
  });

  it('a prototype is stopped by lost data and not by an outage', () => {
    const config = { ...DEFAULT_CONFIG, tier: 'prototype' as const };
    const outage = finding({ category: 'outage_on_deploy', anchor: 'other' });
    const verdictOf = (f: ReturnType<typeof finding>): string =>
      synthesize(
        change({ config: { kind: 'absent', config, waivers: [] } }),
        exploration({ findings: [f] }),
        assessment(),
        context(),
      ).report.verdict;

    expect(verdictOf(finding())).toBe('blocked');
    expect(verdictOf(outage)).toBe('ready_with_concerns');
  });
});

describe('waivers', () => {
  const first = (): Concern =>
    synthesize(change(), blockedByRule, assessment(), context()).report.concerns[0]!;
  const waiver = (
    until: string,
  ): { concern: string; reason: string; owner: string; until: string } => ({
    concern: first().id,
    reason: 'archived elsewhere',
    owner: 'lan',
    until,
  });

  it.each([
    { name: 'holds on its last day', until: '2026-11-24', verdict: 'ready' },
    { name: 'no longer holds the day after', until: '2026-11-23', verdict: 'blocked' },
  ])('$name', ({ until, verdict }) => {
    const config = { kind: 'absent', config: DEFAULT_CONFIG, waivers: [waiver(until)] } as const;
    const { report } = synthesize(change({ config }), blockedByRule, assessment(), context());

    expect(report.verdict).toBe(verdict);
  });

  it('that have run out are mentioned where their concern is open again', () => {
    const config = {
      kind: 'absent',
      config: DEFAULT_CONFIG,
      waivers: [waiver('2026-11-23')],
    } as const;
    const review = synthesize(change({ config }), blockedByRule, assessment(), context());

    expect(review.notices).toEqual([
      `The waiver of ${first().id} ended on 2026-11-23: the concern counts again.`,
    ]);
  });

  it('fall away when the code that they were given for changes', () => {
    const config = {
      kind: 'absent',
      config: DEFAULT_CONFIG,
      waivers: [waiver('2027-01-01')],
    } as const;
    const moved = exploration({
      findings: [finding({ evidence: [evidence({ quote: 'DROP TABLE users CASCADE;' })] })],
    });

    expect(synthesize(change({ config }), moved, assessment(), context()).report.verdict).toBe(
      'blocked',
    );
  });

  it('count for nothing while the configuration is invalid', () => {
    const { report } = synthesize(
      change({
        config: {
          kind: 'invalid',
          config: DEFAULT_CONFIG,
          waivers: [],
          path: 'x',
          problems: ['x:1: y'],
        },
      }),
      blockedByRule,
      assessment(),
      context({ history: { headSha: null, concerns: [], waivers: [waiver('2027-01-01')] } }),
    );

    expect(report.verdict).toBe('blocked');
    expect(report.reasons.join(' ')).toContain('x:1: y');
  });
});

describe('across pushes', () => {
  const published = (over: Parameters<typeof proposed>[0] = {}): Concern[] => [
    ...synthesize(change(), exploration(), assessment({ concerns: [proposed(over)] }), context())
      .report.concerns,
  ];
  const later = (
    agent: ReturnType<typeof assessment>,
    concerns: readonly Concern[],
    files = change().files,
  ): ReturnType<typeof synthesize> =>
    synthesize(
      change({ files }),
      exploration(),
      agent,
      context({ history: { headSha: 'c'.repeat(40), concerns, waivers: [] } }),
    );

  it('an agent blocker stays while its code stays, whatever the agent says now', () => {
    expect(later(assessment(), published()).report.verdict).toBe('blocked');
  });

  it('an agent blocker goes when its code goes', () => {
    const review = later(assessment(), published(), [
      changedFile('src/pay.ts', 'for (const x of y) {'),
    ]);

    expect(review.report.verdict).toBe('ready');
    expect(review.resolved.map((c) => c.state)).toEqual(['resolved']);
  });

  it('a lesser concern goes when the agent no longer sees it', () => {
    expect(later(assessment(), published({ priority: 'medium' })).report.concerns).toEqual([]);
  });

  it('a lesser concern stays when the agent could not look again', () => {
    const review = later(assessment({ status: 'unavailable' }), published({ priority: 'medium' }));

    expect(review.report.concerns.map((c) => c.state)).toEqual(['open']);
  });

  it('the same finding is open, a first one new', () => {
    const before = synthesize(change(), blockedByRule, assessment(), context()).report.concerns;
    const shifted = exploration({
      findings: [finding({ evidence: [evidence({ path: 'db/9.sql', line: 30, end_line: 30 })] })],
    });
    const review = synthesize(
      change(),
      shifted,
      assessment(),
      context({ history: { headSha: 'c'.repeat(40), concerns: before, waivers: [] } }),
    );

    expect(before[0]?.state).toBe('new');
    expect(review.report.concerns.map((c) => [c.id, c.state])).toEqual([[before[0]?.id, 'open']]);
  });
});

function proposals(): fc.Arbitrary<ReturnType<typeof proposed>> {
  const refutations: Refutation[] = ['confirmed', 'refuted', 'undetermined', 'not_asked'];
  return fc
    .record({
      item: fc.constantFrom(...Item.options),
      category: fc.constantFrom(...Category.options),
      priority: fc.constantFrom(...Priority.options),
      refutation: fc.constantFrom(...refutations),
      finding: fc.constantFrom(null, 0),
      user_impact: fc.string({ minLength: 1 }),
    })
    .map(proposed);
}

function assessments(): fc.Arbitrary<ReturnType<typeof assessment>> {
  return fc
    .record({
      status: fc.constantFrom(...AgentStatus.options),
      concerns: fc.array(proposals(), { maxLength: 4 }),
      detail: fc.string(),
    })
    .map(assessment);
}
