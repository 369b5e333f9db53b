import type { LineRange } from '../rule.ts';

/** A YAML text whose template actions were replaced by placeholders, line for line. */
export interface MaskedText {
  readonly text: string;
  /** The action texts; a placeholder is `OPEN index CLOSE`. */
  readonly actions: readonly string[];
  /** Lines between a condition or loop and its end; what stands there may not be rendered. */
  readonly conditional: readonly ConditionalRange[];
}

export interface ConditionalRange extends LineRange {
  /** Line of its first `else`; null without one. */
  readonly elseLine: number | null;
}

/** How far from an action its neighbours are looked for: keeps a hostile file from costing n². */
const REACH = 400;

// Two private-use characters: valid in a plain YAML scalar, and in no real manifest.
const OPEN = '\uE000';
const CLOSE = '\uE001';
const PLACEHOLDER = /\uE000(\d+)\uE001/gu;
const ALONE = /^(\s*)\uE000(\d+)\uE001\s*$/u;

const CONTROL =
  /^\s*(?:\/\*|(?:if|else|with|range|end|define|block|break|continue|fail)(?=\W|$)|\$[\w.]*\s*(?:,\s*\$\w+\s*)?:?=)/u;
const OPENS = /^\s*(?:if|with|range|define|block)\b/u;

/** A template prints something on this line. */
export function hasPlaceholder(line: string): boolean {
  return line.includes(OPEN);
}

/** True when the text came, at least partly, out of a template: its value is unknown. */
export function isTemplated(value: unknown): boolean {
  return typeof value === 'string' && (value.includes(OPEN) || /\$\{|\$\(/u.test(value));
}

/** The text as its author wrote it: placeholders are the actions again. */
export function unmask(value: string, actions: readonly string[]): string {
  return value.replaceAll(PLACEHOLDER, (_, index: string) => actions[Number(index)] ?? '');
}

/**
 * Replaces Go template actions so that what is left parses as YAML and no line moves. An action inside a
 * value becomes a placeholder. One that stands alone and prints something becomes a map or list entry
 * that `isOpen` recognises: nobody knows which keys it adds. Control actions vanish.
 */
export function maskTemplate(text: string): MaskedText {
  if (!text.includes('{{')) return { text, actions: [], conditional: [] };
  const actions: string[] = [];
  let masked = '';
  let at = 0;
  const found = actionsIn(text);
  for (const [index, { start, end }] of found.entries()) {
    const whole = text.slice(start, end);
    masked += isSecondBranch(text, found, index) ? '' : text.slice(at, start);
    if (!CONTROL.test(bodyOf(whole))) {
      actions.push(whole.replaceAll(/\s+/gu, ' '));
      masked += `${OPEN}${actions.length - 1}${CLOSE}`;
    }
    masked += '\n'.repeat(newlines(text, start, end));
    at = whole.endsWith('-}}') ? skipTrimmed(text, end) : end;
  }
  masked += text.slice(at);
  const conditional = conditionalRanges(text, found);
  return { text: openEntries(masked, actions), actions, conditional };
}

/** Of `{{ if x }}a{{ else }}b{{ end }}` on one line only `a` is kept: both together are no value. */
function isSecondBranch(text: string, found: readonly Action[], index: number): boolean {
  const before = found[index - 1];
  const here = found[index];
  if (before === undefined || here === undefined) return false;
  if (!/^\s*else\b/u.test(bodyOf(text.slice(before.start, before.end)))) return false;
  return newlines(text, before.start, here.start) === 0;
}

/** `-}}` takes the blanks behind it away; those at a line's end stay, for lines must not move. */
function skipTrimmed(text: string, end: number): number {
  const blanks = /[ \t]*(?=\S)/uy;
  blanks.lastIndex = end;
  return end + (blanks.exec(text)?.[0].length ?? 0);
}

interface Action {
  readonly start: number;
  readonly end: number;
}

/** Linear in the text: an action that never closes ends the search, for nothing after it can be told. */
function actionsIn(text: string): Action[] {
  const found: Action[] = [];
  for (let start = text.indexOf('{{'); start !== -1;) {
    const end = actionEnd(text, start + 2);
    if (end === -1) break;
    found.push({ start, end });
    start = text.indexOf('{{', end);
  }
  return found;
}

/** Just behind the `}}` that closes the action; one in a string or comment closes nothing. */
function actionEnd(text: string, from: number): number {
  const comment = /^-?\s*\/\*/u.exec(text.slice(from, from + 200));
  if (comment !== null) {
    const close = text.indexOf('*/', from + comment[0].length);
    const end = close === -1 ? -1 : text.indexOf('}}', close);
    return end === -1 ? -1 : end + 2;
  }
  let quote: string | null = null;
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (quote !== null) {
      if (char === '\\' && quote === '"') i += 1;
      else if (char === quote) quote = null;
    } else if (char === '"' || char === '`') quote = char;
    else if (char === '}' && text[i + 1] === '}') return i + 2;
  }
  return -1;
}

/** The map holds an entry that a template prints: absent keys are unknown, not absent. */
export function isOpen(map: object): boolean {
  return Object.keys(map).some((key) => key.startsWith(OPEN) && key.endsWith(CLOSE));
}

function bodyOf(action: string): string {
  return action.replace(/^\{\{-?/u, '').replace(/-?\}\}$/u, '');
}

function conditionalRanges(text: string, actions: readonly Action[]): ConditionalRange[] {
  const ranges: ConditionalRange[] = [];
  const open: { line: number; elseLine: number | null }[] = [];
  let line = 1;
  let at = 0;
  for (const { start, end } of actions) {
    line += newlines(text, at, start);
    at = start;
    const body = bodyOf(text.slice(start, end));
    const innermost = open.at(-1);
    if (OPENS.test(body)) open.push({ line, elseLine: null });
    else if (/^\s*else\b/u.test(body) && innermost !== undefined) innermost.elseLine ??= line;
    else if (/^\s*end\b/u.test(body) && innermost !== undefined) {
      open.pop();
      ranges.push({ ...innermost, endLine: line });
    }
  }
  return ranges;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = text.indexOf('\n', from); i !== -1 && i < to; i = text.indexOf('\n', i + 1))
    count += 1;
  return count;
}

function openEntries(masked: string, actions: readonly string[]): string {
  const lines = masked.split('\n');
  return lines.map((line, index) => openEntry(lines, index, line, actions)).join('\n');
}

function openEntry(
  lines: readonly string[],
  index: number,
  line: string,
  actions: readonly string[],
): string {
  const match = ALONE.exec(line);
  if (match === null) return openValue(lines, index, line, actions);
  const [, indent = '', id = '0'] = match;
  const width = printedAt(actions[Number(id)] ?? '', indent.length);
  const token = `${' '.repeat(width)}${OPEN}${id}${CLOSE}`;
  if (insideBlockScalar(lines, index, width)) return token;
  if (isListLevel(lines, index, width)) return token.replace(OPEN, `- ${OPEN}`);
  return `${token}: ${OPEN}${id}${CLOSE}`;
}

/** `nindent` starts a line of its own; `indent` adds to where the action stands. */
function printedAt(action: string, own: number): number {
  const found = /\b(n?)indent\s+(\d+)/u.exec(action);
  if (found === null) return own;
  return Math.min(Number(found[2]) + (found[1] === 'n' ? 0 : own), 200);
}

const VALUE = /^(\s*)(- )?((?:[\w./"'-]+:)?)\s*\uE000(\d+)\uE001\s*$/u;

/** `key: {{ … | nindent 4 }}` and `- {{ … }}` with further entries under them print the first entries of a map. */
function openValue(
  lines: readonly string[],
  index: number,
  line: string,
  actions: readonly string[],
): string {
  const match = VALUE.exec(line);
  if (match === null) return line;
  const [, indent = '', dash = '', key = '', id = '0'] = match;
  if (!actions[Number(id)]?.includes('indent')) return line;
  const next = lines.slice(index + 1, index + REACH).find((l) => l.trim() !== '');
  const nextIndent = next === undefined ? 0 : next.length - next.trimStart().length;
  if (nextIndent <= indent.length) return line;
  return key === ''
    ? `${indent}${dash}${OPEN}${id}${CLOSE}: ${OPEN}${id}${CLOSE}`
    : `${indent}${dash}${key}`;
}

/** The nearest lines with content at this indentation say whether it is a list's or a map's. */
function isListLevel(lines: readonly string[], index: number, width: number): boolean {
  for (const step of [-1, 1]) {
    for (let i = index + step; Math.abs(i - index) <= REACH; i += step) {
      const line = lines[i];
      if (line === undefined) break;
      const content = line.trimStart();
      if (content === '' || content.startsWith('#') || ALONE.test(line)) continue;
      const indent = line.length - content.length;
      if (indent > width) continue;
      if (indent === width && content.startsWith('- ')) return true;
      break;
    }
  }
  return false;
}

/** A line under `key: |` is text of a scalar and must stay one. */
function insideBlockScalar(lines: readonly string[], index: number, width: number): boolean {
  let limit = width;
  for (let i = index - 1; i >= 0 && index - i <= REACH && limit > 0; i -= 1) {
    const line = lines[i] ?? '';
    if (line.trim() === '' || ALONE.test(line)) continue;
    // The key of a list entry stands behind its dash.
    const indent = /^[\s-]*/u.exec(line)?.[0].length ?? 0;
    if (indent >= limit) continue;
    if (/[:-]\s+[|>][+-]?\d?[+-]?\s*(?:#.*)?$/u.test(line)) return true;
    limit = indent;
  }
  return false;
}
