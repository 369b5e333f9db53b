import type { NotReadReason } from './not-read.ts';

/** What a tree answers for one path. An absent path is missing from the answer. */
export type FileRead =
  | { readonly kind: 'text'; readonly text: string; readonly sizeBytes: number }
  | { readonly kind: 'not_read'; readonly reason: NotReadReason; readonly sizeBytes: number };

/**
 * The files at one commit. Paths are repository-relative with `/`. Symlinks are never followed,
 * submodules never entered; both answer `not_read`. Nothing here touches a checkout.
 */
export interface SourceTree {
  /** Sorted paths of regular files that match the glob (picomatch, dot files included). */
  list(glob: string): Promise<readonly string[]>;
  /** One entry for each path that exists; adapters batch. Throws `OpsError` when the store cannot be reached. */
  read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>>;
}

/** The text of one file, or undefined when it is absent or was not read. */
export async function readText(tree: SourceTree, path: string): Promise<string | undefined> {
  const answer = (await tree.read([path])).get(path);
  return answer?.kind === 'text' ? answer.text : undefined;
}
