import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { OpsError } from '../../domain/ops-error.ts';
import type { ChangeSource, OpenedChange } from '../../snapshot/change-source.ts';
import { decodeBlob } from '../../snapshot/decode.ts';
import type { ChangedPath } from '../../snapshot/snapshot.ts';
import type { FileRead, SourceTree } from '../../snapshot/source-tree.ts';
import { MAX_FILE_BYTES } from '../../snapshot/take-snapshot.ts';

/** Folders that hold nobody's own source. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** More files than this are a mistake in the path rather than a scan. */
const MAX_FILES = 50_000;

/** Plain files as if a change had just added all of them; paths are relative to the working directory. */
export class DiskChangeSource implements ChangeSource {
  readonly #workingDirectory: string;
  readonly #paths: readonly string[];

  constructor(workingDirectory: string, paths: readonly string[]) {
    this.#workingDirectory = workingDirectory;
    this.#paths = paths;
  }

  async open(): Promise<OpenedChange> {
    const found = new Map<string, string>();
    for (const path of this.#paths)
      await collect(resolve(this.#workingDirectory, path), path, found);
    const files = new Map(
      [...found.keys()].map((absolute) => [this.#display(absolute), absolute] as const),
    );
    const head = new DiskSourceTree(files);
    const nothing = new DiskSourceTree(new Map());
    return {
      subject: {
        repo: basename(resolve(this.#workingDirectory)) || 'files',
        pull: null,
        base_sha: NO_COMMIT,
        merge_base_sha: NO_COMMIT,
        head_sha: WORKING_FILES,
      },
      changes: [...files.keys()].sort().map(added),
      incomplete: null,
      base: nothing,
      head,
      governance: nothing,
      pull: null,
    };
  }

  #display(absolute: string): string {
    return relative(this.#workingDirectory, absolute).split(sep).join('/');
  }
}

const NO_COMMIT = 'none';
const WORKING_FILES = 'working-files';

function added(path: string): ChangedPath {
  return { path, previousPath: null, status: 'added', headMode: null, baseMode: null };
}

async function collect(
  absolute: string,
  asNamed: string,
  found: Map<string, string>,
): Promise<void> {
  const stats = await lstat(absolute).catch((cause: unknown) => {
    throw new OpsError('usage', `${asNamed} cannot be read.`, {
      remedy: 'Name an existing file or folder.',
      cause,
    });
  });
  if (stats.isDirectory()) await collectFolder(absolute, found);
  else found.set(absolute, absolute);
}

async function collectFolder(folder: string, found: Map<string, string>): Promise<void> {
  for (const entry of await entriesOf(folder, found)) {
    const absolute = join(folder, entry.name);
    if (isOwnFolder(entry)) await collectFolder(absolute, found);
    else if (!entry.isDirectory()) found.set(absolute, absolute);
    if (found.size > MAX_FILES)
      throw new OpsError('usage', `There are more than ${MAX_FILES} files to scan.`, {
        remedy: 'Name a smaller folder.',
      });
  }
}

/** A folder that may not be listed stays in the scan under its own name, as something that was not read. */
async function entriesOf(folder: string, found: Map<string, string>): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (!isBeyondReach(error)) throw error;
    found.set(folder, folder);
    return [];
  }
}

function isOwnFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name);
}

/** Files on disk under the names that people see. Symlinks are reported, never followed. */
class DiskSourceTree implements SourceTree {
  readonly #files: ReadonlyMap<string, string>;

  constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
  }

  async list(glob: string): Promise<readonly string[]> {
    const matches = picomatch(glob, { dot: true });
    return [...this.#files.keys()].filter((path) => matches(path)).sort();
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>> {
    const reads = new Map<string, FileRead>();
    for (const path of new Set(paths)) {
      const absolute = this.#files.get(path);
      if (absolute !== undefined) reads.set(path, await readDisk(absolute));
    }
    return reads;
  }
}

async function readDisk(absolute: string): Promise<FileRead> {
  const stats = await lstat(absolute).catch((error: unknown) => {
    if (isBeyondReach(error)) return null;
    throw error;
  });
  if (stats === null) return { kind: 'not_read', reason: 'unreadable', sizeBytes: 0 };
  if (stats.isSymbolicLink()) return { kind: 'not_read', reason: 'symlink', sizeBytes: 0 };
  if (!stats.isFile()) return { kind: 'not_read', reason: 'unreadable', sizeBytes: 0 };
  if (stats.size > MAX_FILE_BYTES)
    return { kind: 'not_read', reason: 'too_large', sizeBytes: stats.size };
  try {
    return decodeBlob(await readFile(absolute));
  } catch (error) {
    if (isBeyondReach(error))
      return { kind: 'not_read', reason: 'unreadable', sizeBytes: stats.size };
    throw error;
  }
}

/** Forbidden, or gone since the folder was listed. */
const BEYOND_REACH: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'ENOENT']);

function isBeyondReach(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BEYOND_REACH.has(error.code);
}
