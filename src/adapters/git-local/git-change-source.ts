import { basename, resolve } from 'node:path';
import { OpsError } from '../../domain/ops-error.ts';
import type { ChangeSource, OpenedChange } from '../../snapshot/change-source.ts';
import { type Git, gitIn } from './git.ts';
import { GitSourceTree, type TreeEntry, type TreeOrigin } from './git-source-tree.ts';
import { ObjectReader } from './object-reader.ts';
import { parseRawDiff, type RawChange } from './raw-diff.ts';
import { type Range, resolveRange } from './revisions.ts';

export interface GitChangeOptions {
  readonly directory: string;
  readonly base: string | null;
  readonly head: string | null;
  /** Review what is in the index against HEAD instead of a range of commits. */
  readonly staged: boolean;
  /** PATH on which git is found. */
  readonly path: string | undefined;
  /** Told what was chosen when the caller named no range. */
  readonly onChosen?: (text: string) => void;
}

/** What stands for the head of a change that is not committed yet. */
export const STAGED = 'staged';

/** A range of a local repository, bare ones too; read from objects without a checkout. */
export class GitChangeSource implements ChangeSource {
  readonly #options: GitChangeOptions;
  readonly #git: Git;
  readonly #reader: ObjectReader;

  constructor(options: GitChangeOptions) {
    this.#options = options;
    this.#git = gitIn(options.directory, options.path);
    this.#reader = new ObjectReader(this.#git);
  }

  async open(): Promise<OpenedChange> {
    const range = await resolveRange(this.#git, this.#reader, {
      base: this.#options.staged ? (this.#options.head ?? 'HEAD') : this.#options.base,
      head: this.#options.head,
    });
    if (range.chosen !== null) this.#options.onChosen?.(range.chosen);
    const changes = await this.#changes(range);
    const base: TreeOrigin = range.fromNothing
      ? { kind: 'empty' }
      : { kind: 'tree', treeish: range.mergeBaseSha };
    const head: TreeOrigin = this.#options.staged
      ? { kind: 'index' }
      : { kind: 'tree', treeish: range.headSha };
    const governance: TreeOrigin = range.fromNothing
      ? { kind: 'empty' }
      : { kind: 'tree', treeish: range.baseSha };
    return {
      subject: {
        repo: repositoryName(this.#options.directory),
        pull: null,
        base_sha: range.baseSha,
        merge_base_sha: range.mergeBaseSha,
        head_sha: this.#options.staged ? STAGED : range.headSha,
      },
      changes: changes.map(withoutEntries),
      incomplete: null,
      base: this.#tree(base, entriesOf(changes, 'baseEntry')),
      head: this.#tree(head, entriesOf(changes, 'headEntry')),
      governance: this.#tree(governance, new Map()),
      pull: null,
    };
  }

  /** Ends the git process that serves objects. */
  close(): void {
    this.#reader.close();
  }

  #tree(origin: TreeOrigin, seed: ReadonlyMap<string, TreeEntry>): GitSourceTree {
    return new GitSourceTree(this.#git, this.#reader, origin, seed);
  }

  async #changes(range: Range): Promise<RawChange[]> {
    const between = this.#options.staged
      ? ['diff-index', '--cached', ...RAW_FORMAT, range.mergeBaseSha]
      : ['diff-tree', '-r', ...RAW_FORMAT, range.mergeBaseSha, range.headSha];
    const { status, stdout, stderr } = await this.#git.run(between);
    if (status !== 0)
      throw new OpsError('repository.unreadable', `git could not compare the two sides: ${stderr}`);
    return parseRawDiff(stdout.toString('utf8'));
  }
}

const RAW_FORMAT = ['--raw', '-z', '--no-abbrev', '-M', '--no-ext-diff', '--no-textconv'];

function withoutEntries({
  baseEntry: _base,
  headEntry: _head,
  ...change
}: RawChange): Omit<RawChange, 'baseEntry' | 'headEntry'> {
  return change;
}

function entriesOf(
  changes: readonly RawChange[],
  key: 'baseEntry' | 'headEntry',
): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const change of changes) {
    const entry = change[key];
    const path = key === 'baseEntry' ? (change.previousPath ?? change.path) : change.path;
    if (entry !== null) entries.set(path, entry);
  }
  return entries;
}

/** Folder name without `.git`: a local review has no owner to name. */
function repositoryName(directory: string): string {
  return basename(resolve(directory)).replace(/\.git$/u, '') || 'repository';
}
