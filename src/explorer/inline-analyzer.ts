import type { RuleFailure } from '../domain/finding.ts';
import { analyzeFile } from './analyze-file.ts';
import { decideChange } from './decide-change.ts';
import type { Rule } from './rule.ts';
import type {
  Analyzer,
  DecideResult,
  DecideTask,
  ExplorationContext,
  FileResult,
  FileTask,
} from './task.ts';

export type LoadRule = (id: string) => Promise<Rule>;

/** Runs rules in this very process: what a child process does, and what tests use. */
export class InlineAnalyzer implements Analyzer {
  readonly #load: LoadRule;

  constructor(load: LoadRule) {
    this.#load = load;
  }

  async analyzeFile(task: FileTask, context: ExplorationContext): Promise<FileResult> {
    const rules: Rule[] = [];
    const failures: RuleFailure[] = [];
    for (const id of task.ruleIds) {
      try {
        rules.push(await this.#load(id));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const reason = `the rule could not be loaded: ${why}`;
        failures.push({ rule: id, path: task.file.path, reason });
      }
    }
    const result = analyzeFile(task, rules, context);
    return { ...result, failures: [...failures, ...result.failures] };
  }

  async decide(task: DecideTask, context: ExplorationContext): Promise<DecideResult> {
    const rule = await this.#load(task.ruleId);
    if (rule.scope !== 'change') throw new Error(`rule ${rule.id} decides per file`);
    return decideChange(rule, task, context);
  }

  release(): void {}
}
