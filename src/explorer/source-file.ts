import type { Side } from '../domain/vocabulary.ts';
import type { PathClass } from '../snapshot/path-class.ts';
import { splitLines } from '../snapshot/lines.ts';
import { pathClassOf } from '../snapshot/path-class.ts';

/** Turns the text of a file into a model that rules of a family share. Throws `ParseFailure`. */
export interface Parser<T> {
  readonly name: string;
  parse(file: ParserInput): T;
}

export interface ParserInput {
  readonly path: string;
  readonly text: string;
  /** The text's lines without their ends; index 0 is line 1. */
  readonly lines: readonly string[];
}

/** The file should parse and does not: the review names it as a gap instead of passing over it. */
export class ParseFailure extends Error {
  override readonly name = 'ParseFailure';
}

/** One file on one side, as a rule sees it. */
export class SourceFile implements ParserInput {
  readonly path: string;
  readonly side: Side;
  readonly text: string;
  readonly lines: readonly string[];
  readonly pathClass: PathClass;
  readonly #parsed = new Map<string, { readonly value: unknown } | { readonly error: unknown }>();

  constructor(path: string, side: Side, text: string) {
    this.path = path;
    this.side = side;
    this.text = text;
    this.lines = splitLines(text);
    this.pathClass = pathClassOf(path);
  }

  /** Parses at most once for each parser, however many rules ask. */
  parse<T>(parser: Parser<T>): T {
    let memo = this.#parsed.get(parser.name);
    if (memo === undefined) {
      memo = attempt(() => parser.parse(this));
      this.#parsed.set(parser.name, memo);
    }
    if ('error' in memo) throw memo.error;
    return memo.value as T;
  }
}

function attempt(parse: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}
