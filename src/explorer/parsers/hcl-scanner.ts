import { ParseFailure } from '../source-file.ts';

/** Nested blocks, brackets and interpolations beyond this are no hand-written configuration. */
const MAX_DEPTH = 64;

/** Moves through HCL text and knows where strings, heredocs and comments end. Offsets are UTF-16 units. */
export class HclScanner {
  readonly text: string;
  at = 0;
  readonly #lineStarts: number[];

  constructor(text: string) {
    this.text = text;
    this.#lineStarts = [0];
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1))
      this.#lineStarts.push(i + 1);
  }

  peek(): string {
    return this.text[this.at] ?? '';
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** 1-based line of an offset. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  fail(what: string, offset: number = this.at): never {
    throw new ParseFailure(`line ${this.lineOf(offset)}: ${what}`);
  }

  /** Blanks, line ends where allowed, and comments. */
  skipBlanks(lineEnds: boolean): void {
    for (;;) {
      const char = this.peek();
      if (char === ' ' || char === '\t' || char === '\r' || char === '\uFEFF') this.at += 1;
      else if (char === '\n' && lineEnds) this.at += 1;
      else if (!this.skipComment()) return;
    }
  }

  skipComment(): boolean {
    const start = this.at;
    if (this.peek() === '#' || this.text.startsWith('//', this.at)) {
      const end = this.text.indexOf('\n', this.at);
      this.at = end === -1 ? this.text.length : end;
      return true;
    }
    if (!this.text.startsWith('/*', this.at)) return false;
    const end = this.text.indexOf('*/', this.at + 2);
    if (end === -1) this.fail('comment is not closed', start);
    this.at = end + 2;
    return true;
  }

  identifier(): string | null {
    const pattern = /[\p{L}_][\p{L}\p{N}_-]*/uy;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  /** Stands on `"`; ends behind the closing one and gives the raw text between them. */
  quoted(depth = 0): string {
    const start = this.at;
    this.at += 1;
    while (this.peek() !== '"') {
      if (this.done || this.peek() === '\n') this.fail('string is not closed', start);
      if (this.peek() === '\\') this.at += 2;
      else if (!this.#escapedMarker() && !this.#interpolation(depth)) this.at += 1;
    }
    this.at += 1;
    return this.text.slice(start + 1, this.at - 1);
  }

  /** `$${` and `%%{` stand for the characters themselves. */
  #escapedMarker(): boolean {
    if (!this.text.startsWith('$${', this.at) && !this.text.startsWith('%%{', this.at))
      return false;
    this.at += 3;
    return true;
  }

  #interpolation(depth: number): boolean {
    if (!this.text.startsWith('${', this.at) && !this.text.startsWith('%{', this.at)) return false;
    this.at += 1;
    this.bracketed(depth + 1);
    return true;
  }

  /** Stands on an opening bracket; ends behind the one that closes it. */
  bracketed(depth = 0): void {
    if (depth > MAX_DEPTH) this.fail('nested too deeply');
    const start = this.at;
    const closing = { '(': ')', '[': ']', '{': '}' }[this.peek()];
    this.at += 1;
    while (this.peek() !== closing) {
      if (this.done) this.fail('bracket is not closed', start);
      if (')]}'.includes(this.peek())) this.fail(`\`${this.peek()}\` closes nothing`);
      this.step(depth);
    }
    this.at += 1;
  }

  /** One token of an expression: a string, heredoc, comment, bracketed part or a single character. */
  step(depth: number): void {
    if (this.peek() === '"') this.quoted(depth);
    else if ('([{'.includes(this.peek())) this.bracketed(depth + 1);
    else if (!this.heredoc() && !this.skipComment()) this.at += 1;
  }

  /** `<<MARK` up to the line that holds the mark alone. */
  heredoc(): boolean {
    const pattern = /<<-?([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/uy;
    pattern.lastIndex = this.at;
    const opening = pattern.exec(this.text);
    if (opening === null) return false;
    const start = this.at;
    for (let from = pattern.lastIndex; from < this.text.length;) {
      const found = this.text.indexOf('\n', from);
      const end = found === -1 ? this.text.length : found;
      if (this.text.slice(from, end).trim() === opening[1]) {
        this.at = end;
        return true;
      }
      from = end + 1;
    }
    return this.fail('heredoc is not closed', start);
  }
}
