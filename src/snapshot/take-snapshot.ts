import { minimatch } from 'minimatch';
import { CONFIG_PATH, type ConfigLoad, WAIVERS_PATH } from '../domain/configuration.ts';
import { compareText } from '../domain/concern.ts';
import type { ChangeSource, OpenedChange } from './change-source.ts';
import { hunksBetween } from './lines.ts';
import type { NotReadReason } from './not-read.ts';
import { pathClassOf } from './path-class.ts';
import type { ChangedFile, ChangedPath, Snapshot, UnreadFile } from './snapshot.ts';
import type { FileRead, SourceTree } from './source-tree.ts';

/** Larger files are not read: no review of ours is worth the memory, and parsers are not linear for ever. */
export const MAX_FILE_BYTES = 1_000_000;

/** One public rule pack needed two minutes for a single line of 111 KB. */
export const MAX_LINE_CHARS = 5_000;

export interface TakeSnapshotDeps {
  readonly source: ChangeSource;
  /** Reads the configuration that governs the review; never from the head. */
  loadConfig(governance: SourceTree): Promise<ConfigLoad>;
}

/** Reads a change whole: what governs it, both sides of every changed file, and what could not be read. */
export async function takeSnapshot(deps: TakeSnapshotDeps): Promise<Snapshot> {
  const opened = await deps.source.open();
  const config = await deps.loadConfig(opened.governance);
  const [headReads, baseReads] = await readBothSides(opened);
  const files: ChangedFile[] = [];
  const unread: UnreadFile[] = [];
  for (const change of [...opened.changes].sort((a, b) => compareText(a.path, b.path))) {
    const head = headReads.get(change.path);
    const base = baseReads.get(basePathOf(change));
    const reason = firstReason(change, head, base);
    const limited = limitOf(change, textOf(head) ?? textOf(base), config.config.ignore);
    if (reason !== null) unread.push({ path: change.path, reason });
    else if (limited !== null) unread.push({ path: change.path, reason: limited });
    const texts = { base: textOf(base), head: textOf(head) };
    files.push({ ...change, ...texts, hunks: hunksBetween(texts.base, texts.head), limited });
  }
  return {
    subject: opened.subject,
    files,
    unread,
    incomplete: opened.incomplete,
    base: opened.base,
    head: opened.head,
    config,
    proposedConfig: changesGovernance(opened) ? await deps.loadConfig(opened.head) : null,
    pull: opened.pull,
  };
}

export function basePathOf(change: ChangedPath): string {
  return change.previousPath ?? change.path;
}

function changesGovernance(opened: OpenedChange): boolean {
  return opened.changes.some(({ path }) => path === CONFIG_PATH || path === WAIVERS_PATH);
}

async function readBothSides(
  opened: OpenedChange,
): Promise<[ReadonlyMap<string, FileRead>, ReadonlyMap<string, FileRead>]> {
  const atHead = opened.changes.filter((c) => c.status !== 'deleted').map((c) => c.path);
  const atBase = opened.changes.filter((c) => c.status !== 'added').map(basePathOf);
  return await Promise.all([opened.head.read(atHead), opened.base.read(atBase)]);
}

function textOf(read: FileRead | undefined): string | null {
  return read?.kind === 'text' ? read.text : null;
}

/** Why this file has a side that nobody could read; null when every side that exists was read. */
function firstReason(
  change: ChangedPath,
  head: FileRead | undefined,
  base: FileRead | undefined,
): NotReadReason | null {
  if (change.headMode === '160000' || change.baseMode === '160000') return 'submodule';
  if (change.headMode === '120000' || change.baseMode === '120000') return 'symlink';
  if (change.status !== 'deleted' && head === undefined) return 'unreadable';
  if (change.status !== 'added' && base === undefined) return 'unreadable';
  if (head?.kind === 'not_read') return head.reason;
  if (base?.kind === 'not_read') return base.reason;
  return null;
}

/**
 * Only the path and the shape of the text count. A marker such as `@generated` inside the file does not:
 * the author of a change could write it there to keep the rules out.
 */
function limitOf(
  change: ChangedPath,
  text: string | null,
  ignore: readonly string[],
): NotReadReason | null {
  const pathClass = pathClassOf(change.path);
  if (pathClass === 'generated' || pathClass === 'vendored') return pathClass;
  if (ignore.some((glob) => matchesForeignGlob(change.path, glob))) return 'ignored';
  if (text !== null && MINIFIABLE.test(change.path) && isMinified(text)) return 'minified';
  return null;
}

/** Globs that a repository supplies go through minimatch with its limits: picomatch can be made to hang. */
function matchesForeignGlob(path: string, glob: string): boolean {
  return minimatch(path, glob, {
    dot: true,
    nocomment: true,
    nonegate: true,
    noext: true,
    braceExpandMax: 100,
    maxGlobstarRecursion: 20,
  });
}

const MINIFIABLE = /\.(?:[cm]?js|css|html|svg|json)$/iu;

/** Most of the text stands in overlong lines. One long line in a readable file does not hide the rest of it. */
function isMinified(text: string): boolean {
  let inLongLines = 0;
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    if (stop - start > MAX_LINE_CHARS) inLongLines += stop - start;
    start = stop + 1;
  }
  return inLongLines * 2 > text.length;
}
