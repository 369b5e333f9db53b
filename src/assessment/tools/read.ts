import { z } from 'zod';
import { Side } from '../../domain/vocabulary.ts';
import { clipLine } from '../prompt/numbered-diff.ts';
import { plainPath } from '../prompt/plain-text.ts';
import type { Views } from '../views.ts';
import { treePath } from './paths.ts';
import { answer, failed, type Tool } from './tool.ts';

const MAX_LINES = 400;
const MAX_BYTES = 24_000;

const ReadInput = z.strictObject({
  path: z.string(),
  side: Side.nullable().default(null),
  start_line: z.int().nullable().default(null),
  limit: z.int().nullable().default(null),
});

const REASONS: Readonly<Record<string, string>> = {
  withheld: 'This file is made to hold secrets; its text is withheld.',
  symlink: 'This is a symbolic link; links are not followed.',
  submodule: 'This is a submodule; its files are not part of this repository.',
  lfs_pointer: 'This is a pointer to large file storage; the content is not in the repository.',
  binary: 'This file is binary.',
  too_large: 'This file is too large to be read.',
};

export const readTool: Tool<z.infer<typeof ReadInput>> = {
  name: 'Read',
  description: `Numbered lines of one file, "LINE<tab>code", at most ${MAX_LINES} at once. side "head" is the proposed change (default), "base" the merge base.`,
  input: ReadInput,
  run: async ({ path, side: wanted, start_line, limit }, views) => {
    const side = wanted ?? 'head';
    const wantedPath = treePath(path);
    if (wantedPath === null)
      return failed('The path must be relative to the root of the repository.');
    const place = views.pathAt(side, wantedPath);
    const viewed = await views.view(side, place);
    if (viewed.kind === 'absent') return failed(await notThere(side, place, views));
    if (viewed.kind === 'not_read')
      return failed(REASONS[viewed.reason] ?? `This file cannot be read (${viewed.reason}).`);
    const { shown } = viewed.view;
    const start = Math.max(1, start_line ?? 1);
    if (start > Math.max(1, shown.length)) return failed(`The file has ${shown.length} lines.`);
    const rows = rowsFrom(shown, start, Math.min(Math.max(1, limit ?? MAX_LINES), MAX_LINES));
    views.shown.add(side === 'head' ? place : `base:${place}`);
    const end = start + rows.length - 1;
    const more = end < shown.length ? `\n… lines ${end + 1} to ${shown.length} follow` : '';
    return answer(`${rows.join('\n')}${more}`);
  },
};

function rowsFrom(lines: readonly string[], start: number, count: number): string[] {
  const rows: string[] = [];
  let bytes = 0;
  for (let n = start; n < start + count && n <= lines.length; n += 1) {
    const row = `${n}\t${clipLine(lines[n - 1]!)}`;
    bytes += Buffer.byteLength(row) + 1;
    if (bytes > MAX_BYTES && rows.length > 0) break;
    rows.push(row);
  }
  return rows;
}

async function notThere(side: 'head' | 'base', path: string, views: Views): Promise<string> {
  const name = path.split('/').at(-1)!.toLowerCase();
  const alike = (await views.paths(side))
    .filter((other) => other.split('/').at(-1)!.toLowerCase() === name)
    .slice(0, 5);
  const hint = alike.length === 0 ? '' : ` Of that name: ${alike.map(plainPath).join(', ')}.`;
  return `There is no such file at ${side}.${hint}`;
}
