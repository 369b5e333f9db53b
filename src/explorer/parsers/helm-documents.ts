import { ParseFailure } from '../source-file.ts';
import { hasPlaceholder, type MaskedText } from './helm.ts';
import { parseYaml, YamlSyntaxFailure, type YamlDocument } from './yaml.ts';

export interface TemplateDocuments {
  readonly documents: readonly YamlDocument[];
  /** 1-based lines that were left out: what stands there is unknown, not absent. */
  readonly dropped: ReadonlySet<number>;
}

/** Every attempt parses the whole text again. */
const MAX_REPAIRS = 24;
const MAX_REPAIRED_CHARS = 120_000;

/** A printed entry spoils the syntax on its own line or on the ones right after it. */
const NEAR = 3;

/**
 * Parses a masked template. Branches that exclude each other, and entries printed at another level than
 * where they stand, do not go together as YAML: they are left out one by one, and told in `dropped`.
 * Throws `ParseFailure` when that does not help.
 */
export function parseTemplate(masked: MaskedText): TemplateDocuments {
  const lines = masked.text.split('\n');
  const dropped = new Set<number>();
  for (let repairs = 0; ; repairs += 1) {
    try {
      return { documents: parseYaml(lines.join('\n')), dropped };
    } catch (error) {
      if (!(error instanceof YamlSyntaxFailure) || !isTemplate(masked)) throw error;
      const spoilt = repairs < MAX_REPAIRS && masked.text.length <= MAX_REPAIRED_CHARS;
      const gone = spoilt ? spoiltLines(lines, error.line, masked) : [];
      if (gone.length === 0)
        throw new ParseFailure(`Helm template cannot be read without rendering: ${error.message}`);
      for (const line of gone) {
        dropped.add(line);
        lines[line - 1] = '';
      }
    }
  }
}

function isTemplate({ actions, conditional }: MaskedText): boolean {
  return actions.length > 0 || conditional.length > 0;
}

function spoiltLines(lines: readonly string[], at: number, masked: MaskedText): number[] {
  const near = contentLinesUpTo(lines, at, NEAR).find((line) =>
    hasPlaceholder(lines[line - 1] ?? ''),
  );
  if (near !== undefined) return [near];
  const around = masked.conditional.filter((c) => c.line <= at && at <= c.endLine + 1);
  const [block] = around.sort((a, b) => a.endLine - a.line - (b.endLine - b.line));
  if (block === undefined) return [];
  const second = contentIn(lines, block.elseLine ?? block.endLine, block.endLine);
  return second.length > 0 ? second : contentIn(lines, block.line, block.endLine);
}

function contentLinesUpTo(lines: readonly string[], at: number, count: number): number[] {
  const found: number[] = [];
  for (let line = at; line >= 1 && found.length < count; line -= 1)
    if ((lines[line - 1] ?? '').trim() !== '') found.push(line);
  return found;
}

function contentIn(lines: readonly string[], from: number, to: number): number[] {
  const found: number[] = [];
  for (let line = from; line <= to; line += 1)
    if ((lines[line - 1] ?? '').trim() !== '') found.push(line);
  return found;
}
