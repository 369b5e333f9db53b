import type { Subject } from '../domain/report.ts';
import type { ChangedPath, PullText } from './snapshot.ts';
import type { SourceTree } from './source-tree.ts';

/** A change that an outside system has been asked for: who differs, and where both sides can be read. */
export interface OpenedChange {
  readonly subject: Subject;
  /** Sorted by path. */
  readonly changes: readonly ChangedPath[];
  /** Why `changes` or a tree is not whole (over GitHub's limits, truncated); null when it is. */
  readonly incomplete: string | null;
  readonly base: SourceTree;
  readonly head: SourceTree;
  /** Where configuration, waivers and custom rules are read: the default branch, locally the base. */
  readonly governance: SourceTree;
  readonly pull: PullText | null;
}

/** Opens a change in one outside system. Implemented by GitHub, local git, and plain files. */
export interface ChangeSource {
  /** Throws `OpsError` (`revision.unknown`, `repository.unreadable`, `github.*`). */
  open(): Promise<OpenedChange>;
}
