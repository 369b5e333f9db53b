import type { OperationOf } from '../../parsers/migration/operations.ts';
import type { AddedOperation } from './define-migration-rule.ts';
import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

/** Types to which no other type converts without rewriting the table. */
const ALWAYS_REWRITES = new Set(['bigint', 'uuid', 'jsonb', 'biginteger', 'integer(8)']);
/** The same, but tools repeat them when only a default or nullability changes. */
const REWRITES = new Set([
  'integer',
  'smallint',
  'json',
  'boolean',
  'date',
  'double precision',
  'real',
  'bytea',
]);
const REPEATS_TYPE = new Set(['rails', 'knex']);

export default defineMigrationRule({
  id: 'migration/column-type-change',
  wave: 1,
  item: 'database',
  group: 'technical_risks',
  category: 'performance_at_scale',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'outage_on_deploy',
    when: {
      en: 'The database is known to be PostgreSQL, the table is not created by the same change, and the new type is one to which nothing converts without a rewrite (bigint, uuid, jsonb …).',
      vi: 'Biết chắc database là PostgreSQL, bảng không do chính thay đổi này tạo ra, và kiểu mới luôn buộc phải ghi lại cả bảng (bigint, uuid, jsonb …).',
    },
  },
  concerns: /\bTYPE\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Changing `{table}.{column}` to `{type}` rewrites the whole table',
    vi: 'Đổi `{table}.{column}` sang `{type}` phải ghi lại cả bảng',
  },
  impact: {
    en: 'No request can read or write `{table}` until every row and index is written anew, which takes minutes to hours on a large table.',
    vi: 'Không request nào đọc hay ghi được `{table}` cho tới khi ghi lại xong mọi dòng và index, có thể mất vài phút đến vài giờ với bảng lớn.',
  },
  why: {
    en: "ALTER COLUMN … TYPE holds ACCESS EXCLUSIVE while it rewrites the rows, needs the table's size again on disk, and the running version still sends the old type.",
    vi: 'ALTER COLUMN … TYPE giữ ACCESS EXCLUSIVE suốt lúc ghi lại dữ liệu, cần thêm dung lượng đĩa bằng cả bảng, và phiên bản đang chạy vẫn gửi kiểu cũ.',
  },
  fix: {
    en: 'Add a new column of type `{type}`, write both from the application (or a trigger), back-fill in batches, then move the reads.',
    vi: 'Thêm cột mới kiểu `{type}`, ghi cả hai cột từ ứng dụng (hoặc trigger), backfill theo lô, rồi mới chuyển phần đọc.',
  },
  later: {
    en: 'Drop the old column one release after its last reader is gone.',
    vi: 'Xóa cột cũ sau khi đã qua một bản phát hành không còn ai đọc.',
  },
  references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_bigint.sql',
        code: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'db/migrate/20261123101500_bigint.rb',
        code: 'class Bigint < ActiveRecord::Migration[8.0]\n  def change\n    change_column :orders, :user_id, :bigint\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        // Widening a varchar, or lifting its limit, changes the catalogue only.
        path: 'migrations/20261123_text.sql',
        code: 'ALTER TABLE users ALTER COLUMN name TYPE text;\nALTER TABLE users ALTER COLUMN city TYPE varchar(200);\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (id integer);\nALTER TABLE coupons ALTER COLUMN id TYPE bigint;\n',
        facts: { database: 'postgresql' },
      },
      {
        // Rails repeats the type when it changes a default.
        path: 'db/migrate/20261123101500_default.rb',
        code: 'class Default < ActiveRecord::Migration[8.0]\n  def change\n    change_column :orders, :count, :integer, default: 0\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('alter_column_type')) {
      const { table, column, type } = added.operation;
      const certainty = lockCertainty(added);
      if (certainty === null || table === null || column === null || type === null) continue;
      if (!rewrites(added) || change.isOnNewTable(added, table)) continue;
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${column}`,
        values: { table, column, type },
      };
    }
  },
});

function rewrites({
  operation,
  migration,
}: AddedOperation<OperationOf<'alter_column_type'>>): boolean {
  const type = (operation.type ?? '').toLowerCase();
  if (ALWAYS_REWRITES.has(type)) return true;
  return REWRITES.has(type) && (operation.using || !REPEATS_TYPE.has(migration.tool));
}
