import type { ConfigLoad } from '../domain/configuration.ts';
import type { Subject } from '../domain/report.ts';
import type { NotReadReason } from './not-read.ts';
import type { SourceTree } from './source-tree.ts';

export type ChangeStatus = 'added' | 'modified' | 'deleted' | 'renamed';

/** One entry of the file list, before anything is read. */
export interface ChangedPath {
  readonly path: string;
  /** Where a renamed file came from; null for every other status. */
  readonly previousPath: string | null;
  readonly status: ChangeStatus;
  /** Git modes: `100644`, `100755`, `120000` (symlink), `160000` (submodule); null where unknown. */
  readonly headMode: string | null;
  readonly baseMode: string | null;
}

/** A run of changed lines; both ranges are 1-based. A count of 0 means nothing on that side. */
export interface Hunk {
  readonly baseStart: number;
  readonly baseLines: number;
  readonly headStart: number;
  readonly headLines: number;
}

/** A changed file with both of its texts. */
export interface ChangedFile extends ChangedPath {
  /** Text at the merge base; null when absent or not read. */
  readonly base: string | null;
  /** Text at head; null when absent or not read. */
  readonly head: string | null;
  /** Hunks without context lines, in order. */
  readonly hunks: readonly Hunk[];
  /** Generated, vendored, minified or ignored: only rules that look everywhere see it. Null for the rest. */
  readonly limited: NotReadReason | null;
}

export interface UnreadFile {
  readonly path: string;
  readonly reason: NotReadReason;
}

/** What the author wrote about the change. Claims, never evidence. */
export interface PullText {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly author: string;
  /** The author has contributed before, or may write to the repository. */
  readonly trusted: boolean;
}

/** A change at one head SHA: what changed, both trees, and what governs its review. */
export interface Snapshot {
  readonly subject: Subject;
  readonly files: readonly ChangedFile[];
  readonly unread: readonly UnreadFile[];
  /** Why the file list or a tree is not whole; null when it is. */
  readonly incomplete: string | null;
  readonly base: SourceTree;
  readonly head: SourceTree;
  readonly config: ConfigLoad;
  /** The configuration that the change itself proposes, for a dry run; null when it leaves it alone. */
  readonly proposedConfig: ConfigLoad | null;
  readonly pull: PullText | null;
}
