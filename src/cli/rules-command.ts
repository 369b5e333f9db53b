import { OpsError } from '../domain/ops-error.ts';
import { registry } from '../explorer/registry.ts';
import type { Rule } from '../explorer/rule.ts';
import type { RulesOptions } from './program.ts';
import type { Surroundings } from './surroundings.ts';

/** `ops rules`: the catalogue as a table or as JSON; with an id, everything about that rule. */
export async function printRules(
  id: string | null,
  options: RulesOptions,
  around: Surroundings,
): Promise<number> {
  const entries = registry.filter(
    (entry) =>
      (id === null || entry.id === id) &&
      (options.family === undefined || entry.id.startsWith(`${options.family}/`)),
  );
  if (id !== null && entries.length === 0)
    throw new OpsError('usage', `There is no rule ${id}.`, {
      remedy: 'List them with `ops rules`.',
    });
  if (entries.length === 0)
    throw new OpsError('usage', `There is no rule family ${options.family}.`, {
      remedy: `Choose one of ${[...new Set(registry.map((entry) => familyOf(entry)))].join(', ')}.`,
    });
  const rules = await Promise.all(entries.map(async (entry) => (await entry.load()).default));
  if (options.format === 'json')
    around.stdout.write(
      `${JSON.stringify(id === null ? rules.map(summary) : detail(rules[0]!), null, 2)}\n`,
    );
  else if (id === null) around.stdout.write(table(rules, options));
  else around.stdout.write(explanation(rules[0]!, options));
  return 0;
}

interface RuleSummary {
  readonly id: string;
  readonly wave: number;
  readonly family: string;
  readonly item: string;
  readonly priority: string;
  readonly category: string;
  readonly blocks: { readonly category: string; readonly when: string } | null;
  readonly languages: readonly string[];
  readonly title: { readonly en: string; readonly vi: string };
}

function summary(rule: Rule): RuleSummary {
  return {
    id: rule.id,
    wave: rule.wave,
    family: familyOf(rule),
    item: rule.item,
    priority: rule.priority,
    category: rule.category,
    blocks:
      rule.blocks === null ? null : { category: rule.blocks.category, when: rule.blocks.when.en },
    languages: rule.surfaces,
    title: rule.title,
  };
}

function detail(rule: Rule): RuleSummary & Record<string, unknown> {
  const { impact, why, fix, later, references, files, confidence, principle } = rule;
  return { ...summary(rule), confidence, principle, files, impact, why, fix, later, references };
}

function table(rules: readonly Rule[], options: RulesOptions): string {
  const width = Math.max(0, ...rules.map((rule) => rule.id.length));
  const rows = rules.map(
    (rule) =>
      `${rule.id.padEnd(width)}  ${rule.priority.padEnd(6)}  ${rule.blocks === null ? '      ' : 'blocks'}  ${rule.title[options.lang]}`,
  );
  return `${rows.join('\n')}\n\n${rules.length} rules. Explain one with \`ops rules ID\`.\n`;
}

function explanation(rule: Rule, { lang }: RulesOptions): string {
  const blocks =
    rule.blocks === null ? 'never' : `${rule.blocks.category} — ${rule.blocks.when[lang]}`;
  const parts = [
    `${rule.id} — ${rule.title[lang]}`,
    `  item ${rule.item} · priority ${rule.priority} · confidence ${rule.confidence}`,
    `  blocks: ${blocks}`,
    `  looks at: ${rule.surfaces.join(', ')}`,
    '',
    rule.impact[lang],
    '',
    rule.why[lang],
    '',
    rule.fix[lang],
    rule.later[lang],
    '',
    ...rule.references,
  ];
  return `${parts.join('\n')}\n`;
}

function familyOf(rule: Pick<Rule, 'id'>): string {
  return rule.id.split('/')[0]!;
}
