import type { RuleFailure } from '../domain/finding.ts';
import type { Side } from '../domain/vocabulary.ts';
import { draftOf } from './draft.ts';
import { optOutAt } from './opt-out.ts';
import {
  type ChangeRule,
  DEFAULT_SILENT_IN,
  type FileRule,
  type LineRange,
  type Match,
  type Place,
  type Rule,
} from './rule.ts';
import { ParseFailure, SourceFile } from './source-file.ts';
import type { Draft, ExplorationContext, FileResult, FileTask, ObeyedOptOut } from './task.ts';
import { firstTouched, touchedLines } from './touched-lines.ts';

interface Sides {
  readonly base: SourceFile | null;
  readonly head: SourceFile | null;
  readonly removed: readonly LineRange[];
  readonly added: readonly LineRange[];
}

/** Runs every given rule over both sides of one file. A rule that throws becomes a failure of its own. */
export function analyzeFile(
  task: FileTask,
  rules: readonly Rule[],
  context: ExplorationContext,
): FileResult {
  const sides = sidesOf(task);
  const drafts: Draft[] = [];
  const facts: FileResult['facts'][number][] = [];
  const optOuts: ObeyedOptOut[] = [];
  const failures: RuleFailure[] = [];
  for (const rule of rules) {
    try {
      if (rule.scope === 'file') checkFile(rule, sides, context, drafts, optOuts);
      // One by one: what was collected before a failure is still true.
      else for (const fact of collectFacts(rule, task, sides, context)) facts.push(fact);
    } catch (error) {
      failures.push({ rule: rule.id, path: task.file.path, reason: reasonOf(error) });
    }
  }
  return { drafts, facts, optOuts, failures };
}

function sidesOf({ file }: FileTask): Sides {
  return {
    base:
      file.base === null ? null : new SourceFile(file.previousPath ?? file.path, 'base', file.base),
    head: file.head === null ? null : new SourceFile(file.path, 'head', file.head),
    removed: touchedLines(file.hunks, 'base'),
    added: touchedLines(file.hunks, 'head'),
  };
}

function checkFile(
  rule: FileRule,
  sides: Sides,
  context: ExplorationContext,
  drafts: Draft[],
  optOuts: ObeyedOptOut[],
): void {
  const { head } = sides;
  if (head === null || isSilent(rule, head)) return;
  for (const { match, places } of introduced(rule, sides, head, context)) {
    const optOut = optOutAt(rule, head, rangeOf(match), sides.added);
    if (optOut !== null && !optOut.added)
      optOuts.push({
        rule: rule.id,
        path: head.path,
        line: optOut.line,
        comment: optOut.comment,
      });
    else drafts.push(draftOf(rule, match, places, optOut?.comment ?? null, context));
  }
}

/** Head's matches minus base's, by anchor; what remains must lie on lines that the change adds. */
function introduced(
  rule: FileRule,
  sides: Sides,
  head: SourceFile,
  context: ExplorationContext,
): { match: Match; places: Place[] }[] {
  const matches = [...rule.check(head, context.rule)];
  if (matches.length === 0) return [];
  const atBase = countByAnchor(baseMatches(rule, sides.base, context));
  const touching = matches.filter((m) => firstTouched(sides.added, spanOf(m)) !== null);
  const untouched = countByAnchor(matches.filter((m) => !touching.includes(m)));
  const result: { match: Match; places: Place[] }[] = [];
  for (const match of touching) {
    const old = (atBase.get(match.anchor) ?? 0) - (untouched.get(match.anchor) ?? 0);
    if (old > 0) {
      atBase.set(match.anchor, (atBase.get(match.anchor) ?? 0) - 1);
      continue;
    }
    result.push({ match, places: placesOf(match, head.path, sides.added) });
  }
  return result;
}

function baseMatches(
  rule: FileRule,
  base: SourceFile | null,
  context: ExplorationContext,
): readonly Match[] {
  if (base === null || isSilent(rule, base)) return [];
  return toleratingParseFailure(() => [...rule.check(base, context.rule)]);
}

/**
 * A base that does not parse has nothing to subtract: head's matches stand, and head is what gets deployed.
 * A change that mends a broken file must not be held up by the file that it mends.
 */
function toleratingParseFailure<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseFailure) return [];
    throw error;
  }
}

function placesOf(match: Match, path: string, added: readonly LineRange[]): Place[] {
  const range = rangeOf(match);
  const place: Place = { path, side: 'head', ...range };
  if (firstTouched(added, range) !== null) return [place];
  // The proof stands on an old line, the change on another line of the same construct: cite both.
  const line = firstTouched(added, spanOf(match)) ?? range.line;
  return [{ path, side: 'head', line, endLine: line }, place];
}

function* collectFacts(
  rule: ChangeRule,
  task: FileTask,
  sides: Sides,
  context: ExplorationContext,
): Iterable<FileResult['facts'][number]> {
  for (const side of ['base', 'head'] as const satisfies readonly Side[]) {
    const file = sides[side];
    if (file === null || isSilent(rule, file)) continue;
    const changedLines = side === 'head' ? sides.added : sides.removed;
    const where = { path: file.path, side, status: task.file.status, changedLines };
    for (const fact of factsOf(rule, file, context))
      yield { ruleId: rule.id, collected: { ...where, fact } };
  }
}

function factsOf(
  rule: ChangeRule,
  file: SourceFile,
  context: ExplorationContext,
): Iterable<unknown> {
  const facts = rule.collect(file, context.rule);
  return file.side === 'base' ? toleratingParseFailure(() => [...facts]) : facts;
}

function isSilent(rule: Rule, file: SourceFile): boolean {
  return (rule.silentIn ?? DEFAULT_SILENT_IN).includes(file.pathClass);
}

function countByAnchor(matches: readonly Match[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { anchor } of matches) counts.set(anchor, (counts.get(anchor) ?? 0) + 1);
  return counts;
}

export function rangeOf(match: Match): LineRange {
  return { line: match.line, endLine: Math.max(match.line, match.endLine ?? match.line) };
}

function spanOf(match: Match): LineRange {
  return match.span ?? rangeOf(match);
}

/** A parse failure speaks for itself; anything else is a defect of the rule and is named as one. */
function reasonOf(error: unknown): string {
  if (error instanceof ParseFailure) return error.message;
  return `the rule failed: ${error instanceof Error ? error.message : String(error)}`;
}
