import { redactSecrets } from '../domain/redaction.ts';
import { removeHidden, revealHidden } from './hidden-characters.ts';
import { clipCharacters } from './limits.ts';

/**
 * The one place where text that came from a repository, a pull request or a model becomes output. Every
 * renderer passes such text through here and nothing else: what leaves it cannot format, link, embed,
 * mention, refer, close, command, hide, or leak.
 *
 * Prose is read as Markdown of the simplest kind: backtick spans are code, everything else is letters. A word
 * that GitHub would act upon (a mention, a reference, an address) becomes a code span, because GitHub acts on
 * neither there, and an escape does not stop it: those are looked for in the finished page.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */

/** Where the text is going to stand. */
export interface InertOptions {
  /** At most so many characters of the source; an ellipsis shows the cut. */
  readonly max?: number;
}

/** One line of GitHub-flavoured Markdown. Applying it again changes nothing. */
export function inertGfm(text: string, options: InertOptions = {}): string {
  let out = '';
  for (const piece of pieces(cleanLine(text, options), true)) {
    // Two code spans that touch would read as one with a longer fence.
    if (piece.code) out += `${out.endsWith('`') ? ' ' : ''}${codeSpan(piece.value)}`;
    else out += escapeMarkdown(piece.value, out === '');
  }
  return out;
}

/** Prose of several paragraphs, each as one line of inert Markdown. */
export function inertParagraphs(text: string, options: InertOptions = {}): readonly string[] {
  return clipped(redactSecrets(removeHidden(text)), options)
    .split(/\n[ \t]*\n/u)
    .map((paragraph) => inertGfm(paragraph))
    .filter((paragraph) => paragraph !== '');
}

/** A GFM code span: for paths, ids, and quotes of one line. */
export function inertGfmCode(text: string, options: InertOptions = {}): string {
  return codeSpan(cleanCode(text, options).replaceAll(/\s+/gu, ' ').trim());
}

/** A fenced GFM block. `info` is ours, never foreign: some languages are drawn by GitHub, not shown. */
export function inertGfmBlock(text: string, info: '' | 'yaml' | 'diff' = ''): string {
  // A command is a line of a comment; a reader of comments may not know of fences.
  const body = cleanCode(text, {}).replaceAll(/^([^\S\n]*\/)(?=ops\b)/gimu, '$1 ');
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${fence}${info}\n${body}\n${fence}`;
}

/** HTML text. Backtick spans become `<code>`; also for the inside of `<summary>` on GitHub. */
export function inertHtml(text: string, options: InertOptions = {}): string {
  return pieces(cleanLine(text, options), false)
    .map((piece) =>
      piece.code ? `<code>${escapeHtml(piece.value)}</code>` : escapeHtml(piece.value),
    )
    .join('');
}

/** HTML text of code, line breaks kept: for the inside of `<code>` and `<pre>`, and for attributes. */
export function inertHtmlCode(text: string): string {
  return escapeHtml(cleanCode(text, {}));
}

/** One line of plain text: for terminals, annotations, SARIF messages. Applying it again changes nothing. */
export function inertPlain(text: string, options: InertOptions = {}): string {
  return cleanLine(text, options);
}

/** Plain lines of code: for terminals. */
export function inertPlainLines(text: string): readonly string[] {
  return cleanCode(text, {}).split('\n');
}

function cleanLine(text: string, options: InertOptions): string {
  const line = redactSecrets(removeHidden(text)).normalize('NFC').replaceAll(/\s+/gu, ' ');
  return clipped(breakMarkers(line).trim(), options);
}

function cleanCode(text: string, options: InertOptions): string {
  return clipped(breakMarkers(redactSecrets(revealHidden(text))), options);
}

function clipped(text: string, { max }: InertOptions): string {
  return max === undefined ? text : clipCharacters(text, max);
}

/** Our own comment is found by its id, but a forged marker must not stand in it either. */
function breakMarkers(text: string): string {
  return text.replaceAll(/<!--(?=\s*ops:)/giu, '< !--');
}

interface Piece {
  readonly code: boolean;
  readonly value: string;
}

/** Splits a line into code and letters. `escapes`: backslashes before punctuation are escapes, not letters. */
function pieces(line: string, escapes: boolean): readonly Piece[] {
  const found: Piece[] = [];
  let letters = '';
  const flush = (): void => {
    // An escape inside a secret hides it from the first search.
    found.push(...words(escapes ? redactSecrets(letters) : letters));
    letters = '';
  };
  for (let at = 0; at < line.length;) {
    const character = line[at]!;
    const run = character === '`' ? runLength(line, at) : 0;
    if (escapes && character === '\\' && isPunctuation(line[at + 1])) {
      letters += line[at + 1]!;
      at += 2;
    } else if (run === 0) {
      letters += character;
      at += 1;
    } else {
      const close = closingRun(line, at + run, run);
      if (close === -1) letters += '`'.repeat(run);
      else {
        flush();
        found.push({ code: true, value: spanContent(line.slice(at + run, close)) });
      }
      at = close === -1 ? at + run : close + run;
    }
  }
  flush();
  return found;
}

function runLength(line: string, at: number): number {
  let end = at;
  while (line[end] === '`') end += 1;
  return end - at;
}

function closingRun(line: string, from: number, length: number): number {
  for (let at = line.indexOf('`', from); at !== -1;) {
    const run = runLength(line, at);
    if (run === length) return at;
    at = line.indexOf('`', at + run);
  }
  return -1;
}

/** One space on either side belongs to the fence: https://spec.commonmark.org/0.31.2/#code-spans */
function spanContent(raw: string): string {
  const padded = raw.startsWith(' ') && raw.endsWith(' ') && raw.trim() !== '';
  return padded ? raw.slice(1, -1) : raw;
}

/** What GitHub acts upon inside a word: mention or mail address, reference, address, emoji image, command. */
const ACTIVE = /@|#\d|\bgh-\d|:\/\/|www\.|mailto:|xmpp:|:[a-z0-9_+-]+:|^\/ops\b/iu;
const OPENING = '("\'[{<*_~`“‘«';
const CLOSING = ')"\']}>*_~`,.;:!?”’»';

function words(letters: string): Piece[] {
  const found: Piece[] = [];
  let plain = '';
  for (const word of letters.split(/( )/u)) {
    const core = ACTIVE.test(word.slice(openingOf(word))) ? coreOf(word) : null;
    if (core === null) plain += word;
    else {
      found.push({ code: false, value: plain + word.slice(0, core.from) });
      found.push({ code: true, value: word.slice(core.from, core.to) });
      plain = word.slice(core.to);
    }
  }
  return [...found, { code: false, value: plain }].filter((piece) => piece.value !== '');
}

/** The word without the punctuation around it, as long as what is left outside is harmless. */
function coreOf(word: string): { from: number; to: number } | null {
  const from = openingOf(word);
  let to = word.length;
  // A loop, because an expression that is anchored at the end only takes quadratic time.
  while (to > from && CLOSING.includes(word[to - 1]!)) to -= 1;
  if (to > from && !ACTIVE.test(word.slice(to))) return { from, to };
  return word.length === 1 ? null : { from, to: word.length };
}

function openingOf(word: string): number {
  let from = 0;
  while (from < word.length && OPENING.includes(word[from]!)) from += 1;
  return from;
}

function codeSpan(content: string): string {
  const fence = '`'.repeat(longestRun(content) === 0 ? 1 : longestRun(content) + 1);
  const pad =
    content === '' ||
    content.startsWith('`') ||
    content.endsWith('`') ||
    (content.startsWith(' ') && content.endsWith(' ') && content.trim() !== '');
  return pad ? `${fence} ${content} ${fence}` : `${fence}${content}${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (let at = text.indexOf('`'); at !== -1;) {
    const run = runLength(text, at);
    longest = Math.max(longest, run);
    at = text.indexOf('`', at + run);
  }
  return longest;
}

const PUNCTUATION = /^[!-/:-@[-`{-~]$/u;

function isPunctuation(character: string | undefined): boolean {
  return character !== undefined && PUNCTUATION.test(character);
}

/** `_` inside a word is a letter to GFM; escaping it would only make the source harder to read. */
function escapeMarkdown(letters: string, atStart: boolean): string {
  const escaped = letters
    .replaceAll(/[\\`*[\]<>&~|$!]/gu, '\\$&')
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gu, '\\_');
  if (!atStart) return escaped;
  return escaped.replace(/^[#+\-=]/u, '\\$&').replace(/^(\d{1,9})([.)])(?=\s|$)/u, '$1\\$2');
}

/** The five characters that mean something in HTML text and in quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
