import type { Hunk } from '../snapshot/snapshot.ts';
import type { Side } from '../domain/vocabulary.ts';
import type { LineRange } from './rule.ts';

/** The lines that a change adds (head) or removes (base), as ranges in order. */
export function touchedLines(hunks: readonly Hunk[], side: Side): LineRange[] {
  const ranges: LineRange[] = [];
  for (const hunk of hunks) {
    const start = side === 'head' ? hunk.headStart : hunk.baseStart;
    const count = side === 'head' ? hunk.headLines : hunk.baseLines;
    if (count > 0) ranges.push({ line: start, endLine: start + count - 1 });
  }
  return ranges;
}

/** The first touched line inside `range`, or null when the change does not touch it. */
export function firstTouched(touched: readonly LineRange[], range: LineRange): number | null {
  for (const t of touched)
    if (t.line <= range.endLine && t.endLine >= range.line) return Math.max(t.line, range.line);
  return null;
}
