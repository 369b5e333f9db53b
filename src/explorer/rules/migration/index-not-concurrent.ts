import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/index-not-concurrent',
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
      en: 'The database is known to be PostgreSQL and the table is not created by the same change.',
      vi: 'Biết chắc database là PostgreSQL và bảng không do chính thay đổi này tạo ra.',
    },
  },
  concerns: /\bINDEX\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Building `{index}` stops every write to `{table}`',
    vi: 'Tạo `{index}` sẽ chặn mọi thao tác ghi vào `{table}`',
  },
  impact: {
    en: 'Every request that writes to `{table}` waits until the index is built: seconds on a small table, minutes to hours on a large one, and then it times out.',
    vi: 'Mọi request ghi vào `{table}` phải chờ tới khi tạo xong index: vài giây với bảng nhỏ, vài phút đến vài giờ với bảng lớn, rồi timeout.',
  },
  why: {
    en: 'Without CONCURRENTLY, PostgreSQL holds a SHARE lock on `{table}` for the whole build. Writes queue behind it and use up the connection pool.',
    vi: 'Không có CONCURRENTLY, PostgreSQL giữ SHARE lock trên `{table}` suốt quá trình tạo index. Các lệnh ghi xếp hàng phía sau và chiếm hết connection pool.',
  },
  fix: {
    en: 'Use `CREATE INDEX CONCURRENTLY` in a migration of its own that runs outside a transaction (Rails: `disable_ddl_transaction!` and `algorithm: :concurrently`; Django: `AddIndexConcurrently` and `atomic = False`; Alembic: `postgresql_concurrently=True` in an `autocommit_block`).',
    vi: 'Dùng `CREATE INDEX CONCURRENTLY` trong một migration riêng, chạy ngoài transaction (Rails: `disable_ddl_transaction!` và `algorithm: :concurrently`; Django: `AddIndexConcurrently` và `atomic = False`; Alembic: `postgresql_concurrently=True` trong `autocommit_block`).',
  },
  later: {
    en: 'A concurrent build that fails leaves an INVALID index behind: alert on them, and drop and rebuild such an index with CONCURRENTLY.',
    vi: 'Tạo index CONCURRENTLY thất bại sẽ để lại index INVALID: đặt cảnh báo cho trường hợp này, rồi xóa và tạo lại cũng với CONCURRENTLY.',
  },
  references: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  ],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_orders_email.sql',
        code: 'CREATE INDEX orders_email_idx ON orders (email);\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'db/migrate/20261123101500_index_orders.rb',
        code: 'class IndexOrders < ActiveRecord::Migration[8.0]\n  def change\n    add_index :orders, :email\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'prisma/migrations/20261123101500_unique_email/migration.sql',
        code: '-- CreateIndex\nCREATE UNIQUE INDEX "User_email_key" ON "User"("email");\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'alembic/versions/9f2c_index_orders.py',
        code: 'from alembic import op\n\n\ndef upgrade():\n    op.create_index("ix_orders_email", "orders", ["email"])\n\n\ndef downgrade():\n    op.drop_index("ix_orders_email")\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        path: 'migrations/20261123_orders_email.sql',
        code: 'CREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);\n',
        facts: { database: 'postgresql' },
      },
      {
        // The table is new: nobody writes to it yet, although the index stands in another file.
        path: 'migrations/20261123_2_index.sql',
        code: 'CREATE INDEX coupons_code_idx ON coupons (code);\n',
        more: [
          {
            path: 'migrations/20261123_1_coupons.sql',
            code: 'CREATE TABLE coupons (id bigint, code text);\n',
          },
        ],
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_orders_email.sql',
        code: 'CREATE INDEX orders_email_idx ON orders (email);\n',
        facts: { database: 'mysql' },
      },
      {
        path: 'migrations/20261123_parts.sql',
        code: 'CREATE INDEX events_at_idx ON ONLY events (at);\n',
        facts: { database: 'postgresql' },
      },
      {
        // Only the way back builds it.
        path: 'migrations/000007_drop_index.down.sql',
        code: 'CREATE INDEX orders_email_idx ON orders (email);\n',
        facts: { database: 'postgresql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('create_index')) {
      const { table, index, concurrently } = added.operation;
      const certainty = lockCertainty(added);
      if (certainty === null || concurrently || table === null || change.isOnNewTable(added, table))
        continue;
      const name = index ?? `INDEX ON ${table}`;
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${index ?? ''}`,
        values: { table, index: name },
      };
    }
  },
});
