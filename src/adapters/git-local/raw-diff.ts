import type { ChangedPath, ChangeStatus } from '../../snapshot/snapshot.ts';
import type { TreeEntry } from './git-source-tree.ts';

export interface RawChange extends ChangedPath {
  readonly baseEntry: TreeEntry | null;
  readonly headEntry: TreeEntry | null;
}

const STATUS: Readonly<Record<string, ChangeStatus>> = {
  A: 'added',
  // A copy is new content at a new place; its source is untouched.
  C: 'added',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'modified',
};

/**
 * Reads the output of `git diff --raw -z --no-abbrev` (https://git-scm.com/docs/git-diff, "Raw output
 * format"). NUL separates fields, so that no file name can forge an entry.
 */
export function parseRawDiff(output: string): RawChange[] {
  const fields = output.split('\0');
  const changes: RawChange[] = [];
  for (let at = 0; at < fields.length;) {
    const header = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/u.exec(fields[at] ?? '');
    if (header === null) break;
    const [, baseMode, headMode, baseId, headId, letter] = header;
    const status = STATUS[letter!];
    const twoPaths = letter === 'R' || letter === 'C';
    const first = fields[at + 1];
    const path = twoPaths ? fields[at + 2] : first;
    at += twoPaths ? 3 : 2;
    if (status === undefined || first === undefined || path === undefined) continue;
    const baseEntry = status === 'added' ? null : { mode: baseMode!, objectId: baseId! };
    const headEntry = status === 'deleted' ? null : { mode: headMode!, objectId: headId! };
    changes.push({
      path,
      previousPath: status === 'renamed' ? first : null,
      status,
      headMode: headEntry?.mode ?? null,
      baseMode: baseEntry?.mode ?? null,
      baseEntry,
      headEntry,
    });
  }
  return changes;
}
