import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

export default defineMigrationRule({
  id: 'migration/not-null-without-default',
  wave: 1,
  item: 'database',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
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
  concerns: /\bADD\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Required column `{table}.{column}` has no value for existing rows',
    vi: 'Cột bắt buộc `{table}.{column}` không có giá trị cho các dòng đã có',
  },
  impact: {
    en: 'The migration fails as soon as `{table}` holds one row and the deploy stops; on an empty table every insert of the old version fails instead.',
    vi: 'Migration lỗi ngay khi `{table}` có một dòng và deploy bị dừng; còn nếu bảng rỗng thì mọi lệnh INSERT của phiên bản cũ sẽ lỗi.',
  },
  why: {
    en: '`{column}` is NOT NULL without a DEFAULT. PostgreSQL has nothing to put into rows that exist, and the version that still runs does not name the column when it inserts.',
    vi: '`{column}` là NOT NULL mà không có DEFAULT. PostgreSQL không có giá trị cho các dòng đã có, và phiên bản đang chạy không ghi cột này khi INSERT.',
  },
  fix: {
    en: 'Give it a constant DEFAULT (`ADD COLUMN {column} … NOT NULL DEFAULT …`), which is instant since PostgreSQL 11, or add it nullable now.',
    vi: 'Thêm DEFAULT là hằng số (`ADD COLUMN {column} … NOT NULL DEFAULT …`), chạy tức thì từ PostgreSQL 11, hoặc trước mắt cho phép NULL.',
  },
  later: {
    en: 'Back-fill in batches outside the migration, then add `CHECK ({column} IS NOT NULL) NOT VALID`, validate it, and set NOT NULL.',
    vi: 'Backfill theo lô ngoài migration, rồi thêm `CHECK ({column} IS NOT NULL) NOT VALID`, VALIDATE, sau đó mới SET NOT NULL.',
  },
  references: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN'],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_country.sql',
        code: 'ALTER TABLE users ADD COLUMN country text NOT NULL;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'prisma/migrations/20261123101500_country/migration.sql',
        code: '/*\n  Warnings:\n  - Added the required column `country` to the `User` table without a default value.\n*/\nALTER TABLE "User" ADD COLUMN "country" TEXT NOT NULL;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'db/migrate/20261123101500_add_country.rb',
        code: 'class AddCountry < ActiveRecord::Migration[8.0]\n  def change\n    add_column :users, :country, :string, null: false\n  end\nend\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        path: 'migrations/20261123_country.sql',
        code: "ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'VN';\n",
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_total.sql',
        code: 'ALTER TABLE orders ADD COLUMN total numeric NOT NULL GENERATED ALWAYS AS (price * amount) STORED;\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (id bigint);\nALTER TABLE coupons ADD COLUMN code text NOT NULL;\n',
        facts: { database: 'postgresql' },
      },
      {
        // MySQL fills the rows with the type's implicit default.
        path: 'migrations/20261123_country.sql',
        code: 'ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL;\n',
        facts: { database: 'mysql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('add_column')) {
      const { table, column, notNull, default: value } = added.operation;
      const certainty = lockCertainty(added);
      if (certainty === null || table === null || column === null) continue;
      if (!notNull || value !== 'none' || change.isOnNewTable(added, table)) continue;
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${column}`,
        values: { table, column },
      };
    }
  },
});
