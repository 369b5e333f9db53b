import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from 'yaml';
import type { Node, Pair } from 'yaml';
import type { LineRange } from '../rule.ts';
import { ParseFailure } from '../source-file.ts';

/** The parser needs seconds for a megabyte; no hand-written file comes near this. */
export const MAX_YAML_BYTES = 512 * 1024;

/** Steps from the root of a document: a map's key or a list's index. */
export type YamlPath = readonly (string | number)[];

export interface YamlDocument {
  /** Plain values; null for an empty document. Keys are strings. */
  readonly value: unknown;
  /** First to last line that holds content of the document. */
  readonly range: LineRange;
  /** From the key's line to the last line of its value, or the lines of a list entry; null when absent. */
  rangeOf(path: YamlPath): LineRange | null;
}

/** Not YAML at a line; apart from the other failures, so that templates can be mended. */
export class YamlSyntaxFailure extends ParseFailure {
  readonly line: number;

  constructor(line: number, code: string) {
    super(`line ${line}: not valid YAML (${code})`);
    this.line = line;
  }
}

/** All documents of a YAML text. Throws `ParseFailure` for what is no YAML, too large or a bomb. */
export function parseYaml(text: string): YamlDocument[] {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > MAX_YAML_BYTES)
    throw new ParseFailure(
      `YAML of ${Math.ceil(sizeBytes / 1024)} KB; files above ${MAX_YAML_BYTES / 1024} KB are not parsed`,
    );
  const counter = new LineCounter();
  return documentsOf(text, counter).map((doc) => new ParsedDocument(doc, text, counter));
}

function documentsOf(text: string, lineCounter: LineCounter): Document.Parsed[] {
  // Helm branches and merge keys repeat keys on purpose, so repeated keys are no error here.
  const options = {
    lineCounter,
    uniqueKeys: false,
    merge: true,
    strict: false,
    logLevel: 'error',
  } as const;
  const parsed = refusingDeepNesting(() => parseAllDocuments(text, options));
  if (!Array.isArray(parsed)) return [];
  for (const { errors } of parsed) {
    const [first] = errors;
    if (first === undefined) continue;
    const { line } = lineCounter.linePos(first.pos[0]);
    throw new YamlSyntaxFailure(line, first.code);
  }
  return parsed;
}

/** The parser is recursive: a hostile file of brackets overflows the stack, which is no defect of ours. */
function refusingDeepNesting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new ParseFailure('YAML is nested too deeply');
    throw error;
  }
}

class ParsedDocument implements YamlDocument {
  readonly value: unknown;
  readonly range: LineRange;
  readonly #doc: Document.Parsed;
  readonly #text: string;
  readonly #counter: LineCounter;

  constructor(doc: Document.Parsed, text: string, counter: LineCounter) {
    this.#doc = doc;
    this.#text = text;
    this.#counter = counter;
    this.value = plainValue(doc);
    const [start, end] = doc.contents?.range ?? [0, 0];
    this.range = this.#lines(start, end);
  }

  rangeOf(path: YamlPath): LineRange | null {
    let node: unknown = this.#doc.contents;
    let found: LineRange | null = this.range;
    for (const step of path) {
      const container = this.#resolved(node);
      if (isMap(container)) {
        const pair = container.items.findLast((p) => keyOf(p) === String(step));
        if (pair === undefined) return null;
        found = this.#pairRange(pair);
        node = pair.value;
      } else if (isSeq(container) && typeof step === 'number') {
        node = container.items[step];
        found = this.#nodeRange(node);
      } else return null;
      if (found === null) return null;
    }
    return found;
  }

  #resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#doc) : node;
  }

  #pairRange(pair: Pair): LineRange | null {
    const start = rangeOfNode(pair.key)?.[0];
    if (start === undefined) return null;
    const end = rangeOfNode(pair.value)?.[1] ?? rangeOfNode(pair.key)?.[1] ?? start;
    return this.#lines(start, Math.max(end, start));
  }

  #nodeRange(node: unknown): LineRange | null {
    const range = rangeOfNode(node);
    return range === null ? null : this.#lines(range[0], range[1]);
  }

  /** The end of a block collection lies behind its line end and the blank lines that follow it. */
  #lines(start: number, end: number): LineRange {
    let last = Math.max(start, end);
    while (last > start && /\s/u.test(this.#text[last - 1] ?? ' ')) last -= 1;
    const line = this.#counter.linePos(start).line;
    return { line, endLine: Math.max(line, this.#counter.linePos(Math.max(start, last - 1)).line) };
  }
}

function rangeOfNode(node: unknown): readonly [number, number, number] | null {
  if (!isNodeWithRange(node)) return null;
  return node.range ?? null;
}

function isNodeWithRange(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
}

function keyOf(pair: Pair): string | null {
  return isScalar(pair.key) ? String(pair.key.value) : null;
}

/** `toJS` counts what aliases expand to and refuses a bomb with a ReferenceError. */
function plainValue(doc: Document.Parsed): unknown {
  try {
    return refusingDeepNesting((): unknown => doc.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    if (error instanceof ReferenceError)
      throw new ParseFailure('YAML aliases expand without bound or point nowhere');
    throw error;
  }
}

export type YamlMap = Readonly<Record<string, unknown>>;

export function asMap(value: unknown): YamlMap | null {
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The entries of a list that are maps; anything else in it is passed over. */
export function asMaps(value: unknown): YamlMap[] {
  return asList(value).flatMap((entry) => {
    const map = asMap(entry);
    return map === null ? [] : [map];
  });
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The value at a path, or undefined where a step is missing. */
export function valueAt(root: unknown, path: YamlPath): unknown {
  let at: unknown = root;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step];
    else if (isRecord(at) && Object.hasOwn(at, String(step))) at = at[String(step)];
    else return undefined;
  }
  return at;
}
