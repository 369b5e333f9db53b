import type { LineRange } from '../rule.ts';
import { ParseFailure, type Parser, type ParserInput } from '../source-file.ts';
import { HclScanner } from './hcl-scanner.ts';

/** A value as far as the text alone tells it; whatever needs evaluation is an `expression`. */
export type HclValue =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: readonly HclValue[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, HclValue> }
  | { readonly kind: 'expression'; readonly text: string };

export interface HclAttribute extends LineRange {
  readonly name: string;
  readonly value: HclValue;
}

export interface HclBody {
  readonly attributes: ReadonlyMap<string, HclAttribute>;
  readonly blocks: readonly HclBlock[];
}

export interface HclBlock extends HclBody, LineRange {
  readonly type: string;
  readonly labels: readonly string[];
}

export const MAX_TERRAFORM_CHARS = 1_000_000;
const MAX_BLOCK_DEPTH = 64;

/** Blocks and attributes of a Terraform file with their lines. Throws `ParseFailure` where it is unbalanced. */
export const terraformParser: Parser<HclBody> = {
  name: 'terraform',
  parse(file: ParserInput) {
    if (file.text.length > MAX_TERRAFORM_CHARS)
      throw new ParseFailure(`Terraform file of ${file.text.length} characters is not parsed`);
    return readBody(new HclScanner(file.text), 0);
  },
};

function readBody(scanner: HclScanner, depth: number): HclBody {
  if (depth > MAX_BLOCK_DEPTH) scanner.fail('blocks are nested too deeply');
  const attributes = new Map<string, HclAttribute>();
  const blocks: HclBlock[] = [];
  for (;;) {
    scanner.skipBlanks(true);
    if (scanner.done || scanner.peek() === '}') break;
    const start = scanner.at;
    const name = scanner.peek() === '"' ? scanner.quoted() : scanner.identifier();
    if (name === null) scanner.fail(`unexpected \`${scanner.peek()}\``);
    scanner.skipBlanks(false);
    if (scanner.peek() === '=') attributes.set(name, readAttribute(scanner, name, start));
    else blocks.push(readBlock(scanner, name, start, depth));
  }
  if (depth === 0 && !scanner.done) scanner.fail('`}` closes nothing');
  return { attributes, blocks };
}

function readBlock(scanner: HclScanner, type: string, start: number, depth: number): HclBlock {
  const labels: string[] = [];
  while (scanner.peek() !== '{') {
    const label = scanner.peek() === '"' ? scanner.quoted() : scanner.identifier();
    if (label === null) scanner.fail(`expected \`{\` or a label after \`${type}\``);
    labels.push(label);
    scanner.skipBlanks(false);
  }
  scanner.at += 1;
  const body = readBody(scanner, depth + 1);
  if (scanner.done) scanner.fail(`block \`${type}\` is not closed`, start);
  scanner.at += 1;
  return {
    type,
    labels,
    ...body,
    line: scanner.lineOf(start),
    endLine: scanner.lineOf(scanner.at - 1),
  };
}

function readAttribute(scanner: HclScanner, name: string, start: number): HclAttribute {
  scanner.at += 1;
  scanner.skipBlanks(false);
  const from = scanner.at;
  let end = from;
  while (!scanner.done && scanner.peek() !== '\n' && scanner.peek() !== '}') {
    if (scanner.skipComment()) continue;
    if (scanner.peek() === ')' || scanner.peek() === ']')
      scanner.fail(`\`${scanner.peek()}\` closes nothing`);
    scanner.step(0);
    if (!/\s/u.test(scanner.text[scanner.at - 1] ?? '')) end = scanner.at;
  }
  const text = scanner.text.slice(from, end);
  return {
    name,
    value: valueOf(text),
    line: scanner.lineOf(start),
    endLine: scanner.lineOf(Math.max(start, end - 1)),
  };
}

/** Reads a literal, list or object; anything that does not end where it should is an expression. */
function valueOf(text: string): HclValue {
  const scanner = new HclScanner(text);
  const value = readValue(scanner, 0);
  scanner.skipBlanks(true);
  return value !== null && scanner.done ? value : { kind: 'expression', text };
}

function readValue(scanner: HclScanner, depth: number): HclValue | null {
  scanner.skipBlanks(true);
  if (depth > MAX_BLOCK_DEPTH) return null;
  if (scanner.peek() === '"') return readString(scanner);
  if (scanner.peek() === '[') return readList(scanner, depth);
  if (scanner.peek() === '{') return readObject(scanner, depth);
  return readScalar(scanner) ?? readExpression(scanner);
}

function readString(scanner: HclScanner): HclValue {
  const raw = scanner.quoted();
  if (/(?<!\$)\$\{|(?<!%)%\{/u.test(raw)) return { kind: 'expression', text: `"${raw}"` };
  return { kind: 'literal', value: unescapeText(raw) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescapeText(raw: string): string {
  return raw
    .replaceAll(/\\(.)/gsu, (_, char: string) => ESCAPES[char] ?? char)
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{');
}

function readScalar(scanner: HclScanner): HclValue | null {
  const pattern = /(-?\d+(?:\.\d+)?|true|false|null)(?=\s*(?:[,\]}\n#]|\/\/|$))/uy;
  pattern.lastIndex = scanner.at;
  const found = pattern.exec(scanner.text)?.[1];
  if (found === undefined) return null;
  scanner.at += found.length;
  if (found === 'null') return { kind: 'literal', value: null };
  if (found === 'true' || found === 'false') return { kind: 'literal', value: found === 'true' };
  return { kind: 'literal', value: Number(found) };
}

/** Up to the comma, line end or closing bracket that ends the entry. */
function readExpression(scanner: HclScanner): HclValue | null {
  const start = scanner.at;
  while (!scanner.done && !',\n]})'.includes(scanner.peek())) scanner.step(0);
  const text = scanner.text.slice(start, scanner.at).trim();
  return text === '' ? null : { kind: 'expression', text };
}

function readList(scanner: HclScanner, depth: number): HclValue | null {
  scanner.at += 1;
  const items: HclValue[] = [];
  for (;;) {
    scanner.skipBlanks(true);
    if (scanner.peek() === ']') break;
    const item = readValue(scanner, depth + 1);
    if (item === null) return null;
    items.push(item);
    scanner.skipBlanks(true);
    if (scanner.peek() === ',') scanner.at += 1;
    else if (scanner.peek() !== ']') return null;
  }
  scanner.at += 1;
  return { kind: 'list', items };
}

function readObject(scanner: HclScanner, depth: number): HclValue | null {
  scanner.at += 1;
  const entries = new Map<string, HclValue>();
  for (;;) {
    scanner.skipBlanks(true);
    if (scanner.peek() === '}') break;
    const key = scanner.peek() === '"' ? scanner.quoted() : scanner.identifier();
    scanner.skipBlanks(false);
    if (key === null || (scanner.peek() !== '=' && scanner.peek() !== ':')) return null;
    scanner.at += 1;
    const value = readValue(scanner, depth + 1);
    if (value === null) return null;
    entries.set(key, value);
    scanner.skipBlanks(false);
    if (scanner.peek() === ',') scanner.at += 1;
    else if (scanner.peek() !== '\n' && scanner.peek() !== '}') return null;
  }
  scanner.at += 1;
  return { kind: 'object', entries };
}

/** `aws_db_instance.main`; null for blocks other than resources. */
export function addressOf(block: HclBlock): string | null {
  const [type, name] = block.labels;
  return block.type === 'resource' && type !== undefined && name !== undefined
    ? `${type}.${name}`
    : null;
}

/** The literal of an attribute; undefined when it is absent or needs evaluation. */
export function literalOf(
  body: HclBody,
  name: string,
): string | number | boolean | null | undefined {
  const value = body.attributes.get(name)?.value;
  return value?.kind === 'literal' ? value.value : undefined;
}

/** The literal texts of a list attribute; entries that need evaluation are left out. */
export function literalsIn(value: HclValue | undefined): string[] {
  if (value?.kind !== 'list') return [];
  return value.items.flatMap((item) =>
    item.kind === 'literal' && typeof item.value === 'string' ? [item.value] : [],
  );
}

/** Nested blocks of a type at any depth, `dynamic` ones by their label. */
export function* nestedBlocks(body: HclBody, types: ReadonlySet<string>): Iterable<HclBlock> {
  for (const block of body.blocks) {
    const type = block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type;
    if (types.has(type)) yield block;
    yield* nestedBlocks(block, types);
  }
}
