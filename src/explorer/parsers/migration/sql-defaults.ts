import type { ColumnDef, Constraint, Node } from 'libpg-query';
import type { ColumnDefault } from './operations.ts';
import { stringsOf } from './sql-names.ts';

/** Evaluated once for the statement, so that PostgreSQL 11 and later store one value for all rows. */
const ONCE_PER_STATEMENT = new Set([
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'current_user',
  'current_database',
  'current_schema',
  'timezone',
  'to_timestamp',
  'date_trunc',
  'make_date',
  'make_interval',
  'jsonb_build_object',
  'json_build_object',
  'jsonb_build_array',
  'json_build_array',
  'to_jsonb',
  'concat',
  'coalesce',
  'lower',
  'upper',
  'md5',
  'array_fill',
  'decode',
  'length',
]);

/** Evaluated for every row, which rewrites the table. */
const ONCE_PER_ROW = new Set([
  'random',
  'gen_random_uuid',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'uuidv4',
  'uuidv7',
  'clock_timestamp',
  'timeofday',
  'nextval',
  'setval',
  'gen_random_bytes',
  'txid_current',
  'pg_current_xact_id',
  'generate_ulid',
  'uuid_generate_v7',
  'gen_ulid',
]);

const SERIAL = /^(?:big|small)?serial[248]?$/u;

/** What the column's rows are filled with when it is added. */
export function defaultOf(column: ColumnDef): ColumnDefault {
  const type = stringsOf(column.typeName?.names).at(-1) ?? '';
  if (SERIAL.test(type)) return 'volatile';
  for (const constraint of constraintsOf(column)) {
    if (constraint.contype === 'CONSTR_IDENTITY') return 'identity';
    if (constraint.contype === 'CONSTR_GENERATED')
      return constraint.generated_kind === 'v' ? 'constant' : 'stored';
    if (constraint.contype === 'CONSTR_DEFAULT') return volatilityOf(constraint.raw_expr);
  }
  return 'none';
}

export function constraintsOf(column: ColumnDef): readonly Constraint[] {
  return (column.constraints ?? []).flatMap((node) =>
    'Constraint' in node ? [node.Constraint] : [],
  );
}

function volatilityOf(expression: Node | undefined): ColumnDefault {
  if (expression === undefined) return 'unknown';
  if ('A_Const' in expression) return expression.A_Const.isnull === true ? 'none' : 'constant';
  if ('SQLValueFunction' in expression) return 'constant';
  if ('TypeCast' in expression) return volatilityOf(expression.TypeCast.arg);
  if ('A_ArrayExpr' in expression) return worstOf(expression.A_ArrayExpr.elements);
  if ('CoalesceExpr' in expression) return worstOf(expression.CoalesceExpr.args);
  if ('A_Expr' in expression)
    return worstOf(
      [expression.A_Expr.lexpr, expression.A_Expr.rexpr].filter((side) => side !== undefined),
    );
  if (!('FuncCall' in expression)) return 'unknown';
  const name = stringsOf(expression.FuncCall.funcname).at(-1) ?? '';
  if (ONCE_PER_ROW.has(name)) return 'volatile';
  return ONCE_PER_STATEMENT.has(name) ? worstOf(expression.FuncCall.args) : 'unknown';
}

function worstOf(nodes: readonly Node[] | undefined): ColumnDefault {
  const parts = (nodes ?? []).map(volatilityOf);
  if (parts.includes('volatile')) return 'volatile';
  return parts.includes('unknown') ? 'unknown' : 'constant';
}
