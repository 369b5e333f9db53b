import type { LineRange, Rule } from './rule.ts';
import type { SourceFile } from './source-file.ts';
import { firstTouched } from './touched-lines.ts';

export interface OptOut {
  readonly line: number;
  readonly comment: string;
  /** The change itself wrote it: it is listed, and obeyed by nobody. */
  readonly added: boolean;
}

/** Another tool's switch for the same check, on the lines of the match or right above them. */
export function optOutAt(
  rule: Rule,
  file: SourceFile,
  range: LineRange,
  touched: readonly LineRange[],
): OptOut | null {
  for (const token of rule.optOuts ?? []) {
    for (let line = Math.max(1, range.line - 1); line <= range.endLine; line += 1) {
      const text = file.lines[line - 1] ?? '';
      if (!text.includes(token)) continue;
      const added = firstTouched(touched, { line, endLine: line }) !== null;
      return { line, comment: text.trim().slice(0, 120), added };
    }
  }
  return null;
}
