import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';

/** What a test may put at a path; `null` deletes. */
export type FileInput =
  | string
  | Uint8Array
  | { readonly executable: string }
  | { readonly symlink: string }
  | { readonly submodule: string }
  | null;
export type FileInputs = Readonly<Record<string, FileInput>>;

export interface Entry {
  readonly mode: string;
  readonly oid: string;
  readonly type: 'blob' | 'tree' | 'commit';
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

export interface FileDiff {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly oid: string;
  readonly additions: number;
  readonly deletions: number;
  /** Missing for binary files and very large texts, as on GitHub. */
  readonly patch: string | undefined;
}

const MAX_PATCH_BYTES = 500_000;

/** Git objects in memory, with the object names that git itself would give them. */
export class GitStore {
  readonly #blobs = new Map<string, Buffer>();
  readonly #trees = new Map<string, ReadonlyMap<string, Entry>>();
  readonly #commits = new Map<string, Commit>();

  blob(oid: string): Buffer | undefined {
    return this.#blobs.get(oid);
  }

  tree(oid: string): ReadonlyMap<string, Entry> | undefined {
    return this.#trees.get(oid) ?? this.#treeOfCommit(oid);
  }

  commit(oid: string): Commit | undefined {
    return this.#commits.get(oid);
  }

  writeBlob(bytes: Buffer): string {
    const oid = objectName('blob', bytes);
    this.#blobs.set(oid, bytes);
    return oid;
  }

  /** A commit whose tree is the parent's with `files` laid over it. */
  commitFiles(parent: string | null, files: FileInputs, message: string): string {
    const entries = new Map(parent === null ? [] : this.filesAt(parent));
    for (const [path, input] of Object.entries(files)) {
      if (input === null) entries.delete(path);
      else entries.set(path, this.#entryOf(input));
    }
    return this.writeCommit(this.#writeTree(entries), parent === null ? [] : [parent], message);
  }

  writeCommit(tree: string, parents: readonly string[], message: string): string {
    const who = 'Ops Test <ops@example.test> 1700000000 +0000';
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${who}`,
      `committer ${who}`,
      '',
      `${message}\n`,
    ];
    const oid = objectName('commit', Buffer.from(lines.join('\n')));
    this.#commits.set(oid, { oid, tree, parents, message });
    return oid;
  }

  /** Every file of a commit or tree, by full path. */
  filesAt(oid: string): ReadonlyMap<string, Entry> {
    const files = new Map<string, Entry>();
    for (const [path, entry] of this.walk(oid)) if (entry.type !== 'tree') files.set(path, entry);
    return files;
  }

  /** Every entry in git's order, folders included. */
  *walk(oid: string, prefix = ''): Generator<readonly [string, Entry]> {
    for (const [name, entry] of this.tree(oid) ?? []) {
      yield [prefix + name, entry];
      if (entry.type === 'tree') yield* this.walk(entry.oid, `${prefix}${name}/`);
    }
  }

  /** The first common ancestor, breadth first. */
  mergeBase(a: string, b: string): string | undefined {
    const ofA = new Set(this.#ancestors(a));
    return this.#ancestors(b).find((oid) => ofA.has(oid));
  }

  isAncestor(ancestor: string, descendant: string): boolean {
    return this.#ancestors(descendant).includes(ancestor);
  }

  diff(from: string, to: string): FileDiff[] {
    const before = this.filesAt(from);
    const after = this.filesAt(to);
    const added = [...after.keys()].filter((path) => !before.has(path));
    const removed = new Set([...before.keys()].filter((path) => !after.has(path)));
    const diffs: FileDiff[] = [];
    for (const path of added) {
      const source = this.#renameSource(after.get(path)!, removed, before);
      if (source !== undefined) removed.delete(source);
      diffs.push(this.#diffOf(path, source ?? null, before.get(source ?? ''), after.get(path)));
    }
    for (const path of removed) diffs.push(this.#diffOf(path, null, before.get(path), undefined));
    for (const [path, entry] of after) {
      const old = before.get(path);
      if (old !== undefined && (old.oid !== entry.oid || old.mode !== entry.mode))
        diffs.push(this.#diffOf(path, null, old, entry));
    }
    return diffs.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #treeOfCommit(oid: string): ReadonlyMap<string, Entry> | undefined {
    const commit = this.#commits.get(oid);
    return commit === undefined ? undefined : this.#trees.get(commit.tree);
  }

  #entryOf(input: Exclude<FileInput, null>): Entry {
    if (typeof input === 'string') return this.#blobEntry('100644', Buffer.from(input));
    if (input instanceof Uint8Array) return this.#blobEntry('100644', Buffer.from(input));
    if ('executable' in input) return this.#blobEntry('100755', Buffer.from(input.executable));
    if ('symlink' in input) return this.#blobEntry('120000', Buffer.from(input.symlink));
    return { mode: '160000', oid: input.submodule, type: 'commit' };
  }

  #blobEntry(mode: string, bytes: Buffer): Entry {
    return { mode, oid: this.writeBlob(bytes), type: 'blob' };
  }

  #writeTree(files: ReadonlyMap<string, Entry>): string {
    const here = new Map<string, Entry>();
    const folders = new Map<string, Map<string, Entry>>();
    for (const [path, entry] of files) {
      const slash = path.indexOf('/');
      if (slash === -1) {
        here.set(path, entry);
        continue;
      }
      const folder = path.slice(0, slash);
      const inside = folders.get(folder) ?? new Map<string, Entry>();
      folders.set(folder, inside.set(path.slice(slash + 1), entry));
    }
    for (const [name, inside] of folders)
      here.set(name, { mode: '040000', oid: this.#writeTree(inside), type: 'tree' });
    const sorted = [...here].sort(([a, x], [b, y]) => Buffer.compare(sortKey(a, x), sortKey(b, y)));
    const bytes = Buffer.concat(
      sorted.map(([name, entry]) =>
        Buffer.concat([
          Buffer.from(`${entry.mode.replace(/^0/u, '')} ${name}\0`),
          Buffer.from(entry.oid, 'hex'),
        ]),
      ),
    );
    const oid = objectName('tree', bytes);
    this.#trees.set(oid, new Map(sorted));
    return oid;
  }

  #ancestors(oid: string): string[] {
    const seen = new Set<string>([oid]);
    for (const next of seen)
      for (const parent of this.commit(next)?.parents ?? []) seen.add(parent);
    return [...seen];
  }

  #renameSource(
    entry: Entry,
    removed: ReadonlySet<string>,
    before: ReadonlyMap<string, Entry>,
  ): string | undefined {
    const candidates = [...removed].filter((path) => before.get(path)?.mode === entry.mode);
    return (
      candidates.find((path) => before.get(path)?.oid === entry.oid) ??
      candidates.find((path) => this.#similarity(before.get(path)!, entry) >= 0.5)
    );
  }

  /** Share of equal lines: a rough stand-in for git's similarity index. */
  #similarity(a: Entry, b: Entry): number {
    const linesOf = (entry: Entry): string[] =>
      (this.blob(entry.oid)?.toString() ?? '').split('\n');
    const [left, right] = [linesOf(a), new Set(linesOf(b))];
    const shared = left.filter((line) => line !== '' && right.has(line)).length;
    return shared / Math.max(left.length, right.size, 1);
  }

  #diffOf(
    path: string,
    previousPath: string | null,
    before: Entry | undefined,
    after: Entry | undefined,
  ): FileDiff {
    const [old, now] = [before, after].map((e) => (e && this.blob(e.oid)) ?? Buffer.alloc(0));
    const status = statusOf(previousPath, before, after);
    const base = { path, previousPath, status, oid: (after ?? before)!.oid };
    if (isBinary(old!) || isBinary(now!) || old!.length + now!.length > MAX_PATCH_BYTES)
      return { ...base, additions: 0, deletions: 0, patch: undefined };
    const { hunks } = structuredPatch(path, path, old!.toString(), now!.toString(), '', '', {
      context: 3,
    });
    const lines = hunks.flatMap((hunk) => hunk.lines);
    const patch = hunks
      .map((h) =>
        [`@@ -${h.oldStart},${h.oldLines} +${h.newStart},${h.newLines} @@`, ...h.lines].join('\n'),
      )
      .join('\n');
    return {
      ...base,
      additions: lines.filter((line) => line.startsWith('+')).length,
      deletions: lines.filter((line) => line.startsWith('-')).length,
      patch: patch === '' ? undefined : patch,
    };
  }
}

function statusOf(
  previousPath: string | null,
  before: Entry | undefined,
  after: Entry | undefined,
): FileDiff['status'] {
  if (previousPath !== null) return 'renamed';
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return before.oid === after.oid ? 'changed' : 'modified';
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}

/** Git sorts a folder as if its name ended with a slash. */
function sortKey(name: string, entry: Entry): Buffer {
  return Buffer.from(entry.type === 'tree' ? `${name}/` : name);
}

export function objectName(type: 'blob' | 'tree' | 'commit', bytes: Buffer): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}
