import type { Node, RangeVar, TypeName } from 'libpg-query';
import { PLACEHOLDER } from '../sql.ts';

/** A table's name without `public.`; null when a placeholder is part of it. */
export function tableOf(relation: RangeVar | undefined): string | null {
  return qualified(relation?.schemaname, relation?.relname);
}

/** A list such as `a.b` in a DROP statement. */
export function nameOfList(node: Node): string | null {
  const parts = stringsOf('List' in node ? node.List.items : [node]);
  return qualified(parts.at(-2), parts.at(-1));
}

export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

export function known(name: string | undefined): string | null {
  return name === undefined || name === '' || name.includes(PLACEHOLDER) ? null : name;
}

function qualified(schema: string | undefined, name: string | undefined): string | null {
  const table = known(name);
  if (table === null) return null;
  if (schema === undefined || schema === '' || schema === 'public') return table;
  const prefix = known(schema);
  return prefix === null ? table : `${prefix}.${table}`;
}

const CANONICAL: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'char',
};

/** `varchar(10)`, `bigint`, `text[]`; null for a type that a placeholder names. */
export function typeNameOf(type: TypeName | undefined): string | null {
  const name = known(stringsOf(type?.names).at(-1));
  if (name === null) return null;
  const modifiers = (type?.typmods ?? []).map(integerOf);
  const suffix = modifiers.length === 0 ? '' : `(${modifiers.join(',')})`;
  return `${CANONICAL[name] ?? name}${suffix}${'[]'.repeat(type?.arrayBounds?.length ?? 0)}`;
}

function integerOf(node: Node): string {
  return 'A_Const' in node ? String(node.A_Const.ival?.ival ?? 0) : '?';
}
