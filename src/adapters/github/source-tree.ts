import picomatch from 'picomatch';
import type { FileRead, SourceTree } from '../../snapshot/source-tree.ts';
import type { WantedBlob } from './blob-batches.ts';
import type { GitHubObjects } from './objects.ts';
import type { RepositoryTree, TreeEntry } from './tree-cache.ts';

const REGULAR = new Set(['100644', '100755']);

/** The files of one commit on GitHub, read by object name; nothing is checked out or followed. */
export class GitHubSourceTree implements SourceTree {
  readonly #objects: GitHubObjects;
  readonly #commitSha: string;

  constructor(objects: GitHubObjects, commitSha: string) {
    this.#objects = objects;
    this.#commitSha = commitSha;
  }

  async list(glob: string): Promise<readonly string[]> {
    const matches = picomatch(glob, { dot: true });
    const { entries } = await this.#objects.tree(this.#commitSha);
    return [...entries]
      .filter(([path, { mode }]) => REGULAR.has(mode) && matches(path))
      .map(([path]) => path)
      .sort();
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>> {
    if (paths.length === 0) return new Map();
    const tree = await this.#objects.tree(this.#commitSha);
    const wanted = new Map<string, WantedBlob>();
    const reads = new Map<string, FileRead>();
    for (const path of new Set(paths)) {
      const entry = tree.entries.get(path);
      const special = entry === undefined ? undefined : specialRead(entry);
      const blob = wantedBlob(tree, this.#commitSha, path);
      if (special !== undefined) reads.set(path, special);
      else if (blob !== undefined) wanted.set(path, blob);
    }
    await this.#objects.load([...wanted.values()]);
    for (const [path, blob] of wanted) {
      const read = this.#objects.answerTo(blob);
      if (read !== undefined) reads.set(path, read);
    }
    return reads;
  }
}

/** How to ask for a path: by the name that the tree gives, or by path where the tree was cut. */
export function wantedBlob(
  tree: RepositoryTree,
  commitSha: string,
  path: string,
): WantedBlob | undefined {
  const entry = tree.entries.get(path);
  if (entry === undefined)
    return tree.truncated ? { kind: 'expression', revision: commitSha, path } : undefined;
  if (!REGULAR.has(entry.mode)) return undefined;
  return { kind: 'oid', oid: entry.oid, path, sizeBytes: entry.sizeBytes };
}

function specialRead({ mode, sizeBytes }: TreeEntry): FileRead | undefined {
  if (mode === '120000') return { kind: 'not_read', reason: 'symlink', sizeBytes };
  if (mode === '160000') return { kind: 'not_read', reason: 'submodule', sizeBytes: 0 };
  return undefined;
}
