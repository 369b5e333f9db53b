import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What a demo branch is made of; folders under `demo/repository/`. */
export type State = 'base' | 'blocked' | 'fixed' | 'agent';

const ROOT = new URL('./repository/', import.meta.url);

/**
 * A credential that looks real and opens nothing. It stands here in two pieces, so that no scanner, ours
 * included, finds it in this repository.
 */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{{AWS_ACCESS_KEY_ID}}': ['AKIA', 'Z5GQRT7XKPLW3VNH'].join(''),
  '{{AWS_SECRET_ACCESS_KEY}}': ['q7Jx2vKp9Lw4Rt8Z', 'mB3nYc6HdF1sGa5Ue0Wo/TiX'].join(''),
};

/** Texts of one state by path. */
export async function filesOf(state: State): Promise<ReadonlyMap<string, string>> {
  const folder = new URL(`${state}/`, ROOT).pathname;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((e) => e.isFile())) {
    const absolute = join(entry.parentPath, entry.name);
    const text = await readFile(absolute, 'utf8');
    files.set(relative(folder, absolute).split(sep).join('/'), fillIn(text));
  }
  return files;
}

function fillIn(text: string): string {
  return Object.entries(PLACEHOLDERS).reduce(
    (all, [name, value]) => all.replaceAll(name, value),
    text,
  );
}
