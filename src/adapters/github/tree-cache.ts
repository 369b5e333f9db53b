/** A file as a tree lists it. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` (symlink), `160000` (submodule). */
  readonly mode: string;
  readonly oid: string;
  readonly sizeBytes: number;
}

export interface RepositoryTree {
  /** Files by path; folders are left out. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** GitHub stops at 100,000 entries or 7 MB. */
  readonly truncated: boolean;
}

/** About 30 MB of entries. */
const MAX_CACHED_ENTRIES = 200_000;

/**
 * Trees of commits, newest use last. A commit's tree never changes, so a merge base that many pushes share
 * is listed once per process. The key holds the repository: nothing is shared between repositories.
 */
export class TreeCache {
  readonly #trees = new Map<string, RepositoryTree>();
  readonly #maxEntries: number;
  #entries = 0;

  constructor(maxEntries: number = MAX_CACHED_ENTRIES) {
    this.#maxEntries = maxEntries;
  }

  get(key: string): RepositoryTree | undefined {
    const tree = this.#trees.get(key);
    if (tree === undefined) return undefined;
    this.#trees.delete(key);
    this.#trees.set(key, tree);
    return tree;
  }

  put(key: string, tree: RepositoryTree): void {
    if (this.#trees.has(key) || tree.entries.size > this.#maxEntries) return;
    this.#trees.set(key, tree);
    this.#entries += tree.entries.size;
    for (const [oldest, { entries }] of this.#trees) {
      if (this.#entries <= this.#maxEntries) return;
      this.#trees.delete(oldest);
      this.#entries -= entries.size;
    }
  }
}
