import { DEFAULT_POOL, ProcessPool } from '../explorer/pool/process-pool.ts';
import { compileCacheFolder } from './compile-cache.ts';

/** A pool whose first child is already starting, so that it loads while the rest of the program does. */
export function startPool(env: Readonly<Record<string, string | undefined>>): ProcessPool {
  const pool = new ProcessPool({ ...DEFAULT_POOL, compileCache: compileCacheFolder(env) });
  pool.warm();
  return pool;
}
