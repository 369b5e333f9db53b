import type { Evidence } from '../../domain/evidence.ts';
import { inertGfm, inertGfmCode } from '../inert.ts';
import { type Links, safeUrl } from './links.ts';
import { placeOf, type View } from './view.ts';

/** Commands that whoever publishes the text answers; only those are offered. */
export type OpsCommand = 'recheck' | 'waive' | 'explain' | 'help';

/** How much of a long text is shown. */
export interface Density {
  /** Characters of one field. */
  readonly field: number;
  /** Lines of one quote. */
  readonly quoteLines: number;
  /** Concerns in the full template, of each kind. */
  readonly full: number;
  /** Concerns as one line each, of each kind. */
  readonly listed: number;
}

export interface GfmContext {
  readonly view: View;
  readonly links: Links | null;
  readonly commands: readonly OpsCommand[];
  readonly density: Density;
}

/** Foreign prose on one line. */
export function prose(text: string, context: GfmContext): string {
  return inertGfm(text, { max: context.density.field });
}

const MAX_PATH_CHARACTERS = 160;

/** A place in the code: a link when there is a page for it. */
export function placeLink(evidence: Evidence, context: GfmContext): string {
  const { path, line, end_line, side } = evidence;
  const label = inertGfmCode(placeOf({ ...evidence, path: shortPath(path) }));
  if (context.links === null || !mayLabelLink(path)) return label;
  const url = safeUrl(context.links.blob(path, line, end_line, side));
  return url === null ? label : `[${label}](${url})`;
}

/**
 * Code spans bind tighter than links in CommonMark, but not in every parser: a path that could end the label
 * is shown without a link. Routes such as `app/[id]/page.tsx` are fine.
 */
function mayLabelLink(path: string): boolean {
  if (path.includes('`') || path.includes('](')) return false;
  let depth = 0;
  for (const character of path) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** The end of a path tells more than its beginning. */
export function shortPath(path: string): string {
  const characters = [...path];
  return characters.length <= MAX_PATH_CHARACTERS
    ? path
    : `…${characters.slice(1 - MAX_PATH_CHARACTERS).join('')}`;
}

/** One folded part. Inside `<summary>` GitHub reads HTML, so the summary must be HTML, not Markdown. */
export function fold(summary: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${body.trim()}\n\n</details>`;
}

/** A folded section. `weight` says what is left out last when there is no room. */
export interface Section {
  readonly name: string;
  readonly weight: number;
  readonly text: string;
}

/** Entries of a list inside a section; the report lists every one. */
export const MAX_LIST = 8;
