import { defineMigrationRule, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/drop-column',
  wave: 1,
  item: 'rollback',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  // Blocking needs a proof that code at head still names the column, and a rule sees changed files only.
  blocks: null,
  concerns: /\bDROP\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Column `{table}.{column}` disappears under the running version',
    vi: 'Cột `{table}.{column}` biến mất khi phiên bản cũ còn đang chạy',
  },
  impact: {
    en: 'Until every old instance is replaced, requests that read or write `{column}` fail, and after a rollback all of them do.',
    vi: 'Cho tới khi mọi instance cũ được thay hết, request đọc hoặc ghi `{column}` sẽ lỗi; nếu rollback thì tất cả đều lỗi.',
  },
  why: {
    en: 'Migrations run before or beside the old code. Object mappers name every column that they knew at start, so even code that no longer uses `{column}` still selects it. The rule never blocks: it cannot see whether other code still names the column.',
    vi: 'Migration chạy trước hoặc song song với code cũ. ORM liệt kê mọi cột đã biết lúc khởi động, nên cả code không còn dùng `{column}` vẫn SELECT nó. Rule này không bao giờ tự chặn merge vì không thấy được code khác còn dùng cột hay không.',
  },
  fix: {
    en: 'Ship the change that stops using `{column}` first (Rails: `self.ignored_columns += ["{column}"]`; other mappers: remove the field from the model) and drop the column in a later release.',
    vi: 'Phát hành trước phần ngừng dùng `{column}` (Rails: `self.ignored_columns += ["{column}"]`; ORM khác: gỡ field khỏi model), rồi xóa cột ở bản phát hành sau.',
  },
  later: {
    en: 'Keep a copy of the values until the release has proved itself: dropping a column cannot be rolled back.',
    vi: 'Giữ một bản sao dữ liệu của cột cho tới khi bản phát hành ổn định: xóa cột rồi thì không rollback được.',
  },
  references: [
    'https://www.postgresql.org/docs/current/sql-altertable.html',
    'https://api.rubyonrails.org/classes/ActiveRecord/ModelSchema/ClassMethods.html#method-i-ignored_columns-3D',
  ],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_drop_nickname.sql',
        code: 'ALTER TABLE users DROP COLUMN nickname;\n',
      },
      {
        path: 'db/migrate/20261123101500_remove_nickname.rb',
        code: 'class RemoveNickname < ActiveRecord::Migration[8.0]\n  def change\n    remove_column :users, :nickname, :string\n  end\nend\n',
      },
      {
        path: 'shop/migrations/0010_remove_coupon_note.py',
        code: 'from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [migrations.RemoveField(model_name="coupon", name="note")]\n',
      },
    ],
    good: [
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (id bigint, note text);\nALTER TABLE coupons DROP COLUMN note;\n',
      },
      {
        path: 'migrations/20261123_default.sql',
        code: 'ALTER TABLE users ALTER COLUMN nickname DROP DEFAULT;\n',
      },
      {
        // Only the way back drops it.
        path: 'alembic/versions/77aa_add_nickname.py',
        code: 'from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    op.add_column("users", sa.Column("nickname", sa.Text()))\n\n\ndef downgrade():\n    op.drop_column("users", "nickname")\n',
      },
      {
        // Django forgets the field; the column stays.
        path: 'shop/migrations/0011_forget_note.py',
        code: 'from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.SeparateDatabaseAndState(\n            state_operations=[migrations.RemoveField(model_name="coupon", name="note")],\n        ),\n    ]\n',
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('drop_column')) {
      const { table, column, conditional } = added.operation;
      if (table === null || column === null || change.isOnNewTable(added, table)) continue;
      const confidence = conditional ? 'medium' : 'high';
      yield {
        ...placeOf(added),
        confidence,
        anchor: `${table}.${column}`,
        values: { table, column },
      };
    }
  },
});
