import { z } from 'zod';
import { Side } from '../../domain/vocabulary.ts';
import { plainPath } from '../prompt/plain-text.ts';
import { foreignGlob } from './foreign-glob.ts';
import { answer, failed, type Tool } from './tool.ts';

const MAX_PATHS = 200;

const GlobInput = z.strictObject({
  pattern: z.string(),
  side: Side.nullable().default(null),
  limit: z.int().nullable().default(null),
});

export const globTool: Tool<z.infer<typeof GlobInput>> = {
  name: 'Glob',
  description: `Sorted paths of files that match a glob such as "src/**/*.ts", at most ${MAX_PATHS}. Links and submodules are not listed.`,
  input: GlobInput,
  run: async ({ pattern, side, limit }, views) => {
    const matches = foreignGlob(pattern);
    if (matches === null) return failed('The glob is empty or too long.');
    const found = (await views.paths(side ?? 'head')).filter(matches);
    if (found.length === 0) return answer('No file matches.');
    const shown = found.slice(0, Math.min(Math.max(1, limit ?? MAX_PATHS), MAX_PATHS));
    const more = found.length > shown.length ? `\n… ${found.length - shown.length} more` : '';
    return answer(`${shown.map(plainPath).join('\n')}${more}`);
  },
};
