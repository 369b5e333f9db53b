import { join } from 'node:path';

/**
 * Where Node keeps the compiled code of Ops between runs: in the user's own cache folder, because a folder
 * that others can write to would let them choose what runs. Null where there is no home.
 */
export function compileCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const home = env['HOME'];
  const cache = env['XDG_CACHE_HOME'] || (home ? join(home, '.cache') : '');
  return cache === '' ? null : join(cache, 'ops-readiness', 'compiled');
}
