import picomatch from 'picomatch';
import { OpsError } from '../../domain/ops-error.ts';
import { decodeBlob } from '../../snapshot/decode.ts';
import type { FileRead, SourceTree } from '../../snapshot/source-tree.ts';
import { MAX_FILE_BYTES } from '../../snapshot/take-snapshot.ts';
import type { Git } from './git.ts';
import type { ObjectReader } from './object-reader.ts';

export interface TreeEntry {
  /** `100644`, `100755`, `120000` (symlink) or `160000` (submodule). */
  readonly mode: string;
  readonly objectId: string;
}

/** Where the entries of a tree come from: a commit, the index, or nowhere. */
export type TreeOrigin =
  | { readonly kind: 'tree'; readonly treeish: string }
  | { readonly kind: 'index' }
  | { readonly kind: 'empty' };

/** A tree of a local repository, bare or not, read from objects; the checkout is never looked at. */
export class GitSourceTree implements SourceTree {
  readonly #git: Git;
  readonly #reader: ObjectReader;
  readonly #origin: TreeOrigin;
  /** Entries that a diff has already told, so that small changes never list the whole tree. */
  readonly #seed: ReadonlyMap<string, TreeEntry>;
  #entries: Promise<ReadonlyMap<string, TreeEntry>> | null = null;

  constructor(
    git: Git,
    reader: ObjectReader,
    origin: TreeOrigin,
    seed: ReadonlyMap<string, TreeEntry> = new Map(),
  ) {
    this.#git = git;
    this.#reader = reader;
    this.#origin = origin;
    this.#seed = seed;
  }

  async list(glob: string): Promise<readonly string[]> {
    const matches = picomatch(glob, { dot: true });
    const entries = await this.#all();
    return [...entries]
      .filter(([path, { mode }]) => mode.startsWith('100') && matches(path))
      .map(([path]) => path)
      .sort();
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, FileRead>> {
    const reads = new Map<string, FileRead>();
    await Promise.all(
      [...new Set(paths)].map(async (path) => {
        const entry = this.#seed.get(path) ?? (await this.#all()).get(path);
        const read = entry === undefined ? undefined : await this.#readEntry(entry);
        if (read !== undefined) reads.set(path, read);
      }),
    );
    return reads;
  }

  async #readEntry({ mode, objectId }: TreeEntry): Promise<FileRead | undefined> {
    if (mode === '160000') return { kind: 'not_read', reason: 'submodule', sizeBytes: 0 };
    if (mode === '120000') return { kind: 'not_read', reason: 'symlink', sizeBytes: 0 };
    const info = await this.#reader.info(objectId);
    // A partial or damaged clone lists what it does not hold: that is a gap, not an absent file.
    if (info.kind !== 'info') return { kind: 'not_read', reason: 'unreadable', sizeBytes: 0 };
    const { sizeBytes } = info;
    if (sizeBytes > MAX_FILE_BYTES) return { kind: 'not_read', reason: 'too_large', sizeBytes };
    const answer = await this.#reader.contents(objectId);
    if (answer.kind !== 'contents') return { kind: 'not_read', reason: 'unreadable', sizeBytes };
    return decodeBlob(answer.bytes);
  }

  async #all(): Promise<ReadonlyMap<string, TreeEntry>> {
    this.#entries ??= this.#listEntries();
    return await this.#entries;
  }

  async #listEntries(): Promise<ReadonlyMap<string, TreeEntry>> {
    if (this.#origin.kind === 'empty') return new Map();
    const args =
      this.#origin.kind === 'index'
        ? ['ls-files', '--stage', '-z', '--full-name', ':/']
        : ['ls-tree', '-r', '-z', '--full-tree', this.#origin.treeish];
    const { status, stdout, stderr } = await this.#git.run(args);
    if (status !== 0)
      throw new OpsError('repository.unreadable', `git could not list the files: ${stderr}`);
    return parseEntries(stdout.toString('utf8'));
  }
}

/** `<mode> [<type>] <object> [<stage>]\t<path>` with NUL between entries, from ls-tree and ls-files alike. */
function parseEntries(output: string): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const line of output.split('\0')) {
    const match = /^(\d{6}) (?:\w+ )?([0-9a-f]{40,64})(?: \d)?\t([\s\S]+)$/u.exec(line);
    if (match !== null) entries.set(match[3]!, { mode: match[1]!, objectId: match[2]! });
  }
  return entries;
}
