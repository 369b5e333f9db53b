import type { FileRead, SourceTree } from '../../snapshot/source-tree.ts';
import type { WantedBlob } from './blob-batches.ts';
import type { GitHubObjects } from './objects.ts';
import { GitHubSourceTree } from './source-tree.ts';

/**
 * The default branch, read by path: a handful of files out of a tree that nobody needs to list. The full name
 * of the branch keeps a tag of the same name from governing anything.
 */
export class GovernanceTree implements SourceTree {
  readonly #objects: GitHubObjects;
  readonly #revision: string;

  constructor(objects: GitHubObjects, defaultBranch: string) {
    this.#objects = objects;
    this.#revision = `refs/heads/${defaultBranch}`;
  }

  async list(glob: string): Promise<readonly string[]> {
    return await new GitHubSourceTree(this.#objects, this.#revision).list(glob);
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>> {
    const wanted = new Map(paths.map((path) => [path, this.wanted(path)]));
    await this.#objects.load([...wanted.values()]);
    const reads = new Map<string, FileRead>();
    for (const [path, blob] of wanted) {
      const read = this.#objects.answerTo(blob);
      if (read !== undefined) reads.set(path, read);
    }
    return reads;
  }

  /** For loading together with other files. */
  wanted(path: string): WantedBlob {
    return { kind: 'expression', revision: this.#revision, path };
  }
}
