/** A model that counts is off by a few; further away it means another place. */
const NEAR_LINES = 6;
/** A part of a line proves something only if it is long enough not to stand everywhere. */
const MIN_PART_CHARS = 12;

export interface FoundQuote {
  /** 1-based, inclusive. */
  readonly line: number;
  readonly endLine: number;
}

/**
 * Finds where a quote stands: at the named line, else within six lines of it, else at its only place in the
 * preferred lines (those of the change), else at its only place in the file. Null when there is no such place,
 * and when there are several and nothing tells which is meant.
 */
export function findQuote(
  lines: readonly string[],
  quote: string,
  claimedLine: number,
  preferred: (line: number) => boolean,
): FoundQuote | null {
  const wanted = quotedLines(quote);
  if (wanted.length === 0 || !/[\p{L}\p{N}]/u.test(wanted.join(''))) return null;
  const plain = lines.map(normalised);
  const whole = placesOf(plain, wanted, (line, part) => line === part);
  const found =
    choose(whole, claimedLine, preferred) ?? partial(plain, wanted, claimedLine, preferred);
  return found === null ? null : { line: found, endLine: found + wanted.length - 1 };
}

function partial(
  plain: readonly string[],
  wanted: readonly string[],
  claimedLine: number,
  preferred: (line: number) => boolean,
): number | null {
  const part = wanted[0]!;
  if (wanted.length > 1 || part.length < MIN_PART_CHARS) return null;
  return choose(
    placesOf(plain, wanted, (line, text) => line.includes(text)),
    claimedLine,
    preferred,
  );
}

function placesOf(
  lines: readonly string[],
  wanted: readonly string[],
  same: (line: string, part: string) => boolean,
): number[] {
  const places: number[] = [];
  for (let at = 0; at + wanted.length <= lines.length; at += 1)
    if (wanted.every((part, n) => same(lines[at + n]!, part))) places.push(at + 1);
  return places;
}

function choose(
  places: readonly number[],
  claimedLine: number,
  preferred: (line: number) => boolean,
): number | null {
  const near = places
    .filter((line) => Math.abs(line - claimedLine) <= NEAR_LINES)
    .sort((a, b) => Math.abs(a - claimedLine) - Math.abs(b - claimedLine) || a - b);
  if (near[0] !== undefined) return near[0];
  const changed = places.filter(preferred);
  if (changed.length === 1) return changed[0]!;
  return places.length === 1 ? places[0]! : null;
}

function quotedLines(quote: string): string[] {
  const lines = quote.split(/\r?\n/u).map((line) => normalised(withoutNumbering(line)));
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  return lines;
}

/** Undoes what our own views put around a line: its number, a mark of the diff, the sign of a cut. */
function withoutNumbering(line: string): string {
  return line
    .replace(/^\s{0,8}\d{1,7}\t/u, '')
    .replace(/^\s{0,8}\d{0,7}\s{1,8}\d{0,7}\s[+-]\s/u, '')
    .replace(/… \[line cut\]$/u, '');
}

/** Indentation and runs of spaces are not what a quote is about. */
function normalised(line: string): string {
  return line.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}
