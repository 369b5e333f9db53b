import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint } from 'libpg-query';
import type { ConstraintKind, OperationDetail } from './operations.ts';
import { constraintsOf, defaultOf } from './sql-defaults.ts';
import { known, stringsOf, tableOf, typeNameOf } from './sql-names.ts';

/** An operation, and a name near which it stands inside its statement. */
export interface NamedOperation {
  readonly detail: OperationDetail;
  readonly near: string | null;
}

const CONSTRAINT_KINDS: Partial<Record<NonNullable<Constraint['contype']>, ConstraintKind>> = {
  CONSTR_FOREIGN: 'foreign_key',
  CONSTR_CHECK: 'check',
  CONSTR_UNIQUE: 'unique',
  CONSTR_PRIMARY: 'primary_key',
  CONSTR_EXCLUSION: 'exclusion',
};

/** The commands of one ALTER TABLE, in the order in which they are written. */
export function alterTableOperations(statement: AlterTableStmt): readonly NamedOperation[] {
  const table = tableOf(statement.relation);
  return (statement.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? commandOperations(table, node.AlterTableCmd) : [],
  );
}

function commandOperations(
  table: string | null,
  command: AlterTableCmd,
): readonly NamedOperation[] {
  const column = known(command.name);
  const named = (detail: OperationDetail, near = command.name ?? null): NamedOperation[] => [
    { detail, near },
  ];
  const { def } = command;
  switch (command.subtype) {
    case 'AT_AddColumn':
      return def !== undefined && 'ColumnDef' in def ? addColumn(table, def.ColumnDef) : [];
    case 'AT_DropColumn':
      return named({ kind: 'drop_column', table, column });
    case 'AT_SetNotNull':
      return named({ kind: 'set_not_null', table, column });
    case 'AT_DropConstraint':
      return named({ kind: 'drop_constraint', table, name: column });
    case 'AT_ValidateConstraint':
      return named({ kind: 'validate_constraint', table, name: column });
    case 'AT_AlterColumnType':
      return def !== undefined && 'ColumnDef' in def
        ? named({
            kind: 'alter_column_type',
            table,
            column,
            type: typeNameOf(def.ColumnDef.typeName),
            using: def.ColumnDef.raw_default !== undefined,
          })
        : [];
    case 'AT_AddConstraint':
      return def !== undefined && 'Constraint' in def
        ? addConstraint(table, def.Constraint).flatMap((detail) =>
            named(detail, def.Constraint.conname ?? null),
          )
        : [];
    default:
      return [];
  }
}

function addColumn(table: string | null, column: ColumnDef): readonly NamedOperation[] {
  const near = column.colname ?? null;
  const constraints = constraintsOf(column);
  const isPrimary = constraints.some(({ contype }) => contype === 'CONSTR_PRIMARY');
  const added: OperationDetail = {
    kind: 'add_column',
    table,
    column: known(column.colname),
    notNull: isPrimary || constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
    default: defaultOf(column),
  };
  // A foreign key or check on a new column meets only nulls or one value: PostgreSQL still locks, briefly.
  return [{ detail: added, near }];
}

function addConstraint(table: string | null, constraint: Constraint): readonly OperationDetail[] {
  const kind = constraint.contype === undefined ? undefined : CONSTRAINT_KINDS[constraint.contype];
  if (kind === undefined) return [];
  return [
    {
      kind: 'add_constraint',
      table,
      name: known(constraint.conname),
      constraint: kind,
      notValid: constraint.skip_validation === true || constraint.is_enforced === false,
      usingIndex: constraint.indexname !== undefined,
      notNullColumn: kind === 'check' ? notNullColumnOf(constraint) : null,
    },
  ];
}

/** The column of `CHECK (column IS NOT NULL)`, which lets a later SET NOT NULL skip its scan. */
function notNullColumnOf({ raw_expr: expression }: Constraint): string | null {
  if (expression === undefined || !('NullTest' in expression)) return null;
  const { arg, nulltesttype } = expression.NullTest;
  if (nulltesttype !== 'IS_NOT_NULL' || arg === undefined || !('ColumnRef' in arg)) return null;
  return known(stringsOf(arg.ColumnRef.fields).at(-1));
}
