/**
 * Characters that nobody sees but that change what is read: terminal controls, text direction, zero width,
 * tags, variation selectors, fillers. https://www.unicode.org/reports/tr36/ and
 * https://trojansource.codes/ say what they are used for.
 */

// ESC or the 8-bit CSI with its parameters: taken out as a whole, so that no `[31m` stays behind.
const TERMINAL_SEQUENCE =
  // eslint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,8}[@-~]|\u001b\][^\u0007\u001b\n]{0,2000}(?:\u0007|\u001b\\)|\u001b[@-Z\\^_]/gu;

/** C0 without tab and line feed, DEL, C1, line and paragraph separator, interlinear marks. */
const CONTROLS = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufff9-\\ufffc';
/** Direction marks, embeddings, overrides and isolates. */
const BIDI = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u206f';
/** Zero width and invisible operators, soft hyphen, fillers, byte order mark, combining grapheme joiner. */
const ZERO_WIDTH =
  '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200d\\u2060-\\u2065\\u3164\\ufeff\\uffa0';
const VARIATION = '\\ufe00-\\ufe0f';
/** Tags, more variation selectors, and what Unicode keeps invisible for later. */
const PLANE_14 = '\\u{e0000}-\\u{e0fff}';
const TAGS = '\\u{e0000}-\\u{e007f}';

const HIDDEN = new RegExp(`[${CONTROLS}${BIDI}${ZERO_WIDTH}${VARIATION}${PLANE_14}]+`, 'gu');
/** In code, these deserve to be seen; joiners and variation selectors belong to emoji and just go. */
const TELLING = new RegExp(
  `[${BIDI}\\u00ad\\u115f\\u1160\\u200b\\u2060-\\u2065\\u3164\\uffa0${TAGS}]`,
  'u',
);

/** Without hidden characters, with CRLF and CR as LF and lone surrogates replaced. */
export function removeHidden(text: string): string {
  return lines(text).replaceAll(HIDDEN, '');
}

/** The same for code, where a hidden character is part of the proof: it is named instead of removed. */
export function revealHidden(text: string): string {
  return lines(text).replaceAll(HIDDEN, (run) => {
    const characters = [...run].filter((c) => TELLING.test(c));
    const first = characters[0];
    if (first === undefined) return '';
    const name = `U+${first.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    return characters.length === 1 ? `[${name}]` : `[${name} ×${characters.length}]`;
  });
}

/** JSON text in which hidden characters stand as `\u…`: the same value, safe to look at. */
export function escapeHiddenInJson(json: string): string {
  return json.replaceAll(HIDDEN, (run) =>
    // Pretty-printed JSON holds line feeds between its tokens; HIDDEN leaves those alone.
    Array.from({ length: run.length }, (_, i) => run.charCodeAt(i))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function lines(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/gu, '\n').replaceAll(TERMINAL_SEQUENCE, '');
}
