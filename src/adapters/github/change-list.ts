import { compareText } from '../../domain/concern.ts';
import type { ChangedPath, ChangeStatus } from '../../snapshot/snapshot.ts';
import type { ListedFile } from './schemas.ts';
import type { RepositoryTree, TreeEntry } from './tree-cache.ts';

/**
 * What differs between two whole trees: exact at these commits, whatever GitHub's lists leave out. Who was
 * renamed from where is GitHub's word (`listed`), or follows from an equal object.
 */
export function changesBetween(
  base: RepositoryTree,
  head: RepositoryTree,
  listed: readonly ListedFile[],
): ChangedPath[] {
  const gone = new Map([...base.entries].filter(([path]) => !head.entries.has(path)));
  const came = [...head.entries].filter(([path]) => !base.entries.has(path));
  const changes: ChangedPath[] = [];
  const sources = renameSources(came, gone, listed);
  for (const [path, entry] of came) {
    const previousPath = sources.get(path) ?? null;
    const before = previousPath === null ? undefined : gone.get(previousPath);
    if (previousPath !== null) gone.delete(previousPath);
    changes.push(changeOf(path, previousPath, before, entry));
  }
  for (const [path, entry] of gone) changes.push(changeOf(path, null, entry, undefined));
  for (const [path, entry] of head.entries) {
    const before = base.entries.get(path);
    if (before !== undefined && (before.oid !== entry.oid || before.mode !== entry.mode))
      changes.push(changeOf(path, null, before, entry));
  }
  return changes.sort((a, b) => compareText(a.path, b.path));
}

/** GitHub's own list, for trees that it did not give whole. */
export function changesListed(
  base: RepositoryTree,
  head: RepositoryTree,
  listed: readonly ListedFile[],
): ChangedPath[] {
  return listed
    .flatMap(({ filename, status, previous_filename: previous }): ChangedPath[] => {
      const known = STATUSES.get(status);
      if (known === undefined) return [];
      const previousPath = known === 'renamed' ? (previous ?? null) : null;
      const headMode = head.entries.get(filename)?.mode ?? null;
      const baseMode = base.entries.get(previousPath ?? filename)?.mode ?? null;
      return [{ path: filename, previousPath, status: known, headMode, baseMode }];
    })
    .sort((a, b) => compareText(a.path, b.path));
}

/** A copy is a new file; `changed` is a mode or type; `unchanged` is none. */
const STATUSES: ReadonlyMap<string, ChangeStatus> = new Map<string, ChangeStatus>([
  ['added', 'added'],
  ['copied', 'added'],
  ['removed', 'deleted'],
  ['modified', 'modified'],
  ['changed', 'modified'],
  ['renamed', 'renamed'],
]);

/** New path → old path; no old path twice. */
function renameSources(
  came: readonly (readonly [string, TreeEntry])[],
  gone: ReadonlyMap<string, TreeEntry>,
  listed: readonly ListedFile[],
): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const taken = new Set<string>();
  const arrived = new Map(came);
  const take = (path: string, previous: string): void => {
    if (sources.has(path) || taken.has(previous)) return;
    sources.set(path, previous);
    taken.add(previous);
  };
  for (const { filename, status, previous_filename: previous } of listed)
    if (
      status === 'renamed' &&
      previous !== undefined &&
      arrived.has(filename) &&
      gone.has(previous)
    )
      take(filename, previous);
  const pathOf = new Map([...gone].map(([path, { oid }]) => [oid, path]));
  for (const [path, { oid, sizeBytes }] of came) {
    // All empty files are equal, and nothing is learnt from that.
    const previous = sizeBytes === 0 ? undefined : pathOf.get(oid);
    if (previous !== undefined) take(path, previous);
  }
  return sources;
}

function changeOf(
  path: string,
  previousPath: string | null,
  before: TreeEntry | undefined,
  after: TreeEntry | undefined,
): ChangedPath {
  const modes = { headMode: after?.mode ?? null, baseMode: before?.mode ?? null };
  if (previousPath !== null) return { path, previousPath, status: 'renamed', ...modes };
  const status = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified';
  return { path, previousPath: null, status, ...modes };
}
