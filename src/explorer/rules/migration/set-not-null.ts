import type { OperationOf } from '../../parsers/migration/operations.ts';
import { isSameTable } from '../../parsers/migration/operations.ts';
import type { AddedOperation, MigrationChange } from './define-migration-rule.ts';
import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/set-not-null',
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
      en: 'The database is known to be PostgreSQL, the table is not created by the same change, and nothing in the change points to a validated CHECK on the column.',
      vi: 'Biết chắc database là PostgreSQL, bảng không do chính thay đổi này tạo ra, và không có dấu hiệu nào về một CHECK đã VALIDATE trên cột.',
    },
  },
  concerns: /\bNOT\s+NULL\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'SET NOT NULL on `{table}.{column}` locks the table while it is scanned',
    vi: 'SET NOT NULL trên `{table}.{column}` khóa cả bảng trong lúc quét',
  },
  impact: {
    en: 'No request can read or write `{table}` until every row has been looked at; on a large table they time out.',
    vi: 'Không request nào đọc hay ghi được `{table}` cho tới khi quét xong mọi dòng; bảng lớn thì sẽ timeout.',
  },
  why: {
    en: 'PostgreSQL holds ACCESS EXCLUSIVE on `{table}` during a full scan, unless a validated CHECK already proves that `{column}` has no nulls. One null row, and the migration fails.',
    vi: 'PostgreSQL giữ ACCESS EXCLUSIVE trên `{table}` suốt lúc quét toàn bảng, trừ khi đã có CHECK được VALIDATE chứng minh `{column}` không có NULL. Chỉ cần một dòng NULL là migration lỗi.',
  },
  fix: {
    en: 'Add `CHECK ({column} IS NOT NULL) NOT VALID` in one migration and `VALIDATE CONSTRAINT` in the next; then SET NOT NULL needs no scan, and the CHECK can go.',
    vi: 'Thêm `CHECK ({column} IS NOT NULL) NOT VALID` ở một migration, `VALIDATE CONSTRAINT` ở migration sau; khi đó SET NOT NULL không phải quét nữa và có thể bỏ CHECK.',
  },
  later: {
    en: 'Set a `lock_timeout` for migrations, so that a lock that is not granted at once fails the deploy instead of the site.',
    vi: 'Đặt `lock_timeout` cho migration, để khi không lấy được lock thì deploy lỗi chứ không phải cả hệ thống.',
  },
  references: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
  ],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_email.sql',
        code: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'db/migrate/20261123101500_require_email.rb',
        code: 'class RequireEmail < ActiveRecord::Migration[8.0]\n  def change\n    change_column_null :users, :email, false\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        path: 'migrations/20261123_email.sql',
        code: 'ALTER TABLE users VALIDATE CONSTRAINT users_email_present;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_email_present;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (id bigint, code text);\nALTER TABLE coupons ALTER COLUMN code SET NOT NULL;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'db/migrate/20261123101500_allow_missing_email.rb',
        code: 'class AllowMissingEmail < ActiveRecord::Migration[8.0]\n  def change\n    change_column_null :users, :email, true\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('set_not_null')) {
      const { table, column } = added.operation;
      const certainty = lockCertainty(added);
      if (
        certainty === null ||
        table === null ||
        column === null ||
        change.isOnNewTable(added, table)
      )
        continue;
      if (isProven(added, change)) continue;
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${column}`,
        values: { table, column },
      };
    }
  },
});

/**
 * A CHECK that this change validates, or that it drops because NOT NULL replaces it, spares the scan. The
 * expression may stand in an older migration, so its column is not asked for.
 */
function isProven(
  { operation, order }: AddedOperation<OperationOf<'set_not_null'>>,
  change: MigrationChange,
): boolean {
  return change
    .of('validate_constraint', 'drop_constraint')
    .some(
      (other) =>
        isSameTable(other.operation.table, operation.table) &&
        (other.operation.kind === 'validate_constraint'
          ? other.order < order
          : other.order > order),
    );
}
