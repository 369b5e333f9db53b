import type { OperationOf } from '../../parsers/migration/operations.ts';
import { isSameTable } from '../../parsers/migration/operations.ts';
import type { ChangeMatch } from '../../rule.ts';
import type { AddedOperation, MigrationChange } from './define-migration-rule.ts';
import { defineMigrationRule, placeOf } from './define-migration-rule.ts';

type Destructive = AddedOperation<OperationOf<'drop_table' | 'truncate_table' | 'drop_database'>>;
type Certainty = Pick<ChangeMatch, 'blocks' | 'priority' | 'confidence'>;

const CERTAIN: Certainty = { blocks: true, confidence: 'high' };
const UNSURE: Certainty = { blocks: false, priority: 'high', confidence: 'medium' };

/** A name by which people mark a copy that nobody reads any more. */
const LEFTOVER =
  /(?:^|[_.])(?:old|bak|backup|backups|tmp|temp|deprecated|unused)(?:_\d+)?$|^(?:old|bak|backup|tmp|temp|deprecated)_/u;

export default defineMigrationRule({
  id: 'migration/drop-table',
  wave: 1,
  item: 'rollback',
  group: 'technical_risks',
  category: 'data_loss',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'data_loss',
    when: {
      en: 'A migration that the change adds drops a table, database or non-empty schema, or truncates with CASCADE, and the table is neither created, copied into a new table nor rebuilt by the same change.',
      vi: 'Migration mới trong thay đổi này xóa bảng, database hoặc schema còn dữ liệu, hoặc TRUNCATE … CASCADE, mà bảng đó không được chính thay đổi này tạo ra, chép sang bảng mới hay dựng lại.',
    },
  },
  concerns: /\b(?:DROP|TRUNCATE)\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: '`{statement}` destroys live data',
    vi: '`{statement}` xóa dữ liệu đang dùng',
  },
  impact: {
    en: 'Every request that still needs `{name}` fails from the moment the migration ends, and rolling back the release does not bring the rows back.',
    vi: 'Mọi request còn cần `{name}` sẽ lỗi ngay khi migration chạy xong, và rollback bản phát hành không lấy lại được dữ liệu.',
  },
  why: {
    en: 'The migration runs `{statement}` on the way up. During a rolling deploy the previous version is still running and still reads it; a rollback restores code, not rows.',
    vi: 'Migration chạy `{statement}` ở chiều up. Khi rolling deploy, phiên bản cũ vẫn đang chạy và vẫn đọc dữ liệu này; rollback chỉ khôi phục code, không khôi phục dữ liệu.',
  },
  fix: {
    en: 'Leave `{name}` in place in this change. Remove every read and write of it first and deploy that.',
    vi: 'Giữ nguyên `{name}` trong thay đổi này. Gỡ hết chỗ đọc và ghi trước, rồi deploy phần đó.',
  },
  later: {
    en: 'Drop it one release after the last reader is gone, after a backup whose restore was tried; renaming it first shows what still needs it.',
    vi: 'Chỉ xóa sau khi đã qua một bản phát hành không còn ai đọc, và sau khi đã thử restore từ backup; đổi tên trước sẽ lộ ra chỗ nào còn cần.',
  },
  references: [
    'https://www.postgresql.org/docs/current/sql-droptable.html',
    'https://martinfowler.com/bliki/ParallelChange.html',
  ],
  examples: {
    bad: [
      { path: 'migrations/20261123_drop_users.sql', code: 'DROP TABLE users;\n' },
      {
        path: 'db/migrate/20261123101500_drop_invoices.rb',
        code: 'class DropInvoices < ActiveRecord::Migration[8.0]\n  def change\n    drop_table :invoices\n  end\nend\n',
      },
      {
        path: 'src/main/resources/db/migration/V42__reset_orders.sql',
        code: '-- start over\nTRUNCATE orders CASCADE;\n',
      },
      {
        path: 'shop/migrations/0009_delete_coupon.py',
        code: 'from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.DeleteModel(name="Coupon"),\n    ]\n',
      },
    ],
    good: [
      {
        // The way back of a new table: it has to drop what the way up created.
        path: 'migrations/000012_create_coupons.down.sql',
        code: 'DROP TABLE coupons;\n',
        more: [
          {
            path: 'migrations/000012_create_coupons.up.sql',
            code: 'CREATE TABLE coupons (id bigint PRIMARY KEY);\n',
          },
        ],
      },
      {
        path: 'migrations/20261123_backfill.sql',
        code: 'CREATE TEMP TABLE backfill AS SELECT id FROM orders;\nUPDATE orders SET done = true FROM backfill b WHERE orders.id = b.id;\nDROP TABLE backfill;\n',
      },
      {
        // SQLite cannot alter most things, so tools rebuild the table and keep its rows.
        path: 'prisma/migrations/20261123101500_redefine_user/migration.sql',
        code: 'PRAGMA foreign_keys=OFF;\nCREATE TABLE "new_User" ("id" INTEGER NOT NULL PRIMARY KEY, "email" TEXT NOT NULL);\nINSERT INTO "new_User" ("id", "email") SELECT "id", "email" FROM "User";\nDROP TABLE "User";\nALTER TABLE "new_User" RENAME TO "User";\nPRAGMA foreign_keys=ON;\n',
      },
      {
        path: 'migrations/20261123_audit.sql',
        code: "-- DROP TABLE users; is what this replaces\nINSERT INTO audit (note) VALUES ('DROP TABLE users;');\n",
      },
      {
        path: 'db/structure.sql',
        code: 'DROP TABLE IF EXISTS users;\nCREATE TABLE users (id bigint);\n',
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('drop_table', 'truncate_table', 'drop_database')) {
      const match = matchOf(added, certaintyOf(added, change));
      if (match !== null) yield match;
    }
    for (const edited of change.edited('drop_table', 'drop_database')) {
      const match = matchOf(edited, change.createsTable(nameOf(edited)) ? null : UNSURE);
      if (match !== null) yield match;
    }
  },
});

function matchOf(added: Destructive, certainty: Certainty | null): ChangeMatch | null {
  const name = nameOf(added);
  if (name === null || certainty === null) return null;
  return {
    ...placeOf(added),
    ...certainty,
    anchor: name,
    values: { name, statement: statementOf(added, name) },
  };
}

function nameOf({ operation }: Destructive): string | null {
  return operation.kind === 'drop_database' ? operation.name : operation.table;
}

function statementOf({ operation }: Destructive, name: string): string {
  switch (operation.kind) {
    case 'drop_table':
      return `DROP TABLE ${name}`;
    case 'truncate_table':
      return `TRUNCATE ${name}${operation.cascade ? ' CASCADE' : ''}`;
    case 'drop_database':
      return `DROP ${operation.what.toUpperCase()} ${name}`;
  }
}

/** Null: nothing of value is lost. */
function certaintyOf(added: Destructive, change: MigrationChange): Certainty | null {
  const { operation, order } = added;
  // A schema that still holds something cannot be dropped without CASCADE.
  if (operation.kind === 'drop_database')
    return operation.cascade ? whenUnconditional(added) : null;
  const { table } = operation;
  if (table === null || table.startsWith('pg_temp.')) return null;
  const found = change.creationOf(table, order)?.operation;
  // A temporary table hides one of the same name, but never one that is named with its schema.
  const creation = found?.temporary === true && table.includes('.') ? undefined : found;
  if (creation !== undefined && (creation.temporary || !creation.ifNotExists)) return null;
  if (operation.kind === 'truncate_table' && !operation.cascade) return UNSURE;
  if (isRebuilt(table, added, change)) return null;
  const hedged =
    creation !== undefined || isCopied(table, order, change) || isRecreated(table, added, change);
  return hedged || isLeftover(table, order, change) ? UNSURE : whenUnconditional(added);
}

function whenUnconditional({ operation }: Destructive): Certainty {
  return operation.conditional ? UNSURE : CERTAIN;
}

/** Its rows go into a new table that afterwards takes its name. */
function isRebuilt(table: string, { order, path }: Destructive, change: MigrationChange): boolean {
  const renamed = change
    .of('rename_table')
    .find(
      (rename) =>
        rename.path === path && rename.order > order && isSameTable(rename.operation.to, table),
    );
  return (
    renamed !== undefined &&
    copiesOf(table, order, change).some((into) => isSameTable(into, renamed.operation.table))
  );
}

/** Its rows go into a table that this change creates; whether all of them do, nobody can tell. */
function isCopied(table: string, order: number, change: MigrationChange): boolean {
  return copiesOf(table, order, change).some((into) => change.createsTable(into));
}

function copiesOf(table: string, before: number, change: MigrationChange): (string | null)[] {
  return change
    .of('copy_rows')
    .filter(
      (copy) => copy.order < before && copy.operation.from.some((from) => isSameTable(from, table)),
    )
    .map(({ operation }) => operation.into);
}

/** `DROP TABLE IF EXISTS x; CREATE TABLE x` is how many first migrations begin. */
function isRecreated(
  table: string,
  { order, path }: Destructive,
  change: MigrationChange,
): boolean {
  return change
    .of('create_table')
    .some(
      (created) =>
        created.path === path &&
        created.order > order &&
        isSameTable(created.operation.table, table),
    );
}

/** Named as a leftover, and not by this very change. */
function isLeftover(table: string, order: number, change: MigrationChange): boolean {
  const renamedHere = change
    .of('rename_table')
    .some((rename) => rename.order < order && isSameTable(rename.operation.to, table));
  return LEFTOVER.test(table) && !renamedHere;
}
