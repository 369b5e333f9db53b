import picomatch from 'picomatch';
import type { NotReadReason } from '../../src/snapshot/not-read.ts';
import type { FileRead, SourceTree } from '../../src/snapshot/source-tree.ts';

/** A text, or why a file of that name cannot be read. */
export type MemoryFile = string | { readonly notRead: NotReadReason; readonly sizeBytes: number };

const NOT_REGULAR: ReadonlySet<NotReadReason> = new Set(['symlink', 'submodule']);

/** A `SourceTree` over texts in memory. */
export class MemorySourceTree implements SourceTree {
  readonly #files: ReadonlyMap<string, MemoryFile>;

  constructor(files: Readonly<Record<string, MemoryFile>>) {
    this.#files = new Map(Object.entries(files));
  }

  async list(glob: string): Promise<readonly string[]> {
    const matches = picomatch(glob, { dot: true });
    return [...this.#files]
      .filter(([path, file]) => isRegular(file) && matches(path))
      .map(([path]) => path)
      .sort();
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>> {
    const answers = new Map<string, FileRead>();
    for (const path of paths) {
      const file = this.#files.get(path);
      if (file !== undefined) answers.set(path, answerOf(file));
    }
    return answers;
  }
}

function isRegular(file: MemoryFile): boolean {
  return typeof file === 'string' || !NOT_REGULAR.has(file.notRead);
}

function answerOf(file: MemoryFile): FileRead {
  return typeof file === 'string'
    ? { kind: 'text', text: file, sizeBytes: Buffer.byteLength(file) }
    : { kind: 'not_read', reason: file.notRead, sizeBytes: file.sizeBytes };
}
