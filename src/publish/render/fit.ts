import { truncateUtf8, utf8Bytes } from '../limits.ts';
import type { Density, Section } from './gfm-context.ts';

/** From generous to scarce; the last one is small enough for any review. */
export const DENSITIES: readonly Density[] = [
  { field: 1_500, quoteLines: 8, full: 5, listed: 50 },
  { field: 500, quoteLines: 4, full: 5, listed: 30 },
  { field: 200, quoteLines: 2, full: 5, listed: 15 },
  { field: 80, quoteLines: 1, full: 3, listed: 5 },
];

/** Nothing is cut: for output that has no limit. */
export const WHOLE: Density = {
  field: Number.MAX_SAFE_INTEGER,
  quoteLines: Number.MAX_SAFE_INTEGER,
  full: 5,
  listed: Number.MAX_SAFE_INTEGER,
};

/** Texts at one density: what must stand, what may be left out, what stands last. */
export interface Draft {
  readonly open: readonly string[];
  readonly sections: readonly Section[];
  readonly end: readonly string[];
}

export interface FitWords {
  leftOut(names: string): string;
  readonly shortened: string;
  readonly whole: string;
}

/** What must stand may take this share before texts are shortened to make room for the rest. */
const OPEN_SHARE = 0.6;

/** Joins a draft to at most `maxBytes`: shortens texts first, then leaves out sections, least weight first. */
export function fit(
  draftAt: (density: Density) => Draft,
  maxBytes: number,
  words: FitWords,
): string {
  for (const [index, density] of DENSITIES.entries()) {
    const draft = draftAt(density);
    const isLast = index === DENSITIES.length - 1;
    if (!isLast && utf8Bytes(draft.open.join('\n\n')) > maxBytes * OPEN_SHARE) continue;
    const notes = index === 0 ? [] : [words.shortened];
    const text = withoutSections(draft, notes, maxBytes, words);
    if (text !== null) return text;
    if (isLast) return truncateUtf8(join(draft, [], notes), maxBytes);
  }
  return '';
}

function withoutSections(
  draft: Draft,
  notes: readonly string[],
  maxBytes: number,
  words: FitWords,
): string | null {
  const kept = [...draft.sections];
  const left: string[] = [];
  for (;;) {
    const said =
      left.length === 0 ? notes : [...notes, `${words.leftOut(left.join(', '))} ${words.whole}`];
    const text = join(draft, kept, said);
    if (utf8Bytes(text) <= maxBytes) return text;
    const least = kept.reduce<Section | null>(
      (a, b) => (a === null || b.weight < a.weight ? b : a),
      null,
    );
    if (least === null) return null;
    kept.splice(kept.indexOf(least), 1);
    left.push(least.name);
  }
}

function join(draft: Draft, sections: readonly Section[], notes: readonly string[]): string {
  const said = notes.length === 0 ? [] : [`<sub>${notes.join(' ')}</sub>`];
  return [...draft.open, ...sections.map((s) => s.text), ...said, ...draft.end]
    .filter((part) => part !== '')
    .join('\n\n');
}
