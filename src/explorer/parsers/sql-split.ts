/** A statement with its place. `text` keeps comments; `bare` has comments blanked, same offsets. */
export interface SqlStatement {
  readonly text: string;
  readonly bare: string;
  /** 1-based lines of the first and last character that is neither comment nor white space. */
  readonly line: number;
  readonly endLine: number;
}

/** A token class that hides semicolons. `end` is the offset after it. */
interface Skipped {
  readonly end: number;
  readonly comment: boolean;
}

const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/uy;
const DIRECTIVE_STARTS = new Set(['D', 'd', 'G', 'g']);
/** The batch separator of SQL Server's clients. */
const BATCH_END = /GO[ \t]*(?=\r?\n|$)/iuy;
const DELIMITER = /DELIMITER[ \t]+(\S+)[^\n]*/iuy;
const ATOMIC_BODY =
  /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b[\s\S]*\bBEGIN\s+ATOMIC\b/iu;
const COPY_FROM_STDIN = /^\s*COPY\b[\s\S]*\bFROM\s+STDIN\b/iu;
/** After so many openings without an end, a script is not made of dollar quotes. */
const MAX_UNCLOSED_QUOTES = 50;

/**
 * Splits a script at semicolons that end statements. Survives strings, quoted names, nested comments,
 * dollar quotes, `BEGIN ATOMIC` bodies, psql meta-commands, `COPY … FROM STDIN` data and the
 * `DELIMITER` of the mysql client. Takes time in proportion to the text, whatever the text is.
 */
export function splitSql(text: string): readonly SqlStatement[] {
  return new Splitter(text).run();
}

class Splitter {
  readonly #text: string;
  readonly #statements: SqlStatement[] = [];
  readonly #lineStarts: number[] = [0];
  #terminator = ';';
  #start = 0;
  #bare: string[] = [];
  #copiedTo = 0;
  #unclosedQuotes = 0;
  /** Whether the current statement is a function with a body of standard SQL; null: not looked at yet. */
  #atomic: boolean | null = null;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
      this.#lineStarts.push(at + 1);
  }

  run(): readonly SqlStatement[] {
    let at = 0;
    while (at < this.#text.length) at = this.#step(at);
    this.#finish(this.#text.length, this.#text.length);
    return this.#statements;
  }

  #step(at: number): number {
    const skipped = this.#skip(at);
    if (skipped !== null) {
      if (skipped.comment) this.#blank(at, skipped.end);
      return skipped.end;
    }
    const directiveEnd = this.#clientDirective(at);
    if (directiveEnd !== null) return directiveEnd;
    if (!this.#text.startsWith(this.#terminator, at)) return at + 1;
    const end = at + this.#terminator.length;
    if (this.#insideAtomicBody(at)) return end;
    const copy = COPY_FROM_STDIN.test(this.#bareSlice(at));
    this.#finish(at, end);
    return copy ? this.#skipCopyData(end) : end;
  }

  #clientDirective(at: number): number | null {
    if (!DIRECTIVE_STARTS.has(this.#text[at] ?? '') || !this.#isLineStart(at)) return null;
    const delimiter = matchAt(DELIMITER, this.#text, at);
    if (delimiter !== null) {
      this.#terminator = delimiter[1] ?? ';';
      this.#blank(at, at + delimiter[0].length);
      return at + delimiter[0].length;
    }
    const batchEnd = matchAt(BATCH_END, this.#text, at);
    if (batchEnd === null) return null;
    this.#finish(at, at + batchEnd[0].length);
    return at + batchEnd[0].length;
  }

  /** Strings, names and comments at `at`, as one piece. */
  #skip(at: number): Skipped | null {
    const text = this.#text;
    const char = text[at];
    if (char === '-' && text[at + 1] === '-') return { end: lineEnd(text, at), comment: true };
    if (char === '/' && text[at + 1] === '*')
      return { end: blockCommentEnd(text, at), comment: true };
    if ((char === '\\' || char === '#') && this.#isLineStart(at))
      return { end: lineEnd(text, at), comment: true };
    if (char === "'") return { end: quoteEnd(text, at, "'", this.#hasEscapes(at)), comment: false };
    if (char === '"') return { end: quoteEnd(text, at, '"', false), comment: false };
    if (char === '`') return { end: quoteEnd(text, at, '`', false), comment: false };
    if (char === '$' && this.#terminator === ';') return this.#dollarQuote(at);
    return null;
  }

  #dollarQuote(at: number): Skipped | null {
    if (this.#unclosedQuotes > MAX_UNCLOSED_QUOTES) return null;
    if (at > 0 && /[\w$]/u.test(this.#text[at - 1] ?? '')) return null;
    const tag = matchAt(DOLLAR_TAG, this.#text, at)?.[0];
    if (tag === undefined) return null;
    const close = this.#text.indexOf(tag, at + tag.length);
    if (close >= 0) return { end: close + tag.length, comment: false };
    this.#unclosedQuotes += 1;
    return null;
  }

  #hasEscapes(at: number): boolean {
    return /[eE]/u.test(this.#text[at - 1] ?? '') && !/\w/u.test(this.#text[at - 2] ?? '');
  }

  #isLineStart(at: number): boolean {
    let before = at - 1;
    while (this.#text[before] === ' ' || this.#text[before] === '\t') before -= 1;
    return before < 0 || this.#text[before] === '\n' || this.#text[before] === '\r';
  }

  #insideAtomicBody(at: number): boolean {
    this.#atomic ??= ATOMIC_BODY.test(this.#bareSlice(at));
    return (
      this.#atomic && !/\bEND\s*$/iu.test(this.#text.slice(Math.max(this.#start, at - 200), at))
    );
  }

  #blank(from: number, to: number): void {
    this.#bare.push(this.#text.slice(this.#copiedTo, from));
    this.#bare.push(
      this.#text.slice(from, to).replaceAll(/[^\r\n]/gu, (char) => ' '.repeat(char.length)),
    );
    this.#copiedTo = to;
  }

  #bareSlice(end: number): string {
    return this.#bare.join('') + this.#text.slice(this.#copiedTo, end);
  }

  #finish(end: number, next: number): void {
    const bare = this.#bareSlice(end);
    if (bare.trim() !== '') {
      const first = bare.length - bare.trimStart().length;
      this.#statements.push({
        text: this.#text.slice(this.#start + first, this.#start + bare.trimEnd().length),
        bare: bare.trim(),
        line: this.#lineOf(this.#start + first),
        endLine: this.#lineOf(this.#start + bare.trimEnd().length - 1),
      });
    }
    this.#start = next;
    this.#copiedTo = next;
    this.#bare = [];
    this.#atomic = null;
  }

  #skipCopyData(at: number): number {
    const close = /^\\\.[^\n]*$/mu.exec(this.#text.slice(at));
    const end = close === null ? at : at + close.index + close[0].length;
    this.#start = end;
    this.#copiedTo = end;
    return end;
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** PostgreSQL nests block comments; an unclosed one runs to the end. */
function blockCommentEnd(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    if (text.startsWith('/*', index)) {
      depth += 1;
      index += 1;
    } else if (text.startsWith('*/', index)) {
      depth -= 1;
      index += 1;
      if (depth === 0) return index + 1;
    }
  }
  return text.length;
}

function quoteEnd(text: string, at: number, quote: string, escapes: boolean): number {
  for (let index = at + 1; index < text.length; index += 1) {
    if (escapes && text[index] === '\\') index += 1;
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1;
      index += 1;
    }
  }
  return text.length;
}
