import type { RepositoryFacts } from '../../facts/repository-facts.ts';
import { MIGRATION_FILES, migrationParser } from '../../parsers/migration/migration.ts';
import type {
  Migration,
  MigrationOperation,
  OperationKind,
  OperationOf,
} from '../../parsers/migration/operations.ts';
import { isSameTable } from '../../parsers/migration/operations.ts';
import type { ChangeMatch, ChangeRule, Collected, RuleContext } from '../../rule.ts';
import { defineChangeRule } from '../../rule.ts';
import { ParseFailure } from '../../source-file.ts';
import type { SourceFile } from '../../source-file.ts';
import { firstTouched } from '../../touched-lines.ts';

/** A migration as a fact: plain data, without what could not be parsed. */
export type MigrationFact = Omit<Migration, 'unparsed'>;

/** Whether how PostgreSQL locks tables matters to an operation. */
export type LockDialect = 'postgresql' | 'unknown' | 'other';

/** An operation that runs because of this change. */
export interface AddedOperation<O extends MigrationOperation = MigrationOperation> {
  readonly path: string;
  readonly operation: O;
  readonly migration: MigrationFact;
  readonly database: LockDialect;
  /** Position among all added operations, in the order in which the migrations run. */
  readonly order: number;
}

const BY_VERSION = new Intl.Collator('en', { numeric: true });

/** What the migrations of one change do, in the order of their paths. */
export class MigrationChange {
  readonly #added: readonly AddedOperation[];
  readonly #edited: readonly AddedOperation[];

  constructor(head: readonly Collected<MigrationFact>[], context: RuleContext) {
    let order = 0;
    // Numbers in names count as numbers: `9_a` runs before `10_b`.
    const inOrder = head.toSorted((a, b) => BY_VERSION.compare(a.path, b.path));
    const both = inOrder.flatMap((collected) =>
      touchedOperations(collected).map((operation) => ({
        isNew: runsBecauseOfChange(collected),
        added: {
          path: collected.path,
          operation,
          migration: collected.fact,
          database: lockDialectOf(collected.fact, context.facts.database),
          order: (order += 1),
        },
      })),
    );
    this.#added = both.filter(({ isNew }) => isNew).map(({ added }) => added);
    this.#edited = both.filter(({ isNew }) => !isNew).map(({ added }) => added);
  }

  all(): readonly AddedOperation[] {
    return this.#added;
  }

  of<K extends OperationKind>(...kinds: readonly K[]): readonly AddedOperation<OperationOf<K>>[] {
    return this.#added.filter((added) => isOfKind(added, kinds));
  }

  /** In a migration that stood at the merge base: it may have run already, with another text. */
  edited<K extends OperationKind>(
    ...kinds: readonly K[]
  ): readonly AddedOperation<OperationOf<K>>[] {
    return this.#edited.filter((added) => isOfKind(added, kinds));
  }

  /**
   * The change itself creates the table on which the operation works: earlier in the same file, or in
   * another file, because names of files do not always tell the order in which they run.
   */
  isOnNewTable({ path, order }: AddedOperation, table: string | null): boolean {
    const created = this.of('create_table').some(
      (other) =>
        isSameTable(other.operation.table, table) && (other.path !== path || other.order < order),
    );
    return created || this.creationOf(table, order) !== null;
  }

  /** The change creates a table of this name, somewhere. */
  createsTable(table: string | null): boolean {
    return this.of('create_table').some(({ operation }) => isSameTable(operation.table, table));
  }

  /** The creation of the table before a position, following renames back. */
  creationOf(
    table: string | null,
    before: number,
  ): AddedOperation<OperationOf<'create_table'>> | null {
    const created = this.of('create_table').find(
      ({ operation, order }) => order < before && isSameTable(operation.table, table),
    );
    if (created !== undefined) return created;
    const renamed = this.of('rename_table').findLast(
      ({ operation, order }) => order < before && isSameTable(operation.to, table),
    );
    return renamed === undefined ? null : this.creationOf(renamed.operation.table, renamed.order);
  }
}

function isOfKind<K extends OperationKind>(
  added: AddedOperation,
  kinds: readonly K[],
): added is AddedOperation<OperationOf<K>> {
  return (kinds as readonly OperationKind[]).includes(added.operation.kind);
}

/** All of an added file; elsewhere only what stands on lines that the change adds. */
function touchedOperations({
  status,
  changedLines,
  fact,
}: Collected<MigrationFact>): readonly MigrationOperation[] {
  if (status === 'added') return fact.operations;
  return fact.operations.filter(({ statement }) => firstTouched(changedLines, statement) !== null);
}

/** A renamed migration is a new one to its tool; a repeatable or growing one runs what is new in it. */
function runsBecauseOfChange({ status, fact }: Collected<MigrationFact>): boolean {
  return status !== 'modified' || fact.runs !== 'once';
}

function lockDialectOf(
  migration: MigrationFact,
  database: RepositoryFacts['database'],
): LockDialect {
  if (migration.dialect === 'postgresql') return 'postgresql';
  if (migration.dialect !== 'unknown') return 'other';
  if (database === 'postgresql' || database === 'unknown') return database;
  return 'other';
}

type RuleTexts = Omit<
  ChangeRule<MigrationFact>,
  'scope' | 'files' | 'surfaces' | 'collect' | 'decide'
>;

export interface MigrationRule extends RuleTexts {
  readonly surfaces?: readonly string[];
  /** A statement that nobody could parse leaves a gap in this rule only when its text matches. */
  readonly concerns: RegExp;
  judge(change: MigrationChange, context: RuleContext): Iterable<ChangeMatch>;
}

export const SURFACES = [
  'SQL',
  'Rails',
  'Django',
  'Alembic',
  'Knex',
  'TypeORM',
  'MikroORM',
  'Sequelize',
];

/** A rule over the operations that the change's migrations run. Ways back and other SQL never reach it. */
export function defineMigrationRule({
  concerns,
  judge,
  ...meta
}: MigrationRule): ChangeRule<MigrationFact> {
  return defineChangeRule<MigrationFact>({
    surfaces: SURFACES,
    ...meta,
    files: MIGRATION_FILES,
    collect: (file, context) => collectMigration(file, context, concerns),
    decide: ({ head }, context) => judge(new MigrationChange(head, context), context),
  });
}

/** Facts first, then the gap: what was understood is not lost because of what was not. */
export function* collectMigration(
  file: SourceFile,
  { facts }: RuleContext,
  concerns: RegExp,
): Iterable<MigrationFact> {
  const migration = file.parse(migrationParser);
  if (migration === null) return;
  const { unparsed, ...fact } = migration;
  yield fact;
  if (facts.database === 'mysql' || facts.database === 'sqlite') return;
  const gap = unparsed.find(({ text }) => concerns.test(text));
  if (gap !== undefined)
    throw new ParseFailure(`line ${gap.line} is no SQL that PostgreSQL accepts: ${gap.reason}`);
}

/** The place of an added operation. */
export function placeOf({
  path,
  operation,
}: AddedOperation): Pick<ChangeMatch, 'path' | 'side' | 'line' | 'endLine' | 'span'> {
  const { line, endLine, statement } = operation;
  return { path, side: 'head', line, endLine, span: statement };
}

/**
 * How sure a lock rule is: it blocks where the database is known to be PostgreSQL and the operation runs
 * unconditionally; where the database is not known it says so quietly. Null: no such lock there.
 */
export function lockCertainty({
  database,
  operation,
}: AddedOperation): Pick<ChangeMatch, 'blocks' | 'priority' | 'confidence'> | null {
  if (database === 'other') return null;
  if (database === 'unknown') return { blocks: false, priority: 'medium', confidence: 'low' };
  if (operation.conditional) return { blocks: false, confidence: 'medium' };
  return { blocks: true, confidence: 'high' };
}
