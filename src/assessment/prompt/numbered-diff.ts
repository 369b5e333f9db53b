import type { ChangedFile, Hunk } from '../../snapshot/snapshot.ts';
import type { FileView } from '../views.ts';

const CONTEXT_LINES = 3;

/** Both sides of a changed file as they may be shown; null when absent there. */
export interface DiffInput {
  readonly file: ChangedFile;
  readonly head: FileView | null;
  readonly base: FileView | null;
}

/**
 * The change of one file with the line numbers of both sides in columns of their own. Models lose count in raw
 * unified diffs; here each line says which number it has on which side.
 *
 * ```
 *   head   base
 *     40     38   context
 *     41        + added
 *            39 - removed
 * ```
 */
export function numberedDiff({ file, head, base }: DiffInput): string {
  const rows: string[] = [];
  for (const group of groupHunks(file.hunks)) {
    const first = group[0]!;
    rows.push(`@@ ${enclosingOf(head, base, first)}`.trimEnd(), ...groupRows(group, head, base));
  }
  return rows.join('\n');
}

/** Hunks whose context would touch are shown as one. */
function groupHunks(hunks: readonly Hunk[]): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    const gap = last === undefined ? Infinity : headAfter(hunk) - headEnd(last) - 1;
    if (gap <= CONTEXT_LINES * 2) groups.at(-1)!.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

/** First head line of a hunk, or of what follows a pure removal. */
function headAfter(hunk: Hunk): number {
  return hunk.headStart;
}

function headEnd(hunk: Hunk): number {
  return hunk.headStart + hunk.headLines - 1;
}

function groupRows(group: readonly Hunk[], head: FileView | null, base: FileView | null): string[] {
  const rows: string[] = [];
  const lines = head?.shown ?? [];
  const first = group[0]!;
  const last = group.at(-1)!;
  const context = (from: number, to: number, shift: number): void => {
    for (let n = Math.max(1, from); n <= Math.min(to, lines.length); n += 1)
      rows.push(row(n, n - shift, ' ', lines[n - 1]!));
  };
  context(first.headStart - CONTEXT_LINES, first.headStart - 1, first.headStart - first.baseStart);
  for (const [index, hunk] of group.entries()) {
    for (let n = hunk.baseStart; n < hunk.baseStart + hunk.baseLines; n += 1)
      rows.push(row(null, n, '-', base?.shown[n - 1] ?? ''));
    for (let n = hunk.headStart; n <= headEnd(hunk); n += 1)
      rows.push(row(n, null, '+', lines[n - 1] ?? ''));
    const next = group[index + 1];
    if (next !== undefined) context(headEnd(hunk) + 1, next.headStart - 1, shiftAfter(hunk));
  }
  context(headEnd(last) + 1, headEnd(last) + CONTEXT_LINES, shiftAfter(last));
  return rows;
}

/** How far head numbers are ahead of base numbers behind a hunk. */
function shiftAfter(hunk: Hunk): number {
  return hunk.headStart + hunk.headLines - (hunk.baseStart + hunk.baseLines);
}

function row(
  head: number | null,
  base: number | null,
  mark: ' ' | '+' | '-',
  code: string,
): string {
  const column = (n: number | null): string => (n === null ? '' : String(n)).padStart(6);
  return `${column(head)} ${column(base)} ${mark} ${clipLine(code)}`;
}

/** One minified line must not eat the whole budget. */
export const MAX_SHOWN_LINE = 600;

export function clipLine(line: string): string {
  return line.length <= MAX_SHOWN_LINE
    ? line
    : `${line.slice(0, MAX_SHOWN_LINE).toWellFormed()}… [line cut]`;
}

const OPENS =
  /^\s*(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|override|pub|unsafe)\s+)*(?:function|class|interface|struct|enum|trait|impl|module|namespace|def|func|fn|fun|sub|resource|data|variable|provider|job|stage|CREATE|ALTER|BEGIN)\b|[{:]\s*$/iu;

/** The nearest line above that is less indented and opens something: function, class, resource, job. */
function enclosingOf(head: FileView | null, base: FileView | null, hunk: Hunk): string {
  const view = head ?? base;
  if (view === null) return '';
  const start = head === null ? hunk.baseStart : hunk.headStart;
  const here = view.shown[start - 1] ?? '';
  let indent = here.trim() === '' ? Infinity : indentOf(here);
  for (let n = start - CONTEXT_LINES - 1; n >= 1; n -= 1) {
    const line = view.shown[n - 1]!;
    if (line.trim() === '' || indentOf(line) >= indent) continue;
    if (OPENS.test(line)) return line.trim().slice(0, 120);
    indent = indentOf(line);
  }
  return '';
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
