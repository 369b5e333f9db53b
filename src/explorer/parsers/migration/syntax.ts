import type { SgNode } from '@ast-grep/napi';
import type { LineRange } from '../../rule.ts';
import { PLACEHOLDER } from '../sql.ts';
import type { OperationDetail, Transactional, MigrationOperation, Unparsed } from './operations.ts';
import { readEmbeddedSql } from './sql-statements.ts';

/** A call of a migration's little language, the same for Ruby, Python and JavaScript. */
export interface Call {
  readonly node: SgNode;
  /** Source of what the call is made on, e.g. `op`, `knex.schema`; empty without one. */
  readonly receiver: string;
  readonly receiverNode: SgNode | null;
  readonly name: string;
  readonly args: readonly SgNode[];
  /** Keyword arguments, Ruby pairs, and the pairs of object literals. */
  readonly options: ReadonlyMap<string, SgNode>;
}

/** A string of the source. `dynamic`: parts of it are only known at run time and are masked. */
export interface Literal {
  readonly text: string;
  readonly line: number;
  readonly dynamic: boolean;
}

const CALL_KINDS = new Set(['call', 'call_expression', 'new_expression']);
const PAIR_KINDS = new Set(['pair', 'keyword_argument']);
const IGNORED_KINDS = new Set([
  'comment',
  'hash_splat_argument',
  'dictionary_splat',
  'spread_element',
  'block_argument',
]);

export function callOf(node: SgNode): Call | null {
  const kind = String(node.kind());
  if (!CALL_KINDS.has(kind)) return null;
  const callee = node.field('function') ?? node.field('constructor');
  const receiverNode = node.field('receiver') ?? callee?.field('object') ?? null;
  const nameNode =
    node.field('method') ??
    callee?.field('attribute') ??
    callee?.field('property') ??
    callee ??
    null;
  if (nameNode === null) return null;
  const given = node.field('arguments')?.children().filter(isArgument) ?? [];
  const options = new Map<string, SgNode>();
  for (const argument of given)
    for (const pair of isObject(argument) ? argument.children() : [argument])
      addOption(options, pair);
  return {
    node,
    receiver: receiverNode?.text() ?? '',
    receiverNode,
    name: nameNode.text(),
    args: given.filter((argument) => !PAIR_KINDS.has(String(argument.kind()))),
    options,
  };
}

/** The pairs of an object or dictionary literal that is an argument. */
export function pairsOf(node: SgNode | undefined): ReadonlyMap<string, SgNode> {
  const options = new Map<string, SgNode>();
  for (const pair of node?.children() ?? []) addOption(options, pair);
  return options;
}

function isArgument(node: SgNode): boolean {
  return node.isNamed() && !IGNORED_KINDS.has(String(node.kind()));
}

function isObject(node: SgNode): boolean {
  return node.kind() === 'object' || node.kind() === 'hash';
}

function addOption(options: Map<string, SgNode>, pair: SgNode): void {
  if (!PAIR_KINDS.has(String(pair.kind()))) return;
  const key = pair.field('key') ?? pair.field('name');
  const value = pair.field('value');
  if (key !== null && value !== null)
    options.set(key.text().replaceAll(/^[:'"]|['":]$/gu, ''), value);
}

const STRING_KINDS = new Set(['string', 'template_string', 'delimited_symbol', 'heredoc_body']);
const DYNAMIC_KINDS = new Set(['interpolation', 'template_substitution']);
const CONTENT_KINDS = new Set(['string_content', 'string_fragment', 'heredoc_content']);

/** A string, symbol, heredoc or adjacent strings; null for everything that is not written out. */
export function literalOf(node: SgNode | undefined | null): Literal | null {
  if (node === undefined || node === null) return null;
  const kind = String(node.kind());
  const line = node.range().start.line + 1;
  if (kind === 'simple_symbol') return { text: node.text().slice(1), line, dynamic: false };
  if (kind === 'heredoc_beginning') return literalOf(heredocBodyOf(node));
  if (kind === 'concatenated_string' || kind === 'chained_string') return joined(node, line);
  if (kind === 'parenthesized_expression')
    return literalOf(node.children().find((child) => child.isNamed()));
  if (!STRING_KINDS.has(kind)) return null;
  const parts = node.children().filter((child) => child.isNamed());
  return {
    text: parts.map(partText).join(''),
    line,
    dynamic: parts.some((part) => DYNAMIC_KINDS.has(String(part.kind()))),
  };
}

function partText(part: SgNode): string {
  const kind = String(part.kind());
  if (DYNAMIC_KINDS.has(kind)) return PLACEHOLDER.repeat(part.text().length);
  // Escapes inside Python strings are children of the content; a line break escape must not add a line.
  if (CONTENT_KINDS.has(kind) || kind === 'escape_sequence')
    return part.text().replaceAll(/\\(.)/gsu, unescaped);
  return '';
}

function unescaped(_whole: string, char: string): string {
  return /[nrt]/u.test(char) ? ' ' : char;
}

function joined(node: SgNode, line: number): Literal | null {
  const parts = node.children().flatMap((child) => literalOf(child) ?? []);
  return {
    text: parts.map(({ text }) => text).join(' '),
    line,
    dynamic: parts.some(({ dynamic }) => dynamic),
  };
}

/** Ruby puts bodies after the line on which their heredocs begin, in the same order. */
function heredocBodyOf(beginning: SgNode): SgNode | undefined {
  const root = beginning.ancestors().at(-1);
  const index = root
    ?.findAll({ rule: { kind: 'heredoc_beginning' } })
    .findIndex((node) => node.id() === beginning.id());
  return root?.findAll({ rule: { kind: 'heredoc_body' } })[index ?? -1];
}

/** A name that is written out; null when it is only known at run time. */
export function nameOf(node: SgNode | undefined | null): string | null {
  const literal = literalOf(node);
  return literal === null || literal.dynamic || literal.text === '' ? null : literal.text;
}

export function isLiteral(node: SgNode | undefined | null, ...values: readonly string[]): boolean {
  return node !== undefined && node !== null && values.includes(node.text());
}

export function linesOf(node: SgNode): LineRange {
  const { start, end } = node.range();
  return {
    line: start.line + 1,
    endLine: Math.max(start.line, end.column === 0 ? end.line - 1 : end.line) + 1,
  };
}

/** What a walk over a migration's code has found so far. */
export class CodeReading {
  readonly operations: MigrationOperation[] = [];
  readonly unparsed: Unparsed[] = [];
  readonly #foreign: boolean;

  constructor(foreign: boolean) {
    this.#foreign = foreign;
  }

  add(detail: OperationDetail, node: SgNode, context: WalkContext): void {
    const { line, endLine } = linesOf(node);
    // A call that carries a block is cited by its first line.
    const cited = endLine - line < 6 ? endLine : line;
    this.operations.push({
      ...detail,
      ...context,
      line,
      endLine: cited,
      statement: { line, endLine },
    });
  }

  addSql(node: SgNode | undefined, context: WalkContext): void {
    const literal = literalOf(node);
    if (literal === null) return;
    const foreign = this.#foreign || literal.dynamic;
    const script = { lineOffset: literal.line - 1, transactional: context.transactional, foreign };
    for (const { operations, unparsed } of readEmbeddedSql(literal.text, script)) {
      for (const operation of operations)
        this.operations.push({
          ...operation,
          conditional: operation.conditional || context.conditional,
        });
      if (unparsed !== null) this.unparsed.push(unparsed);
    }
  }
}

export interface WalkContext {
  readonly conditional: boolean;
  readonly transactional: Transactional;
}

const CONDITIONAL_KINDS = new Set([
  'if',
  'unless',
  'if_modifier',
  'unless_modifier',
  'conditional',
  'case',
  'while',
  'until',
  'for',
  'rescue',
  'if_statement',
  'for_statement',
  'while_statement',
  'except_clause',
  'conditional_expression',
  'for_in_statement',
  'switch_case',
  'ternary_expression',
  'catch_clause',
]);

/**
 * Visits every call in the order of the source. `visit` answers the context for what is inside the call,
 * or null when its inside is not to be looked at.
 */
export function walkCalls(
  node: SgNode,
  context: WalkContext,
  visit: (call: Call, context: WalkContext) => WalkContext | null,
): void {
  const conditional = context.conditional || CONDITIONAL_KINDS.has(String(node.kind()));
  let inside: WalkContext | null =
    conditional === context.conditional ? context : { ...context, conditional };
  const call = callOf(node);
  if (call !== null) inside = visit(call, inside);
  if (inside !== null) for (const child of node.children()) walkCalls(child, inside, visit);
}
