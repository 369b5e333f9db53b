import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../../src/explorer/rule.ts';

/** A rule whose id is its path below `src/explorer/rules/`, without `.ts`. */
export interface LoadedRule {
  readonly id: string;
  readonly rule: Rule;
}

export interface LoadedRules {
  /** Sorted by id. */
  readonly rules: readonly LoadedRule[];
  /** `path: what is wrong`, for each file that does not load or is not the rule that its path says. */
  readonly problems: readonly string[];
}

const RULES = 'src/explorer/rules';

/** What the rules of a family share stands beside them as `define-….ts`. */
const SHARED = /\/define-[^/]*$/u;

/** Loads every rule below `root`. A broken file is a problem and does not keep the others from loading. */
export async function loadRules(root: string): Promise<LoadedRules> {
  const rules: LoadedRule[] = [];
  const problems: string[] = [];
  for (const id of findRuleIds(root)) {
    const loaded = await loadRule(root, id);
    if (typeof loaded === 'string') problems.push(`${RULES}/${id}.ts: ${loaded}`);
    else rules.push({ id, rule: loaded });
  }
  return { rules, problems };
}

function findRuleIds(root: string): readonly string[] {
  return globSync('*/*.ts', { cwd: resolve(root, RULES) })
    .map((file) => file.replaceAll('\\', '/').replace(/\.ts$/u, ''))
    .filter((id) => !SHARED.test(id))
    .sort();
}

async function loadRule(root: string, id: string): Promise<Rule | string> {
  try {
    const module: unknown = await import(pathToFileURL(resolve(root, RULES, `${id}.ts`)).href);
    return ruleOf(module, id);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function ruleOf(module: unknown, id: string): Rule | string {
  const rule = (module as { readonly default?: Rule }).default;
  if (rule === undefined) return 'has no default export. Export the rule with `export default`.';
  if (rule.id === id) return rule;
  return `is called ${rule.id}. Move the file or make its id ${id}.`;
}
