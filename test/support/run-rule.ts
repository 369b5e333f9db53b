import { DEFAULT_CONFIG } from '../../src/domain/configuration.ts';
import type { Exploration } from '../../src/domain/finding.ts';
import { explore } from '../../src/explorer/explore.ts';
import { InlineAnalyzer } from '../../src/explorer/inline-analyzer.ts';
import type { RegistryEntry } from '../../src/explorer/registry-entry.ts';
import {
  type ChangeRule,
  DEFAULT_SILENT_IN,
  type FileRule,
  type Rule,
  type RuleExample,
} from '../../src/explorer/rule.ts';
import type { Analyzer, ExplorationContext } from '../../src/explorer/task.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.ts';
import { type Files, memoryChange } from './memory-change.ts';

/** Runs one rule over an example, through the same engine that reviews use. */
export async function runRule(
  rule: FileRule | ChangeRule<never> | ChangeRule,
  example: RuleExample,
  language: 'en' | 'vi' = 'en',
): Promise<Exploration> {
  const snapshot = await snapshotOf(example);
  const analyzer = withFacts(new InlineAnalyzer(async () => rule), example);
  return await explore(snapshot, { analyzer, registry: [entryOf(rule)], language });
}

export async function snapshotOf(example: RuleExample): Promise<Snapshot> {
  const files = [
    { path: example.path, code: example.code, base: example.base },
    ...(example.more ?? []),
  ];
  const side = (key: 'base' | 'code'): Files =>
    Object.fromEntries(
      files.flatMap((file) => {
        const text = file[key];
        return text === undefined ? [] : [[file.path, text]];
      }),
    );
  return await takeSnapshot({
    source: memoryChange({ base: side('base'), head: side('code') }),
    loadConfig: async () => ({ kind: 'absent', config: DEFAULT_CONFIG, waivers: [] }),
  });
}

export function entryOf(rule: Rule): RegistryEntry {
  return {
    id: rule.id,
    scope: rule.scope,
    files: rule.files,
    silentIn: rule.silentIn ?? DEFAULT_SILENT_IN,
    everywhere: rule.everywhere ?? false,
    load: async () => ({ default: rule }),
  };
}

/** An example may state facts of its repository instead of carrying the files that prove them. */
function withFacts(analyzer: Analyzer, example: RuleExample): Analyzer {
  if (example.facts === undefined) return analyzer;
  const stated = (context: ExplorationContext): ExplorationContext => ({
    ...context,
    rule: { ...context.rule, facts: { ...context.rule.facts, ...example.facts } },
  });
  return {
    analyzeFile: async (task, context) => await analyzer.analyzeFile(task, stated(context)),
    decide: async (task, context) => await analyzer.decide(task, stated(context)),
    release: () => {},
  };
}
