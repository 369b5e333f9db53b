import type { LineRange } from '../../rule.ts';

/** Who runs the file, as far as path and text tell. `sql` is a plain file under a migrations folder. */
export type MigrationTool =
  | 'sql'
  | 'flyway'
  | 'liquibase'
  | 'golang-migrate'
  | 'goose'
  | 'dbmate'
  | 'sql-migrate'
  | 'diesel'
  | 'prisma'
  | 'sqlx'
  | 'drizzle'
  | 'supabase'
  | 'node-pg-migrate'
  | 'rails'
  | 'django'
  | 'alembic'
  | 'knex'
  | 'typeorm'
  | 'mikro-orm'
  | 'sequelize';

/** The dialect that the file itself proves; `unknown` leaves the word to the repository's facts. */
export type Dialect = 'postgresql' | 'mysql' | 'sqlite' | 'other' | 'unknown';

/** Whether the tool runs the operation inside a transaction; `unknown` never makes a finding. */
export type Transactional = 'yes' | 'no' | 'unknown';

/**
 * What a new column is filled with. `constant` and `none` leave the rows alone, `volatile` and
 * `stored` (a stored generated column) rewrite them; `unknown` is an expression that we do not know.
 */
export type ColumnDefault = 'none' | 'constant' | 'volatile' | 'stored' | 'identity' | 'unknown';

export type ConstraintKind = 'foreign_key' | 'check' | 'unique' | 'primary_key' | 'exclusion';

/**
 * One step of a migration. Names are folded as PostgreSQL folds them, without the `public.` schema;
 * null is a name that only the running migration knows.
 */
export type OperationDetail =
  | {
      readonly kind: 'create_table';
      readonly table: string | null;
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
    }
  | { readonly kind: 'drop_table'; readonly table: string | null; readonly cascade: boolean }
  | { readonly kind: 'truncate_table'; readonly table: string | null; readonly cascade: boolean }
  | {
      readonly kind: 'drop_database';
      readonly name: string;
      readonly what: 'database' | 'schema';
      readonly cascade: boolean;
    }
  | { readonly kind: 'rename_table'; readonly table: string | null; readonly to: string | null }
  | { readonly kind: 'create_view'; readonly view: string }
  | {
      readonly kind: 'add_column';
      readonly table: string | null;
      readonly column: string | null;
      readonly notNull: boolean;
      readonly default: ColumnDefault;
    }
  | { readonly kind: 'drop_column'; readonly table: string | null; readonly column: string | null }
  | {
      readonly kind: 'rename_column';
      readonly table: string | null;
      readonly column: string | null;
      readonly to: string | null;
    }
  | {
      readonly kind: 'alter_column_type';
      readonly table: string | null;
      readonly column: string | null;
      /** Canonical type name with its modifiers, e.g. `varchar(10)`, `bigint`. */
      readonly type: string | null;
      readonly using: boolean;
    }
  | { readonly kind: 'set_not_null'; readonly table: string | null; readonly column: string | null }
  | {
      readonly kind: 'create_index';
      readonly table: string | null;
      readonly index: string | null;
      readonly concurrently: boolean;
      readonly unique: boolean;
    }
  | { readonly kind: 'drop_index'; readonly index: string | null; readonly concurrently: boolean }
  | {
      readonly kind: 'add_constraint';
      readonly table: string | null;
      readonly name: string | null;
      readonly constraint: ConstraintKind;
      readonly notValid: boolean;
      readonly usingIndex: boolean;
      /** The column of a check that is exactly `column IS NOT NULL`. */
      readonly notNullColumn: string | null;
    }
  | {
      readonly kind: 'drop_constraint';
      readonly table: string | null;
      readonly name: string | null;
    }
  | {
      readonly kind: 'validate_constraint';
      readonly table: string | null;
      readonly name: string | null;
    }
  | { readonly kind: 'copy_rows'; readonly from: readonly string[]; readonly into: string | null }
  | {
      readonly kind: 'update_rows' | 'delete_rows';
      readonly table: string | null;
      readonly where: 'none' | 'some';
    };

export type OperationKind = OperationDetail['kind'];

/** Where an operation stands and what surrounds it. Lines are 1-based and inclusive. */
export interface OperationContext extends LineRange {
  /** The whole statement or call that the operation is part of. */
  readonly statement: LineRange;
  /** Runs only when a condition of the migration itself holds: nothing certain can be said. */
  readonly conditional: boolean;
  readonly transactional: Transactional;
}

export type MigrationOperation = OperationDetail & OperationContext;

export type OperationOf<K extends OperationKind> = Extract<
  MigrationOperation,
  { readonly kind: K }
>;

/** How the way back looks. `elsewhere`: in a file of its own. `none`: the tool knows no way back. */
export type DownPart =
  | 'present'
  | 'empty'
  | 'absent'
  | 'raises'
  | 'automatic'
  | 'elsewhere'
  | 'none';

/** One changeset of a file to which later ones are appended (Liquibase). */
export interface Changeset {
  readonly id: string;
  readonly digest: string;
  /** Editing it is allowed by the tool itself (`runOnChange`, `validCheckSum`). */
  readonly editable: boolean;
  readonly line: number;
}

/** A statement that neither the PostgreSQL parser nor another dialect explains. */
export interface Unparsed {
  readonly line: number;
  readonly reason: string;
  /** The statement's start, without comments: rules ask it whether it could concern them. */
  readonly text: string;
}

/** A migration file: what it does on the way up, in order, and what it says about the way back. */
export interface Migration {
  readonly tool: MigrationTool;
  readonly dialect: Dialect;
  /** The file holds only the way back. */
  readonly downOnly: boolean;
  /** `repeatable`: runs again when it changes; `appended`: grows; `once`: runs once. */
  readonly runs: 'once' | 'repeatable' | 'appended';
  readonly operations: readonly MigrationOperation[];
  readonly down: DownPart;
  /** Line on which the way back is missing, empty or refused. */
  readonly downLine: number;
  /** Digest of what the file does on the way up; changes when the tool or a person would call it another one. */
  readonly digest: string;
  readonly changesets: readonly Changeset[];
  readonly unparsed: readonly Unparsed[];
}

/** Whether two names can mean one table: a name without schema matches the same name in any. */
export function isSameTable(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return false;
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  if (left === right) return true;
  if (left.includes('.') && right.includes('.')) return false;
  return left.slice(left.lastIndexOf('.') + 1) === right.slice(right.lastIndexOf('.') + 1);
}
