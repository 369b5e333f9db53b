import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** Compiles the program when a source is newer than it; tests of the compiled program call this first. */
export function ensureFreshBuild(): void {
  const entry = join(PROJECT, 'dist/main.js');
  const built = existsSync(entry) ? statSync(entry).mtimeMs : 0;
  if (newestIn(join(PROJECT, 'src')) <= built) return;
  execFileSync(process.execPath, ['tools/build.ts'], {
    cwd: PROJECT,
    env: { PATH: `${join(PROJECT, 'node_modules/.bin')}:${process.env['PATH']}` },
  });
}

function newestIn(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}
