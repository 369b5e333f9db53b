import { defineMigrationRule, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/backfill-in-ddl',
  wave: 1,
  item: 'database',
  group: 'technical_risks',
  category: 'performance_at_scale',
  principle: 'demo_is_not_production',
  priority: 'high',
  // How many rows the table holds, nobody can read from the change.
  confidence: 'medium',
  blocks: null,
  concerns: /\b(?:UPDATE|DELETE)\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: '`{statement}` without WHERE touches every row in one go',
    vi: '`{statement}` không có WHERE, động tới mọi dòng trong một lần',
  },
  impact: {
    en: 'Every row of `{table}` stays locked until the statement commits, so requests that write to it wait and time out; replicas fall behind.',
    vi: 'Mọi dòng của `{table}` bị khóa tới khi câu lệnh commit, request ghi vào phải chờ rồi timeout; replica bị trễ.',
  },
  why: {
    en: 'The migration changes all rows in one transaction: row locks pile up, the table grows by dead rows, and locks that other steps of the migration took are held just as long.',
    vi: 'Migration sửa mọi dòng trong một transaction: row lock dồn lại, bảng phình ra vì dead row, và lock của các bước khác trong migration cũng bị giữ lâu như vậy.',
  },
  fix: {
    en: 'Move it out of the migration into a job that works through the primary key in batches of a few thousand rows, commits each, and can be stopped and resumed.',
    vi: 'Tách khỏi migration thành một job chạy theo primary key, mỗi lô vài nghìn dòng, commit từng lô, có thể dừng và chạy tiếp.',
  },
  later: {
    en: 'Tighten the schema (NOT NULL, constraints) in a release after the job has finished and its result was counted.',
    vi: 'Siết schema (NOT NULL, ràng buộc) ở bản phát hành sau, khi job đã chạy xong và đã đếm lại kết quả.',
  },
  references: ['https://www.postgresql.org/docs/current/sql-update.html'],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_country.sql',
        code: "ALTER TABLE users ADD COLUMN country text;\nUPDATE users SET country = 'VN';\n",
      },
      {
        path: 'db/migrate/20261123101500_fill_country.rb',
        code: 'class FillCountry < ActiveRecord::Migration[8.0]\n  def up\n    User.update_all(country: "VN")\n  end\n\n  def down; end\nend\n',
      },
    ],
    good: [
      {
        path: 'migrations/20261123_fix_one.sql',
        code: "UPDATE plans SET price = 10 WHERE code = 'basic';\n",
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: "CREATE TABLE coupons (code text, used boolean);\nINSERT INTO coupons (code) VALUES ('A');\nUPDATE coupons SET used = false;\n",
      },
      {
        path: 'db/migrate/20261123101500_fill_country.rb',
        code: 'class FillCountry < ActiveRecord::Migration[8.0]\n  disable_ddl_transaction!\n\n  def up\n    User.in_batches(of: 1000).update_all(country: "VN")\n  end\n\n  def down; end\nend\n',
      },
      {
        // The statement is stored in a function, not run.
        path: 'migrations/20261123_function.sql',
        code: "CREATE FUNCTION reset_all() RETURNS void LANGUAGE sql AS $$ UPDATE users SET country = 'VN'; $$;\n",
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('update_rows', 'delete_rows')) {
      const { kind, table, where } = added.operation;
      if (table === null || where !== 'none' || change.isOnNewTable(added, table)) continue;
      const statement = kind === 'update_rows' ? `UPDATE ${table}` : `DELETE FROM ${table}`;
      yield { ...placeOf(added), anchor: `${kind}.${table}`, values: { table, statement } };
    }
  },
});
