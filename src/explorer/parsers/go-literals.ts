import type { SgNode } from '@ast-grep/napi';
import type { LineRange } from '../rule.ts';
import { type CallsOfFile, linesOf, nodesOfKind } from './code-calls.ts';

export interface GoLiteral extends LineRange {
  readonly node: SgNode;
  /** Names of the fields that the literal sets. */
  readonly fields: ReadonlyMap<string, string>;
  /** The variable or field that the literal is assigned to; null when it is passed on directly. */
  readonly assignedTo: string | null;
}

/** Composite literals of one type of a package, e.g. `http.Server` of `net/http`, under any import alias. */
export function goLiterals(calls: CallsOfFile, type: string): GoLiteral[] {
  return nodesOfKind(calls.root, ['composite_literal'])
    .filter((node) => calls.imports.resolve(node.field('type')?.text() ?? '') === type)
    .map((node) => ({
      node,
      ...linesOf(node),
      fields: fieldsOf(node),
      assignedTo: targetOf(node),
    }));
}

function fieldsOf(node: SgNode): Map<string, string> {
  const fields = new Map<string, string>();
  for (const element of node.field('body')?.namedChildren() ?? []) {
    if (element.kind() !== 'keyed_element') continue;
    const [key, value] = element.namedChildren();
    fields.set(key?.text() ?? '', value?.text() ?? '');
  }
  return fields;
}

function targetOf(node: SgNode): string | null {
  for (const ancestor of node.ancestors()) {
    const kind = String(ancestor.kind());
    if (kind === 'short_var_declaration' || kind === 'assignment_statement')
      return ancestor.field('left')?.text() ?? null;
    if (kind === 'var_spec') return ancestor.field('name')?.text() ?? null;
    if (kind === 'block' || kind === 'argument_list') return null;
  }
  return null;
}

/** Whether the file sets the field on that variable after its construction. */
export function isFieldSetLater(text: string, variable: string | null, field: string): boolean {
  if (variable === null || !/^[\w.]+$/u.test(variable)) return false;
  const name = variable.split('.').at(-1) ?? variable;
  return new RegExp(`\\b${name}\\.${field}\\s*=[^=]`, 'u').test(text);
}

/**
 * `http.Client{…}` that never limits an exchange. Deadlines on contexts and limits on the transport count
 * wherever the file sets them.
 */
export function clientLiteralsWithoutTimeout(text: string, calls: CallsOfFile): GoLiteral[] {
  if (/context\.With(?:Timeout|Deadline)|ResponseHeaderTimeout/u.test(text)) return [];
  return goLiterals(calls, 'net/http.Client').filter(
    ({ fields, assignedTo }) =>
      !fields.has('Timeout') && !isFieldSetLater(text, assignedTo, 'Timeout'),
  );
}
