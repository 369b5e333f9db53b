import type { Finding, RuleFailure } from '../domain/finding.ts';
import type { Language } from '../domain/vocabulary.ts';
import type { ChangedFile } from '../snapshot/snapshot.ts';
import type { Collected, Place, RuleContext } from './rule.ts';

/** Messages between the explorer and its child processes: plain data that survives structured cloning. */

/** What holds for a whole exploration; sent to a child once. */
export interface ExplorationContext {
  readonly rule: RuleContext;
  readonly language: Language;
}

/** One changed file and the rules that claim it. */
export interface FileTask {
  readonly file: Pick<ChangedFile, 'path' | 'previousPath' | 'status' | 'base' | 'head' | 'hunks'>;
  readonly ruleIds: readonly string[];
}

/** A finding whose places have not been quoted yet. */
export interface Draft extends Omit<Finding, 'evidence'> {
  readonly places: readonly Place[];
}

/** An opt-out comment that already stood at the merge base and kept a rule silent here. */
export interface ObeyedOptOut {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly comment: string;
}

export interface FileResult {
  readonly drafts: readonly Draft[];
  readonly facts: readonly { readonly ruleId: string; readonly collected: Collected<unknown> }[];
  readonly optOuts: readonly ObeyedOptOut[];
  readonly failures: readonly RuleFailure[];
}

/** All facts that a change rule collected, and the texts that opt-outs are looked up in. */
export interface DecideTask {
  readonly ruleId: string;
  readonly base: readonly Collected<unknown>[];
  readonly head: readonly Collected<unknown>[];
}

export interface DecideResult {
  readonly drafts: readonly Draft[];
}

/** Runs rules. Implemented in process, and by a pool of child processes around the same code. */
export interface Analyzer {
  /** Rejects only when the analysis itself is broken; a rule's failure is part of the result. */
  analyzeFile(task: FileTask, context: ExplorationContext): Promise<FileResult>;
  decide(task: DecideTask, context: ExplorationContext): Promise<DecideResult>;
  /** Forgets a context whose exploration has ended. */
  release(context: ExplorationContext): void;
}
