import { setImmediate } from 'node:timers/promises';
import { RE2JS, RE2JSException } from 're2js';
import { z } from 'zod';
import { Side } from '../../domain/vocabulary.ts';
import { pathClassOf } from '../../snapshot/path-class.ts';
import { clipLine } from '../prompt/numbered-diff.ts';
import { plainPath } from '../prompt/plain-text.ts';
import type { Views } from '../views.ts';
import { foreignGlob } from './foreign-glob.ts';
import { answer, failed, type Tool } from './tool.ts';

const MAX_HITS = 100;
const MAX_PATTERN_CHARS = 200;
/** re2js counts instructions; each one is work for every character. */
const MAX_PROGRAM = 1_000;
const MAX_FILES = 1_000;
const MAX_TEXT_CHARS = 3_000_000;
/** Files that one call to the tree fetches. */
const BATCH = 100;
const MAX_OUTPUT_BYTES = 24_000;
/** About 50 ms of matching. */
const PAUSE_CHARS = 100_000;

const GrepInput = z.strictObject({
  pattern: z.string(),
  path_glob: z.string().nullable().default(null),
  fixed: z.boolean().nullable().default(null),
  side: Side.nullable().default(null),
  limit: z.int().nullable().default(null),
});

export const grepTool: Tool<z.infer<typeof GrepInput>> = {
  name: 'Grep',
  description: `Lines that match a regular expression (RE2: no lookaround, no backreferences), or a plain text with fixed true, as "path:LINE<tab>code". At most ${MAX_HITS} hits. path_glob narrows the files.`,
  input: GrepInput,
  run: async ({ pattern, path_glob, fixed, side: wanted, limit }, views) => {
    const test = lineTest(pattern, fixed === true);
    if (typeof test === 'string') return failed(test);
    const inPath = path_glob === null ? () => true : foreignGlob(path_glob);
    if (inPath === null) return failed('The path_glob is empty or too long.');
    const side = wanted ?? 'head';
    const paths = (await views.paths(side)).filter((path) => inPath(path) && isSearched(path));
    const found = await search(
      paths,
      side,
      test,
      views,
      Math.min(Math.max(1, limit ?? MAX_HITS), MAX_HITS),
    );
    return answer([...found.hits, ...remarks(found, paths.length)].join('\n'));
  },
};

type LineTest = (line: string) => boolean;

/** A test for one line, or what is wrong with the pattern. */
function lineTest(pattern: string, fixed: boolean): LineTest | string {
  if (pattern === '' || pattern.length > MAX_PATTERN_CHARS)
    return `The pattern must have 1 to ${MAX_PATTERN_CHARS} characters.`;
  if (fixed) return (line) => line.includes(pattern);
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > MAX_PROGRAM) return 'The pattern is too complex.';
    return (line) => compiled.matcher(line).find();
  } catch (error) {
    if (error instanceof RE2JSException) return 'The pattern is no regular expression of RE2.';
    throw error;
  }
}

function isSearched(path: string): boolean {
  const pathClass = pathClassOf(path);
  return pathClass !== 'vendored' && pathClass !== 'generated';
}

interface Found {
  readonly hits: readonly string[];
  /** Files that were looked through. */
  readonly files: number;
  readonly full: boolean;
}

/** Files are searched as the model would see them, so a pattern cannot ask about a redacted secret. */
async function search(
  paths: readonly string[],
  side: 'head' | 'base',
  test: LineTest,
  views: Views,
  limit: number,
): Promise<Found> {
  const hits: string[] = [];
  let characters = 0;
  let nextPause = 0;
  let bytes = 0;
  let files = 0;
  for (let at = 0; at < Math.min(paths.length, MAX_FILES); at += BATCH) {
    const batch = paths.slice(at, Math.min(at + BATCH, MAX_FILES));
    await views.load(side, batch);
    for (const path of batch) {
      const viewed = await views.view(side, path);
      const lines = viewed.kind === 'text' ? viewed.view.shown : [];
      if (characters >= nextPause) {
        // Lets the deadline and other reviews have their turn.
        await setImmediate();
        nextPause = characters + PAUSE_CHARS;
      }
      for (const [index, line] of lines.entries()) {
        characters += line.length + 1;
        if (!test(line)) continue;
        const hit = `${plainPath(path)}:${index + 1}\t${clipLine(line)}`;
        bytes += Buffer.byteLength(hit) + 1;
        if (hits.length >= limit || bytes > MAX_OUTPUT_BYTES) return { hits, files, full: true };
        hits.push(hit);
      }
      files += 1;
      if (characters > MAX_TEXT_CHARS) return { hits, files, full: false };
    }
  }
  return { hits, files, full: false };
}

function remarks({ hits, files, full }: Found, all: number): string[] {
  if (full) return ['… more hits; narrow the pattern or the path_glob'];
  if (files < all) return [`… only ${files} of ${all} files were searched; narrow with path_glob`];
  return hits.length === 0 ? [`No line matches in ${all} files.`] : [];
}
