import type { OperationOf } from '../../parsers/migration/operations.ts';
import { isSameTable } from '../../parsers/migration/operations.ts';
import type { AddedOperation, MigrationChange } from './define-migration-rule.ts';
import { defineMigrationRule, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/rename',
  wave: 1,
  item: 'rollback',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'outage_on_deploy',
    when: {
      en: 'A table or column that existed before the change gets another name, and no view keeps the old one.',
      vi: 'Bảng hoặc cột đã có từ trước bị đổi tên, và không có view nào giữ tên cũ.',
    },
  },
  concerns: /\bRENAME\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: '`{old}` is renamed to `{new}` while the old name is in use',
    vi: '`{old}` đổi tên thành `{new}` khi tên cũ vẫn đang được dùng',
  },
  impact: {
    en: 'From the moment of the rename every request of the running version that uses `{old}` fails, until the last old instance is gone; a rollback of the code fails the same way.',
    vi: 'Ngay khi đổi tên, mọi request của phiên bản đang chạy dùng `{old}` sẽ lỗi cho tới khi instance cũ cuối cùng tắt; rollback code cũng lỗi y như vậy.',
  },
  why: {
    en: 'A rename takes effect at once and for everybody, while a rolling deploy runs both versions at the same time. No version of the code works with both names.',
    vi: 'Đổi tên có hiệu lực ngay với tất cả, trong khi rolling deploy chạy song song hai phiên bản. Không phiên bản code nào chạy được với cả hai tên.',
  },
  fix: {
    en: 'Add `{new}` beside `{old}`, write both, back-fill, then move the reads. For a table, rename it and leave a view called `{old}` in the same migration.',
    vi: 'Thêm `{new}` bên cạnh `{old}`, ghi cả hai, backfill, rồi mới chuyển phần đọc. Với bảng thì đổi tên và tạo view mang tên `{old}` trong cùng migration.',
  },
  later: {
    en: 'Remove `{old}` one release after nothing uses it any more.',
    vi: 'Bỏ `{old}` sau khi đã qua một bản phát hành không còn chỗ nào dùng.',
  },
  references: ['https://martinfowler.com/bliki/ParallelChange.html'],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_rename.sql',
        code: 'ALTER TABLE users RENAME COLUMN name TO full_name;\n',
      },
      {
        path: 'db/migrate/20261123101500_rename_orders.rb',
        code: 'class RenameOrders < ActiveRecord::Migration[8.0]\n  def change\n    rename_table :orders, :purchases\n  end\nend\n',
      },
      {
        path: 'src/main/resources/db/migration/V7__rename.sql',
        code: 'ALTER TABLE `users` CHANGE COLUMN `name` `full_name` VARCHAR(80);\n',
      },
    ],
    good: [
      {
        path: 'migrations/20261123_rename.sql',
        code: 'ALTER TABLE orders RENAME TO purchases;\nCREATE VIEW orders AS SELECT * FROM purchases;\n',
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupon (id bigint);\nALTER TABLE coupon RENAME TO coupons;\n',
      },
      {
        path: 'migrations/20261123_index.sql',
        code: 'ALTER INDEX orders_idx RENAME TO purchases_idx;\n',
      },
      {
        // MySQL's way to change a type repeats the name.
        path: 'src/main/resources/db/migration/V8__longer.sql',
        code: 'ALTER TABLE `users` CHANGE COLUMN `name` `name` VARCHAR(200);\n',
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('rename_table', 'rename_column')) {
      const { operation } = added;
      const { table, to } = operation;
      if (table === null || to === null || change.isOnNewTable(added, table)) continue;
      if (operation.kind === 'rename_table' && keepsOldName(added, change)) continue;
      const old = operation.kind === 'rename_table' ? table : operation.column;
      if (old === null) continue;
      const shown = operation.kind === 'rename_table' ? old : `${table}.${old}`;
      yield {
        ...placeOf(added),
        ...certaintyOf(added, change),
        anchor: shown,
        values: { old: shown, new: to },
      };
    }
  },
});

type Rename = AddedOperation<OperationOf<'rename_table' | 'rename_column'>>;

function keepsOldName({ operation, path }: Rename, change: MigrationChange): boolean {
  return change
    .of('create_view')
    .some((view) => view.path === path && isSameTable(view.operation.view, operation.table));
}

function certaintyOf(
  { operation, order, migration }: Rename,
  change: MigrationChange,
): {
  readonly blocks: boolean;
  readonly confidence: 'high' | 'medium';
} {
  // A table that takes the old name in the same change may well serve the old version.
  const isReplaced =
    operation.kind === 'rename_table' &&
    change.of('create_table', 'rename_table').some((other) => {
      const name =
        other.operation.kind === 'create_table' ? other.operation.table : other.operation.to;
      return other.order > order && isSameTable(name, operation.table);
    });
  // A Django model may pin its table's name, and then renaming the model renames nothing.
  const isModel = migration.tool === 'django' && operation.kind === 'rename_table';
  const certain = !isReplaced && !isModel && !operation.conditional;
  return { blocks: certain, confidence: certain ? 'high' : 'medium' };
}
