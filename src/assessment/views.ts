import { redactSecrets } from '../domain/redaction.ts';
import type { Side } from '../domain/vocabulary.ts';
import { countedLines } from '../snapshot/lines.ts';
import type { ChangedFile, Snapshot } from '../snapshot/snapshot.ts';
import type { SourceTree } from '../snapshot/source-tree.ts';
import { plainCodeLine } from './prompt/plain-text.ts';
import { isWithheld } from './prompt/withheld.ts';

/** The lines of a file at one side, as they are quoted and as they are shown. Index 0 is line 1. */
export interface FileView {
  readonly original: readonly string[];
  /** After redaction: what evidence quotes. */
  readonly redacted: readonly string[];
  /** Redacted, and hidden characters named: what the model is shown and what its quotes are compared with. */
  readonly shown: readonly string[];
}

export type Viewed =
  | { readonly kind: 'text'; readonly view: FileView }
  | { readonly kind: 'absent' }
  /** A reason of the tree, or `withheld` for files that are made to hold secrets. */
  | { readonly kind: 'not_read'; readonly reason: string };

/** Both trees of a change as the model may see them. Files are read and redacted at most once. */
export interface Views {
  readonly files: readonly ChangedFile[];
  view(side: Side, path: string): Promise<Viewed>;
  /** Reads many files with one call to the tree. */
  load(side: Side, paths: readonly string[]): Promise<void>;
  /** Sorted paths of a side; withheld files included, since names are no secrets. */
  paths(side: Side): Promise<readonly string[]>;
  /** Path at the merge base of a file that the change renamed. */
  pathAt(side: Side, path: string): string;
  /** What the model has been shown: `path` for the head, `base:path` for the merge base. */
  readonly shown: Set<string>;
}

export function viewsOf(snapshot: Snapshot): Views {
  const trees: Readonly<Record<Side, SourceTree>> = { head: snapshot.head, base: snapshot.base };
  const cache = new Map<string, Viewed>();
  const lists = new Map<Side, Promise<readonly string[]>>();
  for (const file of snapshot.files) seed(cache, file);

  const load = async (side: Side, paths: readonly string[]): Promise<void> => {
    const wanted = paths.filter((path) => !cache.has(`${side}:${path}`));
    const readable = wanted.filter((path) => !isWithheld(path));
    const reads = readable.length === 0 ? null : await trees[side].read(readable);
    for (const path of wanted) {
      const read = reads?.get(path);
      cache.set(`${side}:${path}`, viewedOf(path, read?.kind === 'text' ? read.text : null, read));
    }
  };
  return {
    files: snapshot.files,
    shown: new Set(),
    load,
    view: async (side, path) => {
      await load(side, [path]);
      return cache.get(`${side}:${path}`) ?? { kind: 'absent' };
    },
    paths: async (side) => {
      const list = lists.get(side) ?? trees[side].list('**');
      lists.set(side, list);
      return await list;
    },
    pathAt: (side, path) =>
      side === 'head'
        ? path
        : (snapshot.files.find((file) => file.path === path)?.previousPath ?? path),
  };
}

/** Changed files are in memory already. */
function seed(cache: Map<string, Viewed>, file: ChangedFile): void {
  const basePath = file.previousPath ?? file.path;
  if (file.head !== null) cache.set(`head:${file.path}`, viewedOf(file.path, file.head));
  if (file.base !== null) cache.set(`base:${basePath}`, viewedOf(basePath, file.base));
}

function viewedOf(
  path: string,
  text: string | null,
  read?: { readonly kind: string; readonly reason?: string },
): Viewed {
  if (isWithheld(path)) return { kind: 'not_read', reason: 'withheld' };
  if (text !== null) return { kind: 'text', view: fileView(text) };
  if (read?.reason !== undefined) return { kind: 'not_read', reason: read.reason };
  return { kind: 'absent' };
}

/** Redaction sees the whole text: a secret may span lines. It keeps line ends, so that numbers stay true. */
export function fileView(text: string): FileView {
  const original = countedLines(text);
  const safe = redactSecrets(text);
  const redacted = safe === text ? original : countedLines(safe);
  return {
    original,
    redacted,
    shown: redacted.map((line) => plainCodeLine(line).normalize('NFC')),
  };
}
