import type { OperationOf } from '../../parsers/migration/operations.ts';
import type { RuleContext } from '../../rule.ts';
import type { AddedOperation } from './define-migration-rule.ts';
import { defineMigrationRule, placeOf } from './define-migration-rule.ts';

type Concurrent = AddedOperation<OperationOf<'create_index' | 'drop_index'>>;

/** Tools whose transactions can also be switched off for all migrations, in a file that we do not see. */
const SWITCHED_ELSEWHERE = new Set(['knex', 'typeorm', 'mikro-orm', 'alembic', 'node-pg-migrate']);

export default defineMigrationRule({
  id: 'migration/concurrent-in-transaction',
  wave: 1,
  item: 'database',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'happy_path_is_rare',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'outage_on_deploy',
    when: {
      en: 'The migration opens a transaction itself, or its tool runs it in one and neither the file nor a setting beside it says otherwise.',
      vi: 'Chính migration mở transaction, hoặc công cụ chạy nó trong transaction mà file hay cấu hình đi kèm không tắt đi.',
    },
  },
  concerns: /\bCONCURRENTLY\b/iu,
  title: {
    en: 'CONCURRENTLY inside a transaction: this migration always fails',
    vi: 'CONCURRENTLY nằm trong transaction: migration này luôn lỗi',
  },
  impact: {
    en: 'The deploy stops at this migration, and what waits for it is not released.',
    vi: 'Deploy dừng ở migration này, và những phần chờ nó không được phát hành.',
  },
  why: {
    en: 'PostgreSQL refuses to build or drop {index} CONCURRENTLY inside a transaction block, and {tool} runs this migration inside one.',
    vi: 'PostgreSQL từ chối tạo hoặc xóa {index} bằng CONCURRENTLY trong transaction, mà {tool} lại chạy migration này trong transaction.',
  },
  fix: {
    en: 'Move it to a migration of its own and switch the transaction off there: `disable_ddl_transaction!` (Rails), `atomic = False` (Django), `autocommit_block()` (Alembic), `transaction:false` (dbmate), `-- +goose NO TRANSACTION`, `runInTransaction:false` (Liquibase), `run_in_transaction = false` in metadata.toml (Diesel).',
    vi: 'Tách ra một migration riêng và tắt transaction ở đó: `disable_ddl_transaction!` (Rails), `atomic = False` (Django), `autocommit_block()` (Alembic), `transaction:false` (dbmate), `-- +goose NO TRANSACTION`, `runInTransaction:false` (Liquibase), `run_in_transaction = false` trong metadata.toml (Diesel).',
  },
  later: {
    en: 'Run every new migration against a throw-away PostgreSQL in CI: this fails there in seconds.',
    vi: 'Chạy mọi migration mới trên một PostgreSQL tạm trong CI: lỗi này lộ ra trong vài giây.',
  },
  references: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  ],
  examples: {
    bad: [
      {
        path: 'db/migrate/20261123101500_index_orders.rb',
        code: 'class IndexOrders < ActiveRecord::Migration[8.0]\n  def change\n    add_index :orders, :email, algorithm: :concurrently\n  end\nend\n',
      },
      {
        path: 'migrations/20261123_index.sql',
        code: 'BEGIN;\nCREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);\nCOMMIT;\n',
      },
      {
        path: 'shop/migrations/0012_index.py',
        code: 'from django.contrib.postgres.operations import AddIndexConcurrently\nfrom django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    operations = [\n        AddIndexConcurrently("order", models.Index(fields=["email"], name="order_email")),\n    ]\n',
      },
    ],
    good: [
      {
        path: 'db/migrate/20261123101500_index_orders.rb',
        code: 'class IndexOrders < ActiveRecord::Migration[8.0]\n  disable_ddl_transaction!\n\n  def change\n    add_index :orders, :email, algorithm: :concurrently\n  end\nend\n',
      },
      {
        path: 'migrations/20261123101500_index.sql',
        code: '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);\n-- +goose Down\nDROP INDEX CONCURRENTLY orders_email_idx;\n',
      },
      {
        path: 'migrations/2026-11-23-101500_index/up.sql',
        code: 'CREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);\n',
        more: [
          {
            path: 'migrations/2026-11-23-101500_index/metadata.toml',
            code: 'run_in_transaction = false\n',
          },
        ],
      },
      {
        // One statement by itself: the transaction was closed before it.
        path: 'migrations/20261123_index.sql',
        code: 'BEGIN;\nALTER TABLE orders ADD COLUMN email text;\nCOMMIT;\nCREATE INDEX CONCURRENTLY orders_email_idx ON orders (email);\n',
      },
    ],
  },
  *judge(change, context) {
    for (const added of change.of('create_index', 'drop_index')) {
      const { operation, migration } = added;
      if (
        !operation.concurrently ||
        operation.transactional !== 'yes' ||
        isSwitchedOff(added, context)
      )
        continue;
      const certain = !SWITCHED_ELSEWHERE.has(migration.tool) && !operation.conditional;
      const index = operation.index ?? 'INDEX';
      yield {
        ...placeOf(added),
        blocks: certain,
        confidence: certain ? 'high' : 'medium',
        anchor: operation.index ?? added.path,
        values: { index: `\`${index}\``, tool: TOOL_NAMES[migration.tool] ?? 'BEGIN … COMMIT' },
      };
    }
  },
});

const TOOL_NAMES: Readonly<Record<string, string>> = {
  rails: 'Rails',
  django: 'Django',
  alembic: 'Alembic',
  knex: 'Knex',
  typeorm: 'TypeORM',
  'mikro-orm': 'MikroORM',
  liquibase: 'Liquibase',
  goose: 'goose',
  dbmate: 'dbmate',
  'sql-migrate': 'sql-migrate',
  'node-pg-migrate': 'node-pg-migrate',
  diesel: 'Diesel',
  drizzle: 'Drizzle',
};

/** Diesel's setting stands in a file beside the migration; whatever it says, the transaction is uncertain. */
function isSwitchedOff({ path, migration }: Concurrent, context: RuleContext): boolean {
  if (migration.tool !== 'diesel') return false;
  const beside = `${path.slice(0, path.lastIndexOf('/'))}/metadata.toml`;
  return context.changed.some((file) => file.path === beside);
}
