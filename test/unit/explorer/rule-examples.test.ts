import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/explorer/registry.ts';
import type { Rule, RuleExample } from '../../../src/explorer/rule.ts';
import { runRule } from '../../support/run-rule.ts';

const rules: Rule[] = await Promise.all(
  registry.map(async (entry) => (await entry.load()).default),
);

const LANGUAGES = ['en', 'vi'] as const;
const TEXTS = ['title', 'impact', 'why', 'fix', 'later'] as const;

it('there are rules to test', () => {
  expect(rules.length).toBeGreaterThanOrEqual(14);
  expect(new Set(rules.map((rule) => rule.id.split('/')[0])).size).toBeGreaterThanOrEqual(8);
});

describe.each(rules.map((rule) => ({ id: rule.id, rule })))('$id', ({ rule }) => {
  it('has two bad and three good examples', () => {
    expect(rule.examples.bad.length).toBeGreaterThanOrEqual(2);
    expect(rule.examples.good.length).toBeGreaterThanOrEqual(3);
  });

  it.each(numbered(rule.examples.bad))(
    'bad example $n gives exactly one finding',
    async ({ example }) => {
      const { findings, failures } = await runRule(rule, example);

      expect(failures).toEqual([]);
      expect(findings.map((f) => f.rule)).toEqual([rule.id]);
    },
  );

  it.each(numbered(rule.examples.good))('good example $n gives none', async ({ example }) => {
    const { findings, failures } = await runRule(rule, example);

    expect(failures).toEqual([]);
    expect(findings).toEqual([]);
  });

  it.each(LANGUAGES)('texts in %s are filled in', async (language) => {
    for (const example of rule.examples.bad) {
      const { findings } = await runRule(rule, example, language);
      for (const finding of findings)
        expect(JSON.stringify({ ...finding, evidence: [] })).not.toMatch(/\{[a-z][a-zA-Z]*\}/u);
    }
  });

  it('has both languages, and Vietnamese that is Vietnamese', () => {
    for (const key of TEXTS) expect(rule[key].vi).not.toBe(rule[key].en);
    expect(TEXTS.map((key) => rule[key].vi).join(' ')).toMatch(
      /[ăâđêôơưạảấầậắằặẹẻẽếềệịọộớờợụứừựỳỵ]/iu,
    );
  });

  it('an unchanged file gives no finding', async () => {
    for (const example of rule.examples.bad) {
      const unchanged = { ...example, base: example.code, more: (example.more ?? []).map(frozen) };
      const { findings } = await runRule(rule, unchanged);
      expect(findings).toEqual([]);
    }
  });

  it('blocks only with a condition, and then in at least one example', async () => {
    const findings = (
      await Promise.all(
        rule.examples.bad.map(async (example) => (await runRule(rule, example)).findings),
      )
    ).flat();

    expect(findings.some((finding) => finding.blocks)).toBe(rule.blocks !== null);
  });
});

function numbered(examples: readonly RuleExample[]): { n: number; example: RuleExample }[] {
  return examples.map((example, index) => ({ n: index + 1, example }));
}

function frozen(file: NonNullable<RuleExample['more']>[number]): typeof file {
  const text = file.code ?? file.base ?? '';
  return { path: file.path, code: text, base: text };
}
