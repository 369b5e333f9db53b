import type { Evidence } from '../../domain/evidence.ts';
import type { Side } from '../../domain/vocabulary.ts';
import type { ChangedFile } from '../../snapshot/snapshot.ts';
import type { QuotedPlace } from '../reply/schema.ts';
import { treePath } from '../tools/paths.ts';
import type { Views } from '../views.ts';
import { findQuote } from './find-quote.ts';

/** More places do not prove more. */
const MAX_EVIDENCE = 5;

/**
 * Evidence for those places whose quote really stands in the tree, in their order; the others are gone. What
 * comes out quotes whole lines of the redacted file, whatever the model wrote.
 */
export async function groundAll(
  places: readonly QuotedPlace[],
  views: Views,
): Promise<readonly Evidence[]> {
  const grounded: Evidence[] = [];
  for (const place of places) {
    if (grounded.length === MAX_EVIDENCE) break;
    const evidence = await ground(place, views);
    const key = (e: Evidence): string => `${e.side}:${e.line}:${e.end_line}:${e.path}`;
    if (evidence !== null && !grounded.some((e) => key(e) === key(evidence)))
      grounded.push(evidence);
  }
  return grounded;
}

async function ground(place: QuotedPlace, views: Views): Promise<Evidence | null> {
  const wanted = treePath(place.path);
  if (wanted === null) return null;
  const path = views.pathAt(place.side, wanted);
  const viewed = await views.view(place.side, path);
  if (viewed.kind !== 'text') return null;
  const { original, redacted, shown } = viewed.view;
  const changed = changedLines(path, place.side, views.files);
  const found = findQuote(shown, place.quote, place.line, changed);
  if (found === null) return null;
  const quote = redacted.slice(found.line - 1, found.endLine).join('\n');
  return {
    path,
    line: found.line,
    end_line: found.endLine,
    side: place.side,
    quote,
    redacted: quote !== original.slice(found.line - 1, found.endLine).join('\n'),
  };
}

/** Whether the change adds (head) or removes (base) a line of a file. */
function changedLines(
  path: string,
  side: Side,
  files: readonly ChangedFile[],
): (line: number) => boolean {
  const file = files.find((f) => (side === 'head' ? f.path : (f.previousPath ?? f.path)) === path);
  const ranges = (file?.hunks ?? []).map((hunk) =>
    side === 'head'
      ? { start: hunk.headStart, count: hunk.headLines }
      : { start: hunk.baseStart, count: hunk.baseLines },
  );
  return (line) => ranges.some(({ start, count }) => line >= start && line < start + count);
}
