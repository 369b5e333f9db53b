import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChangeRule, RuleExample } from '../../../../src/explorer/rule.ts';
import type { MigrationFact } from '../../../../src/explorer/rules/migration/define-migration-rule.ts';
import { runRule } from '../../../support/run-rule.ts';

const RULES = join(import.meta.dirname, '../../../../src/explorer/rules/migration');
const FIXTURES = join(import.meta.dirname, '../../../fixtures/rules/migration');

const rules: ChangeRule<MigrationFact>[] = await Promise.all(
  readdirSync(RULES)
    .filter((name) => !name.startsWith('define-'))
    .map(async (name) => (await import(join(RULES, name))).default as ChangeRule<MigrationFact>),
);

it('the family has its rules', () => {
  expect(rules.length).toBeGreaterThanOrEqual(8);
});

describe.each(rules.map((rule) => ({ id: rule.id, rule })))('$id', ({ rule }) => {
  const { bad, good } = rule.examples;

  it.each(bad.map((example, index) => ({ name: `${index + 1} ${example.path}`, example })))(
    'bad example $name gives one finding',
    async ({ example }) => {
      const { findings, failures } = await runRule(rule, example);

      expect(failures).toEqual([]);
      expect(findings.map((finding) => finding.rule)).toEqual([rule.id]);
    },
  );

  it.each(good.map((example, index) => ({ name: `${index + 1} ${example.path}`, example })))(
    'good example $name gives none',
    async ({ example }) => {
      const { findings, failures } = await runRule(rule, example);

      expect(failures).toEqual([]);
      expect(findings).toEqual([]);
    },
  );

  it.each(fixturesOf(rule.id))('fixture $name', async ({ name, example }) => {
    const { findings, failures } = await runRule(rule, example);

    expect(failures).toEqual([]);
    expect(findings.length > 0).toBe(name.startsWith('bad-'));
  });
});

/** `<case>/head/…` and `<case>/base/…` are the two sides; `facts.json` states what the repository is. */
function fixturesOf(id: string): { name: string; example: RuleExample }[] {
  const folder = join(FIXTURES, id.slice(id.indexOf('/') + 1));
  return list(folder).map((name) => ({ name, example: exampleOf(join(folder, name)) }));
}

function exampleOf(folder: string): RuleExample {
  const paths = [
    ...new Set([...filesOf(join(folder, 'head')), ...filesOf(join(folder, 'base'))]),
  ].sort();
  const files = paths.map((path) => ({
    path,
    ...textOf(join(folder, 'head', path), 'code'),
    ...textOf(join(folder, 'base', path), 'base'),
  }));
  const [first, ...more] = files;
  if (first?.code === undefined) throw new Error(`${folder}: the first file needs a head side`);
  const facts = list(folder).includes('facts.json')
    ? (JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as NonNullable<
        RuleExample['facts']
      >)
    : {};
  return { ...first, code: first.code, more, facts };
}

function textOf<K extends 'code' | 'base'>(path: string, key: K): { readonly [P in K]?: string } {
  try {
    return { [key]: readFileSync(path, 'utf8') } as { [P in K]: string };
  } catch {
    return {};
  }
}

function filesOf(folder: string): string[] {
  return list(folder).length === 0
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
