import { redactSecrets } from '../../domain/redaction.ts';

/**
 * What the model is shown of foreign text. Secrets are replaced before anything leaves the process, and
 * characters that nobody sees cannot carry instructions. https://trojansource.codes/
 */

/** Controls, formats, unassigned and private use, but not the tab; then what Unicode files elsewhere. */
const HIDDEN =
  /\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|\p{Zl}|\p{Zp}|\p{Variation_Selector}|\p{Default_Ignorable_Code_Point}/gu;

/** One line of code: hidden characters are named, since in code they are part of the proof. */
export function plainCodeLine(line: string): string {
  return line
    .toWellFormed()
    .replaceAll(HIDDEN, (c) =>
      c === '\t' ? c : `[U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** A path on one line: nothing in a file name can look like a line of ours. */
export function plainPath(path: string): string {
  return redactSecrets(plainCodeLine(path).replaceAll('\t', '[U+0009]'));
}

/** Prose of people: without hidden characters, HTML comments and secrets, at most `max` characters. */
export function plainProse(text: string, max: number): string {
  const visible = withoutHtmlComments(text.toWellFormed())
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(HIDDEN, (c) => (c === '\n' || c === '\t' ? c : ''))
    .normalize('NFC');
  const safe = redactSecrets(visible).trim();
  return safe.length <= max ? safe : `${safe.slice(0, max).toWellFormed()}… [cut]`;
}

/** `indexOf`, because a lazy expression takes quadratic time on many openings. */
function withoutHtmlComments(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    if (start === -1) return kept + text.slice(at);
    kept += text.slice(at, start);
    const end = text.indexOf('-->', start + 4);
    if (end === -1) return kept;
    at = end + 3;
  }
}
