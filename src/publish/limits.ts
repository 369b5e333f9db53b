/**
 * GitHub's limits, and our margin where GitHub's word and its behaviour differ.
 * Check runs: https://docs.github.com/en/rest/checks/runs#create-a-check-run
 * Comments: https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
 */

/** GitHub answers 422 "body is too long (maximum is 65536 characters)" beyond this. */
export const MAX_COMMENT_CHARACTERS = 65_536;

/** Bytes that we allow a comment: older GitHub Enterprise Servers store it in a column of 64 KiB. */
export const MAX_COMMENT_BYTES = 60_000;

/**
 * `output.summary` and `output.text` are limited in UTF-8 bytes, whatever the documentation calls them:
 * a longer summary is refused with 422, a longer text is cut without a word.
 * https://github.com/github/docs/issues/35252
 */
export const MAX_CHECK_TEXT_BYTES = 65_535;

/** Ours: what a check's title shows on one line of the merge box. */
export const MAX_CHECK_TITLE_CHARACTERS = 80;

/** More annotations need more requests; they are appended. */
export const MAX_ANNOTATIONS_PER_REQUEST = 50;

/** Ours: ten requests; beyond that nobody reads a diff's margin any more. */
export const MAX_ANNOTATIONS = 500;

export const MAX_ANNOTATION_TITLE_CHARACTERS = 255;

/** `message` and `raw_details` of an annotation: 64 KB each. */
export const MAX_ANNOTATION_MESSAGE_BYTES = 64_000;

const CONTINUATION_MASK = 0b1100_0000;
const CONTINUATION = 0b1000_0000;

export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest beginning of `text` that has at most `maxBytes` UTF-8 bytes and ends at a whole character. */
export function truncateUtf8(text: string, maxBytes: number): string {
  // A UTF-16 unit has at most three bytes (a pair has four), so most texts need no encoding.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  let end = Math.max(0, maxBytes);
  while (end > 0 && (bytes[end]! & CONTINUATION_MASK) === CONTINUATION) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** At most `max` characters (code points), with an ellipsis as the last one when something was cut. */
export function clipCharacters(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = [...text];
  if (characters.length <= max) return text;
  return `${characters
    .slice(0, max - 1)
    .join('')
    .trimEnd()}…`;
}
