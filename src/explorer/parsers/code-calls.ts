import type { SgNode } from '@ast-grep/napi';
import type { LineRange } from '../rule.ts';
import type { Parser } from '../source-file.ts';
import { type CodeLanguage, codeParser } from './ast-grep.ts';
import { type Imports, importsOf } from './code-imports.ts';

export interface CodeArgument {
  /** Of a keyword argument; null for a positional one. */
  readonly name: string | null;
  readonly value: SgNode;
  /** `**kwargs`, `...options`, `args...`: what it carries is unknown. */
  readonly splat: boolean;
}

/** A call or the construction of an object, in any language. */
export interface CodeCall {
  readonly node: SgNode;
  readonly lines: LineRange;
  /** The last name of the callee: `get` of `axios.get`, the type of `new Client()`. */
  readonly method: string;
  readonly isConstruction: boolean;
  /** The callee as written, without white space; what an import stands for in its full name. */
  readonly callee: string;
  readonly receiver: string;
  readonly args: readonly CodeArgument[];
}

export interface CallsOfFile {
  readonly language: CodeLanguage;
  readonly root: SgNode;
  readonly imports: Imports;
  readonly all: readonly CodeCall[];
  named(...methods: string[]): readonly CodeCall[];
}

const CALL_KINDS: Readonly<Record<CodeLanguage, readonly string[]>> = {
  typescript: ['call_expression', 'new_expression'],
  tsx: ['call_expression', 'new_expression'],
  javascript: ['call_expression', 'new_expression'],
  python: ['call'],
  // A call of a generic-looking name parses as a conversion; both take arguments.
  go: ['call_expression', 'type_conversion_expression'],
  java: ['method_invocation', 'object_creation_expression'],
  kotlin: ['call_expression'],
  ruby: ['call'],
  php: [
    'function_call_expression',
    'member_call_expression',
    'nullsafe_member_call_expression',
    'scoped_call_expression',
    'object_creation_expression',
  ],
  csharp: ['invocation_expression', 'object_creation_expression'],
  rust: ['call_expression', 'macro_invocation'],
};

/** For `file.parse(callsParser)`: every rule shares one list of calls. */
export const callsParser: Parser<CallsOfFile> = {
  name: 'code-calls',
  parse(input) {
    const tree = codeParser.parse(input);
    const root = tree.root.root();
    const imports = importsOf(tree.language, root);
    const all = nodesOfKind(root, CALL_KINDS[tree.language])
      .map((node) => new LazyCall(node, tree.language, imports))
      .filter((call) => call.method !== '');
    const byMethod = Map.groupBy(all, (call) => call.method);
    return {
      language: tree.language,
      root,
      imports,
      all,
      named: (...methods) => methods.flatMap((method) => byMethod.get(method) ?? []),
    };
  },
};

/** All nodes of the given kinds, in the order of the text. Throws for a kind that the grammar lacks. */
export function nodesOfKind(root: SgNode, kinds: readonly string[]): SgNode[] {
  return root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } });
}

export function linesOf(node: SgNode): LineRange {
  const { start, end } = node.range();
  return { line: start.line + 1, endLine: end.line + 1 };
}

/** Texts of long chains grow with the square of their length, so that they are read only when asked for. */
class LazyCall implements CodeCall {
  readonly node: SgNode;
  readonly method: string;
  readonly isConstruction: boolean;
  readonly #language: CodeLanguage;
  readonly #imports: Imports;
  readonly #target: SgNode | null;
  #args: readonly CodeArgument[] | undefined;
  #callee: string | undefined;

  constructor(node: SgNode, language: CodeLanguage, imports: Imports) {
    this.node = node;
    this.#language = language;
    this.#imports = imports;
    this.#target = targetOf(node);
    this.isConstruction = /^(?:new_|object_creation)/u.test(String(node.kind()));
    this.method = methodOf(node, this.#target);
  }

  get lines(): LineRange {
    return linesOf(this.node);
  }

  get receiver(): string {
    const { callee } = this;
    const at = Math.max(...SEPARATORS.map((separator) => callee.lastIndexOf(separator)));
    return at < 0 ? '' : callee.slice(0, at).replace(/[?:-]+$/u, '');
  }

  get callee(): string {
    this.#callee ??= this.#imports.resolve(this.#writtenCallee());
    return this.#callee;
  }

  get args(): readonly CodeArgument[] {
    this.#args ??= argumentsOf(this.node, this.#language);
    return this.#args;
  }

  #writtenCallee(): string {
    const target = this.#target;
    const owner =
      this.node.field('object') ?? this.node.field('receiver') ?? this.node.field('scope');
    if (owner === null) return squeeze(target?.text() ?? '');
    const separator = this.#language === 'php' ? (this.node.field('scope') ? '::' : '->') : '.';
    return `${squeeze(owner.text())}${separator}${this.method}`;
  }
}

/** Last characters of `.`, `::`, `->`, `\`; a generic's `>` follows the name and is cut off before. */
const SEPARATORS = ['.', '::', '->', '\\'];

function squeeze(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}

function targetOf(node: SgNode): SgNode | null {
  return (
    node.field('function') ??
    node.field('constructor') ??
    node.field('macro') ??
    node.field('name') ??
    node.field('method') ??
    node.field('type') ??
    node.namedChildren()[0] ??
    null
  );
}

/** The last name of a callee, without reading the text of the chain before it. */
function methodOf(node: SgNode, target: SgNode | null): string {
  if (target === null) return '';
  // `f(x) { … }` in Kotlin is a call of the call `f(x)`; the inner one is the call that counts.
  if (node.kind() === 'call_expression' && target.kind() === 'call_expression') return '';
  const last =
    target.field('property') ??
    target.field('attribute') ??
    target.field('field') ??
    target.field('name') ??
    (target.kind() === 'navigation_expression' ? target.namedChildren().at(-1) : null) ??
    target;
  return lastName(last.text());
}

function lastName(text: string): string {
  const name = /([A-Za-z_$][\w$]*[!?]?)(?:<[^<>]*>)?\s*$/u.exec(text.slice(-200));
  return name?.[1] ?? '';
}

const ARGUMENT_LISTS = ['arguments', 'argument_list', 'value_arguments', 'token_tree'];
const WRAPPERS = ['argument', 'value_argument', 'literal_element'];
const SPLATS =
  /^(?:dictionary_splat|list_splat|spread_element|variadic_argument|hash_splat_argument|splat_argument|variadic_unpacking|spread_expression)$/u;

function argumentsOf(node: SgNode, language: CodeLanguage): CodeArgument[] {
  const list = node.field('arguments') ?? argumentListOf(node);
  if (list === null || (language === 'rust' && list.kind() === 'token_tree')) return [];
  return list
    .namedChildren()
    .filter((child) => !/comment/u.test(String(child.kind())))
    .map(readArgument);
}

function argumentListOf(node: SgNode): SgNode | null {
  for (const child of node.namedChildren()) {
    if (ARGUMENT_LISTS.includes(String(child.kind()))) return child;
    if (child.kind() !== 'call_suffix') continue;
    const inner = child.namedChildren().find((c) => ARGUMENT_LISTS.includes(String(c.kind())));
    if (inner !== undefined) return inner;
  }
  return null;
}

function readArgument(child: SgNode): CodeArgument {
  const kind = String(child.kind());
  if (SPLATS.test(kind)) return { name: null, value: child, splat: true };
  if (kind === 'keyword_argument' || kind === 'pair') return readPair(child);
  if (!WRAPPERS.includes(kind)) return { name: null, value: child, splat: false };
  const parts = child.namedChildren();
  const value = parts.at(-1) ?? child;
  const name = parts.length > 1 && /^\s*\w+\s*[:=]/u.test(child.text()) ? parts[0] : undefined;
  const splat = SPLATS.test(String(value.kind())) || child.text().startsWith('...');
  return { name: name?.text() ?? null, value, splat };
}

function readPair(pair: SgNode): CodeArgument {
  const name = pair.field('name') ?? pair.field('key');
  const value = pair.field('value') ?? pair;
  return { name: unquote(name?.text() ?? ''), value, splat: false };
}

/** What a literal of a hash or object holds under its keys; null when it is no literal or unknown. */
export function entriesOf(value: SgNode): ReadonlyMap<string, SgNode> | null {
  if (
    !/^(?:object|dictionary|hash|array_creation_expression|literal_value)$/u.test(
      String(value.kind()),
    )
  )
    return null;
  const entries = new Map<string, SgNode>();
  for (const child of value.namedChildren()) {
    const kind = String(child.kind());
    if (SPLATS.test(kind)) return null;
    if (kind === 'shorthand_property_identifier') entries.set(child.text(), child);
    if (kind === 'method_definition') entries.set(child.field('name')?.text() ?? '', child);
    if (!/^(?:pair|array_element_initializer|keyed_element)$/u.test(kind)) continue;
    const parts = child.namedChildren();
    const key = child.field('key') ?? parts[0];
    const held = child.field('value') ?? parts.at(-1);
    if (key !== undefined && held !== undefined) entries.set(unquote(key.text()), held);
  }
  return entries;
}

/** A name or string as text: `'timeout'`, `"timeout"`, `timeout`, `:timeout`. */
export function unquote(text: string): string {
  return text.replace(/^:?["'`]?/u, '').replace(/["'`:]*$/u, '');
}
