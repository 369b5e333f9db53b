import {
  type Category,
  type Confidence,
  CriticalCategory,
  type Item,
  type Localized,
  type Principle,
  type Priority,
  type Side,
} from '../domain/vocabulary.ts';
import type { FindingGroup } from '../domain/finding.ts';
import type { ChangeStatus } from '../snapshot/snapshot.ts';
import type { PathClass } from '../snapshot/path-class.ts';
import type { RepositoryFacts } from './facts/repository-facts.ts';
import type { SourceFile } from './source-file.ts';

/**
 * The contract of a rule. One rule is one file under `rules/<family>/`, default-exported through
 * `defineFileRule` or `defineChangeRule`, with everything in it: texts in both languages, blocking
 * condition, examples. `npm run new:rule` writes the skeleton; registry and pages are generated.
 *
 * A file rule looks at one file at a time; the engine runs it over both sides and keeps what head adds.
 * A change rule collects facts from every file on both sides and decides over the whole change: for what
 * was removed, and for what only several files together tell.
 */
export type Rule = FileRule | ChangeRule;

export interface LineRange {
  readonly line: number;
  readonly endLine: number;
}

/** A place where a file rule's condition holds on one side. Lines are 1-based and inclusive. */
export interface Match {
  readonly line: number;
  readonly endLine?: number;
  /**
   * The whole construct, when the lines that prove the problem are fewer than the lines that make it:
   * the match counts as introduced when the change touches any line of it. Default: `line…endLine`.
   */
  readonly span?: LineRange;
  /** Structural identity: resource, workload, function, table, job … never a line number. */
  readonly anchor: string;
  /** Fills `{name}` in the rule's texts. Values are shown as they are: keep them short, never a secret. */
  readonly values?: Readonly<Record<string, string>>;
  /** The blocking condition of the rule holds here, with certainty. Ignored by rules without one. */
  readonly blocks?: boolean;
  readonly priority?: Exclude<Priority, 'critical'>;
  readonly confidence?: Confidence;
  /** Where one rule tells of several areas; default: the rule's. */
  readonly item?: Item;
}

export interface Place extends LineRange {
  readonly path: string;
  readonly side: Side;
}

/** A match of a change rule names its file and side; what was removed cites `base`. */
export interface ChangeMatch extends Match {
  readonly path: string;
  readonly side: Side;
  /** Further places that prove it, after the first. */
  readonly also?: readonly Place[];
}

export interface RuleContext {
  readonly facts: RepositoryFacts;
  readonly changed: readonly { readonly path: string; readonly status: ChangeStatus }[];
}

/** A fact with the place where it stands; `path` is the path on its own side. */
export interface Collected<Fact> {
  readonly path: string;
  readonly side: Side;
  readonly status: ChangeStatus;
  /** Lines that the change adds (head) or removes (base) in this file. */
  readonly changedLines: readonly LineRange[];
  readonly fact: Fact;
}

export interface RuleExample {
  readonly path: string;
  /** The file at head. */
  readonly code: string;
  /** The file at the merge base; absent means that the change adds the file. */
  readonly base?: string;
  /** More files of the same change. `base` alone is a deleted file. */
  readonly more?: readonly {
    readonly path: string;
    readonly code?: string;
    readonly base?: string;
  }[];
  readonly facts?: Partial<RepositoryFacts>;
}

interface RuleMeta {
  /** `family/problem`; names the problem, so that it reads right in a comment, a waiver, SARIF. */
  readonly id: string;
  readonly wave: 1 | 2 | 3;
  readonly item: Item;
  readonly group: FindingGroup;
  readonly category: Category;
  readonly principle: Principle;
  /** Of a finding whose blocking condition does not hold: at most high. */
  readonly priority: Exclude<Priority, 'critical'>;
  readonly confidence: Confidence;
  /** When the rule alone may block, and as what; null: never. */
  readonly blocks: { readonly category: CriticalCategory; readonly when: Localized } | null;
  /** What people call the surface: shown on the page and used to filter, e.g. `Kubernetes`, `Python`. */
  readonly surfaces: readonly string[];
  /** Globs of the files that the rule claims (picomatch, matched on the whole path, dot files included). */
  readonly files: readonly string[];
  /** Path classes in which the rule keeps silent. Default: test, example, docs. */
  readonly silentIn?: readonly PathClass[];
  /** Also sees generated, vendored and ignored files. For secrets. */
  readonly everywhere?: boolean;
  /** Comments by which other tools switch the same check off, e.g. `squawk-ignore`. */
  readonly optOuts?: readonly string[];
  readonly title: Localized;
  /** What users or operators see when it goes wrong. One sentence that stands alone. */
  readonly impact: Localized;
  /** The mechanism: why this code leads there. */
  readonly why: Localized;
  /** What to do in this change: names a setting, file or command. */
  readonly fix: Localized;
  /** What to do after it. */
  readonly later: Localized;
  readonly references: readonly string[];
  readonly examples: {
    readonly bad: readonly RuleExample[];
    readonly good: readonly RuleExample[];
  };
}

export interface FileRule extends RuleMeta {
  readonly scope: 'file';
  /** Pure. Throws `ParseFailure` through `file.parse`; the engine makes it a gap of this rule on this file. */
  check(file: SourceFile, context: RuleContext): Iterable<Match>;
}

export interface ChangeRule<Fact = unknown> extends RuleMeta {
  readonly scope: 'change';
  /** Facts of one file on one side; plain data that survives structured cloning. */
  collect(file: SourceFile, context: RuleContext): Iterable<Fact>;
  /** Over all collected facts of the change, sorted by path. Pure. */
  decide(
    facts: { readonly base: readonly Collected<Fact>[]; readonly head: readonly Collected<Fact>[] },
    context: RuleContext,
  ): Iterable<ChangeMatch>;
}

export const DEFAULT_SILENT_IN: readonly PathClass[] = ['test', 'example', 'docs'];

export function defineFileRule(rule: Omit<FileRule, 'scope'>): FileRule {
  return checked({ ...rule, scope: 'file' });
}

export function defineChangeRule<Fact>(rule: Omit<ChangeRule<Fact>, 'scope'>): ChangeRule<Fact> {
  return checked({ ...rule, scope: 'change' });
}

/** Refuses at load time what the types cannot: a malformed id, an empty text, a missing example. */
function checked<R extends RuleMeta>(rule: R): R {
  const problem = problemOf(rule);
  if (problem !== null) throw new Error(`rule ${rule.id}: ${problem}`);
  return rule;
}

function problemOf(rule: RuleMeta): string | null {
  if (!/^[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(rule.id)) return 'id must be family/problem';
  for (const key of ['title', 'impact', 'why', 'fix', 'later'] as const) {
    if (rule[key].en.trim() === '' || rule[key].vi.trim() === '') return `${key} needs en and vi`;
    if (rule[key].vi !== rule[key].vi.normalize('NFC')) return `${key}.vi is not NFC`;
  }
  if (rule.files.length === 0) return 'files is empty';
  if (rule.blocks !== null && !CriticalCategory.safeParse(rule.blocks.category).success)
    return 'only the five critical categories block';
  return null;
}

/** Fills `{name}` from `values`; a name without a value stays visible, and the example test catches it. */
export function fillText(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\{([a-z][a-zA-Z]*)\}/gu, (whole, name: string) => values[name] ?? whole);
}
