import { defineMigrationRule, lockCertainty, placeOf } from './define-migration-rule.ts';

const REWRITES = new Set(['volatile', 'stored', 'identity']);

export default defineMigrationRule({
  id: 'migration/volatile-default',
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
      en: 'The database is known to be PostgreSQL, the table is not created by the same change, and the column is filled by a function known to be volatile, an identity, a serial or a stored expression.',
      vi: 'Biết chắc database là PostgreSQL, bảng không do chính thay đổi này tạo ra, và cột được điền bằng hàm volatile đã biết, identity, serial hoặc biểu thức STORED.',
    },
  },
  concerns: /\bADD\b/iu,
  optOuts: ['squawk-ignore', 'safety_assured'],
  title: {
    en: 'Filling `{table}.{column}` row by row rewrites the whole table',
    vi: 'Điền `{table}.{column}` cho từng dòng phải ghi lại cả bảng',
  },
  impact: {
    en: 'No request can read or write `{table}` until every row is written anew; on a large table they time out.',
    vi: 'Không request nào đọc hay ghi được `{table}` cho tới khi ghi lại xong mọi dòng; bảng lớn thì sẽ timeout.',
  },
  why: {
    en: 'A constant default is stored once in the catalogue. One that differs from row to row (a random UUID, a sequence, a stored expression) makes PostgreSQL rewrite `{table}` under ACCESS EXCLUSIVE.',
    vi: 'DEFAULT là hằng số chỉ cần lưu một lần trong catalog. Giá trị khác nhau theo từng dòng (UUID ngẫu nhiên, sequence, biểu thức STORED) buộc PostgreSQL ghi lại `{table}` trong lúc giữ ACCESS EXCLUSIVE.',
  },
  fix: {
    en: 'Add `{column}` without a default, set the default in a second statement (`ALTER COLUMN {column} SET DEFAULT …` concerns new rows only), and fill the old rows in batches.',
    vi: 'Thêm `{column}` không có DEFAULT, đặt DEFAULT ở câu lệnh thứ hai (`ALTER COLUMN {column} SET DEFAULT …` chỉ áp dụng cho dòng mới), rồi điền dòng cũ theo lô.',
  },
  later: {
    en: 'Set NOT NULL afterwards through a validated CHECK, so that it needs no scan.',
    vi: 'Sau đó SET NOT NULL thông qua CHECK đã VALIDATE để không phải quét bảng.',
  },
  references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  examples: {
    bad: [
      {
        path: 'migrations/20261123_token.sql',
        code: 'ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_total.sql',
        code: 'ALTER TABLE orders ADD COLUMN total numeric GENERATED ALWAYS AS (price * amount) STORED;\n',
        facts: { database: 'postgresql' },
      },
    ],
    good: [
      {
        // Computed once for the statement, so all old rows share one stored value.
        path: 'migrations/20261123_created.sql',
        code: 'ALTER TABLE users ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_token.sql',
        code: 'ALTER TABLE users ADD COLUMN token uuid;\nALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();\n',
        facts: { database: 'postgresql' },
      },
      {
        path: 'migrations/20261123_coupons.sql',
        code: 'CREATE TABLE coupons (code text);\nALTER TABLE coupons ADD COLUMN id bigserial PRIMARY KEY;\n',
        facts: { database: 'postgresql' },
      },
    ],
  },
  *judge(change) {
    for (const added of change.of('add_column')) {
      const { table, column, default: value } = added.operation;
      const certainty = lockCertainty(added);
      if (certainty === null || table === null || column === null) continue;
      if (!REWRITES.has(value) || change.isOnNewTable(added, table)) continue;
      yield {
        ...placeOf(added),
        ...certainty,
        anchor: `${table}.${column}`,
        values: { table, column },
      };
    }
  },
});
