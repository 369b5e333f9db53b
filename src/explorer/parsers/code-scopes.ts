import type { SgNode } from '@ast-grep/napi';
import type { CodeLanguage } from './ast-grep.ts';

const FUNCTIONS =
  /^(?:function_declaration|function_definition|function_item|method_definition|method_declaration|method|singleton_method|constructor_declaration|local_function_statement|secondary_constructor|generator_function_declaration)$/u;
const CLASSES =
  /^(?:class_declaration|class_definition|class|module|interface_declaration|struct_declaration|record_declaration|enum_declaration|object_declaration|impl_item|trait_item|trait_declaration|abstract_class_declaration)$/u;
/** A function without a name is known by what holds it. */
const HOLDERS = /^(?:variable_declarator|public_field_definition|pair)$/u;
const ANONYMOUS =
  /^(?:arrow_function|function_expression|function|lambda|func_literal|anonymous_function)$/u;

/** `Class.method`, `function`, or the empty text at the top of a file: stable when lines move. */
export function scopeOf(node: SgNode): string {
  const names: string[] = [];
  for (const ancestor of node.ancestors()) {
    const name = nameOfScope(ancestor);
    if (name !== null) names.unshift(name);
  }
  return names.join('.');
}

/** The innermost named or anonymous function around a node; null at the top of a file. */
export function functionAround(node: SgNode): SgNode | null {
  return (
    node
      .ancestors()
      .find((a) => FUNCTIONS.test(String(a.kind())) || ANONYMOUS.test(String(a.kind()))) ?? null
  );
}

/** Null when the node is no scope or has no name. */
export function nameOfScope(node: SgNode): string | null {
  const kind = String(node.kind());
  if (FUNCTIONS.test(kind)) return withReceiver(node, nameOf(node));
  if (CLASSES.test(kind) && node.isNamed() && !node.isLeaf()) return nameOf(node);
  if (!HOLDERS.test(kind)) return null;
  const held = node.field('value');
  return held !== null && ANONYMOUS.test(String(held.kind())) ? nameOf(node) : null;
}

function nameOf(node: SgNode): string | null {
  const name =
    node.field('name') ??
    node.field('key') ??
    node.field('type') ??
    node
      .namedChildren()
      .find((c) => /^(?:simple_identifier|type_identifier)$/u.test(String(c.kind())));
  return name?.text().slice(0, 80) ?? null;
}

/** Methods in Go stand outside their type: `(c *Client) Get` is `Client.Get`. */
function withReceiver(node: SgNode, name: string | null): string | null {
  const receiver = node.kind() === 'method_declaration' ? node.field('receiver') : null;
  const type =
    receiver === null ? null : /([A-Za-z_]\w*)(?:\[[^\]]*\])?\s*\)$/u.exec(receiver.text());
  return type === null || name === null ? name : `${type[1]}.${name}`;
}

const SCOPE_KINDS: Readonly<Record<CodeLanguage, readonly string[]>> = {
  typescript: ecma('public_field_definition', 'abstract_class_declaration'),
  tsx: ecma('public_field_definition', 'abstract_class_declaration'),
  javascript: ecma(),
  python: ['function_definition', 'class_definition'],
  go: ['function_declaration', 'method_declaration'],
  java: [
    'method_declaration',
    'constructor_declaration',
    'class_declaration',
    'interface_declaration',
    'record_declaration',
    'enum_declaration',
  ],
  kotlin: [
    'function_declaration',
    'secondary_constructor',
    'class_declaration',
    'object_declaration',
  ],
  ruby: ['method', 'singleton_method', 'class', 'module'],
  php: [
    'function_definition',
    'method_declaration',
    'class_declaration',
    'interface_declaration',
    'enum_declaration',
    'trait_declaration',
  ],
  csharp: [
    'method_declaration',
    'constructor_declaration',
    'local_function_statement',
    'class_declaration',
    'interface_declaration',
    'struct_declaration',
    'record_declaration',
    'enum_declaration',
  ],
  rust: ['function_item', 'impl_item', 'trait_item'],
};

function ecma(...more: string[]): string[] {
  return [
    'function_declaration',
    'generator_function_declaration',
    'method_definition',
    'class_declaration',
    'variable_declarator',
    'pair',
    ...more,
  ];
}

interface Scope {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** All named scopes of a file, for readers that ask about every call: `scopeOf` walks up for each node. */
export interface Scopes {
  readonly names: ReadonlySet<string>;
  at(node: SgNode): string;
}

export function scopesOf(root: SgNode, language: CodeLanguage): Scopes {
  const open: Scope[] = [];
  const scopes: Scope[] = [];
  const kinds = SCOPE_KINDS[language].map((kind) => ({ kind }));
  for (const node of root.findAll({ rule: { any: kinds } })) {
    const name = nameOfScope(node);
    if (name === null) continue;
    const { start, end } = node.range();
    while (open.length > 0 && open.at(-1)!.end <= start.index) open.pop();
    const outer = open.at(-1)?.name ?? '';
    const scope = {
      start: start.index,
      end: end.index,
      name: outer === '' ? name : `${outer}.${name}`,
    };
    open.push(scope);
    scopes.push(scope);
  }
  return {
    names: new Set(scopes.map(({ name }) => name)),
    at: (node) => innermost(scopes, node.range().start.index),
  };
}

/** Scopes are ordered by start, so the last one that holds the place is the innermost. */
function innermost(scopes: readonly Scope[], at: number): string {
  let low = 0;
  let high = scopes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scopes[middle]!.start <= at) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0; i -= 1) if (scopes[i]!.end > at) return scopes[i]!.name;
  return '';
}
