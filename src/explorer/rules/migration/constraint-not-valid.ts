import type { OperationOf } from '../../parsers/migration/operations.ts';
import { isSameTable } from '../../parsers/migration/operations.ts';
import type { AddedOperation, MigrationChange } from './define-migration-rule.ts';
import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/constraint-not-valid',
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
      en: 'The database is known to be PostgreSQL, the table is not created by the same change, and the foreign key or check is added without NOT VALID or validated in the transaction that adds it.',
      vi: 'Biết chắc database là PostgreSQL, bảng không do chính thay đổi này tạo ra, và foreign key hoặc CHECK được thêm mà không có NOT VALID, hoặc được VALIDATE trong chính transaction thêm nó.',
    },
  },
  concerns: /\bCONSTRAINT\b|\bCHECK\b|\bFOREIGN\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Constraint `{name}` is checked while `{table}` is locked',
    vi: 'Ràng buộc `{name}` được kiểm tra trong lúc `{table}` bị khóa',
  },
  impact: {
    en: 'Writes to `{table}` (for a check also reads) wait until every row has been checked, and requests time out; one row that breaks the rule fails the deploy.',
    vi: 'Thao tác ghi vào `{table}` (với CHECK thì cả đọc) phải chờ kiểm tra xong mọi dòng và request bị timeout; chỉ cần một dòng vi phạm là deploy lỗi.',
  },
  why: {
    en: 'Without NOT VALID, ADD CONSTRAINT scans all rows under its lock; a foreign key locks the table that it refers to as well. Validating in the same transaction keeps the lock just as long.',
    vi: 'Không có NOT VALID, ADD CONSTRAINT quét mọi dòng trong lúc giữ lock; foreign key còn khóa cả bảng được tham chiếu. VALIDATE trong cùng transaction thì lock cũng bị giữ lâu như vậy.',
  },
  fix: {
    en: 'Add the constraint with `NOT VALID` (Rails: `validate: false`; Django: `AddConstraintNotValid`; Alembic: `postgresql_not_valid=True`) and run `ALTER TABLE {table} VALIDATE CONSTRAINT {name}` in a later migration.',
    vi: 'Thêm ràng buộc với `NOT VALID` (Rails: `validate: false`; Django: `AddConstraintNotValid`; Alembic: `postgresql_not_valid=True`), rồi chạy `ALTER TABLE {table} VALIDATE CONSTRAINT {name}` ở migration sau.',
  },
  later: {
    en: 'Set a `lock_timeout` for migrations, so that a lock that is not granted at once fails the deploy instead of the site.',
    vi: 'Đặt `lock_timeout` cho migration, để khi không lấy được lock thì deploy lỗi chứ không phải cả hệ thống.',
  },
  references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_fk.sql',
        code: 'ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id);\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_check.sql',
        code: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total;\nCOMMIT;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'db/migrate/20261123101500_fk.rb',
        code: 'class Fk < ActiveRecord::Migration[8.0]\n  def change\n    add_foreign_key :orders, :users\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        path: 'migrations/20261123_fk.sql',
        code: 'ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (id bigint, order_id bigint);\nALTER TABLE coupons ADD CONSTRAINT coupons_order_fk FOREIGN KEY (order_id) REFERENCES orders (id);\n',
        facts: { database: 'postgresql' },
      },
      {
        // Validated without holding the lock under which it was added.
        path: 'migrations/20261123_2_validate.sql',
        code: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total;\n',
        more: [
          {
            path: 'migrations/20261123_1_check.sql',
            code: 'ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;\n',
          },
        ],
        facts: { database: 'postgresql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('add_constraint')) {
      const { table, name, constraint, notValid } = added.operation;
      const certainty = lockCertainty(added);
      if (certainty === null || table === null || change.isOnNewTable(added, table)) continue;
      if (constraint !== 'foreign_key' && constraint !== 'check') continue;
      if (notValid && !isValidatedAtOnce(added, change)) continue;
      const shown = name ?? (constraint === 'check' ? 'CHECK' : 'FOREIGN KEY');
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${shown}`,
        values: { table, name: shown },
      };
    }
  },
});

function isValidatedAtOnce(
  { operation, path }: AddedOperation<OperationOf<'add_constraint'>>,
  change: MigrationChange,
): boolean {
  if (operation.transactional !== 'yes' || operation.name === null) return false;
  return change
    .of('validate_constraint')
    .some(
      (other) =>
        other.path === path &&
        other.operation.transactional === 'yes' &&
        other.operation.name === operation.name &&
        isSameTable(other.operation.table, operation.table),
    );
}
