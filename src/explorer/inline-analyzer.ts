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
    const rules = await Promise.all(task.ruleIds.map((id) => this.#load(id)));
    return analyzeFile(task, rules, context);
  }

  async decide(task: DecideTask, context: ExplorationContext): Promise<DecideResult> {
    const rule = await this.#load(task.ruleId);
    if (rule.scope !== 'change') throw new Error(`rule ${rule.id} decides per file`);
    return decideChange(rule, task, context);
  }

  release(): void {}
}
