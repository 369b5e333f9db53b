import { diffArrays } from 'diff';
import type { Hunk } from './snapshot.ts';

/** Lines without their ends. Only LF and CRLF end a line, as on GitHub, so that line numbers agree. */
export function splitLines(text: string): string[] {
  return text.split(/\r?\n/u);
}

/** Lines of a file as people count them: the empty piece behind the last line end is none. */
export function countedLines(text: string): string[] {
  const lines = splitLines(text);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Above this many edits the rest of the file counts as rewritten: the search is quadratic in edits. */
const MAX_EDITS = 4_000;

/**
 * Hunks that turn `base` into `head`, without context. Null stands for a file that is absent on that side.
 * A change of line ends alone gives no hunk.
 */
export function hunksBetween(base: string | null, head: string | null): Hunk[] {
  const before = base === null ? [] : countedLines(base);
  const after = head === null ? [] : countedLines(head);
  const prefix = commonPrefix(before, after);
  const suffix = commonSuffix(before, after, prefix);
  const oldMiddle = before.slice(prefix, before.length - suffix);
  const newMiddle = after.slice(prefix, after.length - suffix);
  if (oldMiddle.length === 0 && newMiddle.length === 0) return [];
  if (oldMiddle.length === 0 || newMiddle.length === 0)
    return [hunk(prefix, oldMiddle.length, prefix, newMiddle.length)];
  return diffMiddle(oldMiddle, newMiddle, prefix);
}

function hunk(baseBefore: number, baseLines: number, headBefore: number, headLines: number): Hunk {
  return { baseStart: baseBefore + 1, baseLines, headStart: headBefore + 1, headLines };
}

function diffMiddle(before: string[], after: string[], offset: number): Hunk[] {
  const parts = diffArrays(before, after, { maxEditLength: MAX_EDITS });
  if (parts === undefined) return [hunk(offset, before.length, offset, after.length)];
  const hunks: Hunk[] = [];
  let baseAt = offset;
  let headAt = offset;
  let removed = 0;
  let added = 0;
  const flush = (): void => {
    if (removed + added > 0) hunks.push(hunk(baseAt - removed, removed, headAt - added, added));
    removed = 0;
    added = 0;
  };
  for (const part of parts) {
    if (part.removed) {
      removed += part.value.length;
      baseAt += part.value.length;
    } else if (part.added) {
      added += part.value.length;
      headAt += part.value.length;
    } else {
      flush();
      baseAt += part.value.length;
      headAt += part.value.length;
    }
  }
  flush();
  return hunks;
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a[n] === b[n]) n += 1;
  return n;
}

function commonSuffix(a: readonly string[], b: readonly string[], prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix;
  let n = 0;
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) n += 1;
  return n;
}
