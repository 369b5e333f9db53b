import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/unique-constraint-lock',
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
      en: 'The database is known to be PostgreSQL, the table is not created by the same change, and the constraint is not built on an existing index.',
      vi: 'Biết chắc database là PostgreSQL, bảng không do chính thay đổi này tạo ra, và ràng buộc không dựa trên index có sẵn.',
    },
  },
  concerns: /\b(?:UNIQUE|PRIMARY)\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Adding `{name}` locks `{table}` while its index is built',
    vi: 'Thêm `{name}` khóa `{table}` trong lúc tạo index',
  },
  impact: {
    en: 'No request can read or write `{table}` until the index is built; on a large table they time out. One duplicate, and the deploy fails.',
    vi: 'Không request nào đọc hay ghi được `{table}` cho tới khi tạo xong index; bảng lớn thì sẽ timeout. Chỉ cần một giá trị trùng là deploy lỗi.',
  },
  why: {
    en: 'ADD CONSTRAINT … UNIQUE and PRIMARY KEY build their index under ACCESS EXCLUSIVE, the strongest lock that PostgreSQL has.',
    vi: 'ADD CONSTRAINT … UNIQUE và PRIMARY KEY tạo index trong lúc giữ ACCESS EXCLUSIVE, mức lock mạnh nhất của PostgreSQL.',
  },
  fix: {
    en: 'Build the index first with `CREATE UNIQUE INDEX CONCURRENTLY`, then attach it: `ALTER TABLE {table} ADD CONSTRAINT … UNIQUE USING INDEX …`.',
    vi: 'Tạo index trước bằng `CREATE UNIQUE INDEX CONCURRENTLY`, rồi gắn vào: `ALTER TABLE {table} ADD CONSTRAINT … UNIQUE USING INDEX …`.',
  },
  later: {
    en: 'Look for duplicates in production before the next such migration, not during it.',
    vi: 'Kiểm tra giá trị trùng trên production trước khi chạy migration kiểu này, đừng đợi tới lúc chạy.',
  },
  references: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_unique.sql',
        code: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'alembic/versions/88bb_unique.py',
        code: 'from alembic import op\n\n\ndef upgrade():\n    op.create_unique_constraint("users_email_key", "users", ["email"])\n\n\ndef downgrade():\n    op.drop_constraint("users_email_key", "users")\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        path: 'migrations/20261123_unique.sql',
        code: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (id bigint);\nALTER TABLE coupons ADD PRIMARY KEY (id);\n',
        facts: { database: 'postgresql' },
      },
      {
        // A foreign key refers to a unique column; it makes none.
        path: 'migrations/20261123_fk.sql',
        code: 'ALTER TABLE orders ADD CONSTRAINT unique_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n',
        facts: { database: 'postgresql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('add_constraint')) {
      const { table, name, constraint, usingIndex } = added.operation;
      const certainty = lockCertainty(added);
      if (certainty === null || table === null || usingIndex || change.isOnNewTable(added, table))
        continue;
      if (constraint !== 'unique' && constraint !== 'primary_key') continue;
      const shown = name ?? (constraint === 'unique' ? 'UNIQUE' : 'PRIMARY KEY');
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${shown}`,
        values: { table, name: shown },
      };
    }
  },
});
