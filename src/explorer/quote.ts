import type { Evidence } from '../domain/evidence.ts';
import type { Finding } from '../domain/finding.ts';
import { redactSecrets } from '../domain/redaction.ts';
import type { Side } from '../domain/vocabulary.ts';
import { splitLines } from '../snapshot/lines.ts';
import type { ChangedFile, Snapshot } from '../snapshot/snapshot.ts';
import type { Place } from './rule.ts';
import type { Draft } from './task.ts';

/** Longer constructs are proved by their first lines; the reader follows the link for the rest. */
const MAX_QUOTED_LINES = 12;

/** Quotes places of one change; every file is redacted at most once. */
export interface Quoter {
  quote(place: Place): Evidence;
  finding(draft: Draft): Finding;
}

interface QuotableText {
  readonly original: readonly string[];
  readonly redacted: readonly string[];
}

export function quoterFor(snapshot: Snapshot): Quoter {
  const files = new Map<string, ChangedFile>();
  for (const file of snapshot.files) {
    files.set(`head:${file.path}`, file);
    files.set(`base:${file.previousPath ?? file.path}`, file);
  }
  const texts = new Map<string, QuotableText>();
  const textOf = (side: Side, path: string): QuotableText => {
    const key = `${side}:${path}`;
    let text = texts.get(key);
    if (text === undefined) {
      text = quotable(files.get(key)?.[side], key);
      texts.set(key, text);
    }
    return text;
  };
  const quote = (place: Place): Evidence => quotePlace(place, textOf(place.side, place.path));
  return {
    quote,
    finding: ({ places, ...finding }) => ({ ...finding, evidence: places.map(quote) }),
  };
}

/** Throws when the place is not in the change: a rule that cites nothing real is a defect. */
function quotable(text: string | null | undefined, key: string): QuotableText {
  if (text === null || text === undefined) throw new Error(`no text for ${key} in the change`);
  // Redaction sees the whole text: a secret that spans lines is found whichever of its lines is quoted.
  return { original: splitLines(text), redacted: splitLines(redactSecrets(text)) };
}

function quotePlace({ path, side, line, endLine }: Place, text: QuotableText): Evidence {
  if (line < 1 || line > text.original.length)
    throw new Error(`line ${line} is outside ${path} at ${side}`);
  const last = Math.min(endLine, line + MAX_QUOTED_LINES - 1, text.original.length);
  const original = text.original.slice(line - 1, last).join('\n');
  const quote = text.redacted.slice(line - 1, last).join('\n');
  return { path, line, end_line: last, side, quote, redacted: quote !== original };
}
