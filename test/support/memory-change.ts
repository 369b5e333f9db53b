import type { ChangeSource, OpenedChange } from '../../src/snapshot/change-source.ts';
import type { ChangedPath, PullText } from '../../src/snapshot/snapshot.ts';
import { type MemoryFile, MemorySourceTree } from './memory-tree.ts';

export type Files = Readonly<Record<string, string>>;

/** Files of which some cannot be read. */
export type MemoryFiles = Readonly<Record<string, MemoryFile>>;

export interface MemoryChangeOptions {
  readonly base?: MemoryFiles;
  readonly head?: MemoryFiles;
  /** `{ new path: old path }`; every other file keeps its name. */
  readonly renames?: Files;
  /** Configuration and waivers; default: the base files. */
  readonly governance?: MemoryFiles;
  readonly pull?: PullText | null;
  readonly incomplete?: string | null;
}

/** A change between two sets of files, as if it came from a repository. */
export function memoryChange(options: MemoryChangeOptions): ChangeSource {
  const base = options.base ?? {};
  const head = options.head ?? {};
  const opened: OpenedChange = {
    subject: {
      repo: 'acme/shop',
      pull: options.pull?.number ?? null,
      base_sha: 'b'.repeat(40),
      merge_base_sha: 'b'.repeat(40),
      head_sha: 'a'.repeat(40),
    },
    changes: changesBetween(base, head, options.renames ?? {}),
    incomplete: options.incomplete ?? null,
    base: new MemorySourceTree(base),
    head: new MemorySourceTree(head),
    governance: new MemorySourceTree(options.governance ?? base),
    pull: options.pull ?? null,
  };
  return { open: async () => opened };
}

function changesBetween(base: MemoryFiles, head: MemoryFiles, renames: Files): ChangedPath[] {
  const renamedFrom = new Set(Object.values(renames));
  const paths = [...new Set([...Object.keys(base), ...Object.keys(head)])].sort();
  return paths.flatMap((path): ChangedPath[] => {
    const modes = { headMode: '100644', baseMode: '100644' };
    const previousPath = renames[path];
    if (previousPath !== undefined) return [{ path, previousPath, status: 'renamed', ...modes }];
    if (renamedFrom.has(path) && !(path in head)) return [];
    const plain = { path, previousPath: null };
    if (!(path in base)) return [{ ...plain, status: 'added', ...modes, baseMode: null }];
    if (!(path in head)) return [{ ...plain, status: 'deleted', ...modes, headMode: null }];
    return base[path] === head[path] ? [] : [{ ...plain, status: 'modified', ...modes }];
  });
}
