import { describe, expect, it } from 'vitest';
import { migrationParser } from '../../../../src/explorer/parsers/migration/migration.ts';
import type { Migration } from '../../../../src/explorer/parsers/migration/operations.ts';
import { SourceFile } from '../../../../src/explorer/source-file.ts';
import { briefly } from './briefly.ts';

function read(path: string, text: string): Migration {
  const migration = new SourceFile(path, 'head', text).parse(migrationParser);
  if (migration === null) throw new Error(`${path} is no migration`);
  return migration;
}

const rails = (body: string): string => `class A < ActiveRecord::Migration[8.0]\n${body}\nend\n`;

describe('Rails', () => {
  it.each([
    { body: 'drop_table :a, :b, if_exists: true', ops: ['drop_table a', 'drop_table b'] },
    { body: 'drop_table(table_name)', ops: ['drop_table ?'] },
    { body: 'safety_assured { drop_table :a }', ops: ['drop_table a'] },
    { body: 'drop_table :a if Rails.env.test?', ops: ['drop_table a conditional'] },
    {
      body: 'create_table :a do |t|\n  t.index :b\n  t.string :c, null: false\nend',
      ops: ['create_table a'],
    },
    { body: 'create_join_table :users, :groups', ops: ['create_table groups_users'] },
    {
      body: 'add_index :a, %i[b c], name: "i", unique: true, algorithm: :concurrently',
      ops: ['create_index a i concurrently unique'],
    },
    { body: 'add_column :a, :b, :string, null: false', ops: ['add_column a.b notNull none'] },
    {
      body: 'add_column :a, :b, :integer, null: false, default: 0',
      ops: ['add_column a.b notNull constant'],
    },
    {
      body: 'add_column :a, :b, :uuid, default: -> { "gen_random_uuid()" }',
      ops: ['add_column a.b volatile'],
    },
    { body: 'add_reference :a, :user, index: false', ops: ['add_column a.user_id none'] },
    {
      body: 'add_reference :a, :user, index: { algorithm: :concurrently }',
      ops: ['add_column a.user_id none', 'create_index a ? concurrently'],
    },
    {
      body: 'change_table :a, bulk: true do |t|\n  t.remove :b, :c\n  t.index :d\n  t.rename :e, :f\nend',
      ops: ['drop_column a.b', 'drop_column a.c', 'create_index a ?', 'rename_column a.e f'],
    },
    { body: 'remove_columns :a, :b, :c', ops: ['drop_column a.b', 'drop_column a.c'] },
    { body: 'change_column_null :a, :b, false', ops: ['set_not_null a.b'] },
    { body: 'change_column :a, :b, :integer, limit: 8', ops: ['alter_column_type a.b integer(8)'] },
    {
      body: 'add_foreign_key :a, :b, validate: false',
      ops: ['add_constraint a ? foreign_key notValid'],
    },
    {
      body: 'execute <<~SQL.squish\n  DROP TABLE a;\n  DROP TABLE b;\nSQL',
      ops: ['drop_table a', 'drop_table b'],
    },
    { body: 'execute "DROP TABLE #{name}"', ops: ['drop_table ?'] },
    { body: 'execute(sql)', ops: [] },
    {
      body: 'reversible do |dir|\n  dir.up { drop_table :a }\n  dir.down { drop_table :b }\nend',
      ops: ['drop_table a'],
    },
    { body: 'revert do\n  drop_table :a\nend', ops: [] },
    { body: 'User.where(a: nil).update_all(a: 1)', ops: ['update_rows User some'] },
    { body: 'Logger.execute("DROP TABLE a")', ops: [] },
  ])('$body', ({ body, ops }) => {
    const { operations } = read('db/migrate/1_a.rb', rails(`def change\n${body}\nend`));

    expect(operations.map((operation) => briefly(operation))).toEqual(ops);
  });

  it('gives lines of the file, inside a heredoc too', () => {
    const text = rails(
      '  def up\n    drop_table :a\n    execute <<~SQL\n      SELECT 1;\n      DROP TABLE b;\n    SQL\n  end',
    );
    const lines = text.split('\n');

    const { operations } = read('db/migrate/1_a.rb', text);

    expect(operations.map(({ line }) => lines[line - 1]?.trim())).toEqual([
      'drop_table :a',
      'DROP TABLE b;',
    ]);
  });

  it.each([
    { name: 'change', body: 'def change\nadd_column :a, :b, :text\nend', down: 'automatic' },
    {
      name: 'change that cannot be reversed',
      body: 'def change\nremove_column :a, :b\nend',
      down: 'raises',
    },
    {
      name: 'change with a type',
      body: 'def change\nremove_column :a, :b, :text\nend',
      down: 'automatic',
    },
    { name: 'up alone', body: 'def up\nend', down: 'absent' },
    { name: 'empty down', body: 'def up\nend\ndef down; end', down: 'empty' },
    {
      name: 'raising down',
      body: 'def up\nend\ndef down\nraise ActiveRecord::IrreversibleMigration\nend',
      down: 'raises',
    },
    {
      name: 'filled down',
      body: 'def up\nend\ndef down\nadd_column :a, :b, :text\nend',
      down: 'present',
    },
  ])('$name: the way back is $down', ({ body, down }) => {
    expect(read('db/migrate/1_a.rb', rails(body)).down).toBe(down);
  });

  it('knows when the transaction is switched off', () => {
    const on = read('db/migrate/1_a.rb', rails('def change\nadd_index :a, :b\nend'));
    const off = read(
      'db/migrate/1_a.rb',
      rails('disable_ddl_transaction!\ndef change\nadd_index :a, :b\nend'),
    );

    expect([on, off].map(({ operations }) => operations[0]?.transactional)).toEqual(['yes', 'no']);
  });
});

describe('Django', () => {
  const django = (operations: string, extra = ''): string =>
    `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n${extra}    operations = [\n        ${operations},\n    ]\n`;

  it.each([
    { code: "migrations.DeleteModel('Coupon')", ops: ['drop_table shop_coupon'] },
    { code: 'migrations.DeleteModel(name=MODEL)', ops: ['drop_table ?'] },
    {
      code: "migrations.CreateModel(name='Coupon', fields=[('id', models.AutoField())])",
      ops: ['create_table shop_coupon'],
    },
    { code: "migrations.CreateModel(name='V', fields=[], options={'managed': False})", ops: [] },
    {
      code: "migrations.AddIndex('order', models.Index(fields=['a'], name='i'))",
      ops: ['create_index shop_order i'],
    },
    {
      code: "AddIndexConcurrently(model_name='order', index=models.Index(fields=['a'], name='i'))",
      ops: ['create_index shop_order i concurrently'],
    },
    { code: "migrations.RenameField('order', 'a', 'b')", ops: ['rename_column shop_order.a b'] },
    {
      code: 'migrations.RunSQL("""\nDROP TABLE a;\n""", reverse_sql="DROP TABLE b")',
      ops: ['drop_table a'],
    },
    {
      code: "migrations.RunSQL(['DROP TABLE a', 'DROP TABLE b'])",
      ops: ['drop_table a', 'drop_table b'],
    },
    {
      code: "migrations.SeparateDatabaseAndState(database_operations=[migrations.RunSQL('DROP TABLE a')], state_operations=[migrations.DeleteModel('B')])",
      ops: ['drop_table a'],
    },
    {
      code: "migrations.AddConstraint('order', models.CheckConstraint(check=models.Q(a__gte=0), name='c'))",
      ops: ['add_constraint shop_order c check'],
    },
    { code: "migrations.AlterField('order', 'a', models.TextField())", ops: [] },
  ])('$code', ({ code, ops }) => {
    const { operations } = read('shop/migrations/0002_a.py', django(code));

    expect(operations.map((operation) => briefly(operation))).toEqual(ops);
  });

  it('knows atomic = False', () => {
    const { operations } = read(
      'shop/migrations/0002_a.py',
      django("migrations.RunSQL('DROP TABLE a')", '    atomic = False\n'),
    );

    expect(operations[0]?.transactional).toBe('no');
  });

  it('leaves other Python alone', () => {
    expect(
      new SourceFile('shop/migrations/helpers.py', 'head', 'def drop_table(): ...\n').parse(
        migrationParser,
      ),
    ).toBeNull();
  });
});

describe('Alembic', () => {
  const alembic = (body: string): string =>
    `from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade() -> None:\n    ${body}\n\n\ndef downgrade() -> None:\n    op.drop_table("never")\n`;

  it.each([
    { body: 'op.drop_table("a")', ops: ['drop_table a'] },
    { body: 'op.drop_table(NAME)', ops: ['drop_table ?'] },
    {
      body: 'op.create_index(op.f("ix_a_b"), "a", ["b"], unique=True)',
      ops: ['create_index a ? unique'],
    },
    {
      body: 'op.create_index("i", "a", ["b"], postgresql_concurrently=True)',
      ops: ['create_index a i concurrently'],
    },
    {
      body: 'op.add_column("a", sa.Column("b", sa.String(), nullable=False))',
      ops: ['add_column a.b notNull none'],
    },
    {
      body: 'op.add_column("a", sa.Column("b", sa.String(), nullable=False, server_default="x"))',
      ops: ['add_column a.b notNull constant'],
    },
    { body: 'op.alter_column("a", "b", nullable=False)', ops: ['set_not_null a.b'] },
    { body: 'op.alter_column("a", "b", new_column_name="c")', ops: ['rename_column a.b c'] },
    {
      body: 'op.alter_column("a", "b", type_=sa.BigInteger())',
      ops: ['alter_column_type a.b biginteger'],
    },
    { body: 'op.execute(sa.text("DROP TABLE a"))', ops: ['drop_table a'] },
    { body: 'op.execute(f"DROP TABLE {name}")', ops: ['drop_table ?'] },
    {
      body: 'with op.batch_alter_table("a") as batch_op:\n        batch_op.drop_column("b")\n        batch_op.create_index("i", ["c"])',
      ops: ['drop_column a.b', 'create_index a i'],
    },
    {
      body: 'if context.is_offline_mode():\n        op.drop_table("a")',
      ops: ['drop_table a conditional'],
    },
    {
      body: 'with op.get_context().autocommit_block():\n        op.create_index("i", "a", ["b"], postgresql_concurrently=True)',
      ops: ['create_index a i concurrently'],
    },
  ])('$body', ({ body, ops }) => {
    const { operations } = read('alembic/versions/1_a.py', alembic(body));

    expect(operations.map((operation) => briefly(operation))).toEqual(ops);
  });

  it('knows an autocommit block', () => {
    const body =
      'with op.get_context().autocommit_block():\n        op.drop_table("a")\n    op.drop_table("b")';

    const { operations } = read('alembic/versions/1_a.py', alembic(body));

    expect(operations.map(({ transactional }) => transactional)).toEqual(['no', 'yes']);
  });
});

describe('JavaScript', () => {
  const knex = (body: string): string =>
    `exports.up = async function (knex) {\n  ${body}\n};\nexports.down = async (knex) => knex.schema.dropTable('never');\n`;
  const typeorm = (body: string): string =>
    `import { MigrationInterface, QueryRunner } from 'typeorm';\nexport class A1 implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    ${body}\n  }\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.dropTable('never');\n  }\n}\n`;
  const sequelize = (body: string): string =>
    `module.exports = {\n  async up(queryInterface, Sequelize) {\n    ${body}\n  },\n  async down(queryInterface) {\n    await queryInterface.dropTable('never');\n  },\n};\n`;

  it.each([
    {
      path: 'migrations/1_a.js',
      code: knex("await knex.schema.dropTableIfExists('a').createTable('b', (t) => t.index('c'));"),
      ops: ['drop_table a', 'create_table b'],
    },
    {
      path: 'migrations/1_a.js',
      code: knex(
        "return knex.schema.alterTable('a', (t) => { t.dropColumn('b'); t.string('c').notNullable(); t.index(['d'], 'i'); });",
      ),
      ops: ['drop_column a.b', 'add_column a.c notNull none', 'create_index a i'],
    },
    {
      path: 'migrations/1_a.js',
      code: knex(
        "return knex.schema.table('a', function (table) { table.bigInteger('b').notNullable().alter(); table.timestamp('c').defaultTo(knex.fn.now()); });",
      ),
      ops: ['alter_column_type a.b bigInteger', 'add_column a.c constant'],
    },
    {
      path: 'migrations/1_a.ts',
      code: "import type { Knex } from 'knex';\nexport async function up(knex: Knex): Promise<void> {\n  await knex.raw('DROP TABLE a');\n  await knex.raw(`DROP TABLE ${name}`);\n}\n",
      ops: ['drop_table a', 'drop_table ?'],
    },
    {
      path: 'src/migration/1-a.ts',
      code: typeorm('await queryRunner.query(`DROP TABLE "a"`);'),
      ops: ['drop_table a'],
    },
    {
      path: 'src/migration/1-a.ts',
      code: typeorm(
        "await queryRunner.createIndex('a', new TableIndex({ name: 'i', columnNames: ['b'] }));",
      ),
      ops: ['create_index a i'],
    },
    {
      path: 'src/migration/1-a.ts',
      code: typeorm("await queryRunner.createTable(new Table({ name: 'a', columns: [] }), true);"),
      ops: ['create_table a'],
    },
    {
      path: 'src/migration/1-a.ts',
      code: typeorm(
        "await queryRunner.addColumn('a', new TableColumn({ name: 'b', type: 'int' }));",
      ),
      ops: ['add_column a.b notNull none'],
    },
    {
      path: 'src/migration/1-a.ts',
      code: typeorm("if (x) { await queryRunner.dropTable('a'); }"),
      ops: ['drop_table a conditional'],
    },
    {
      path: 'migrations/1-a.js',
      code: sequelize("await queryInterface.removeColumn('a', 'b');"),
      ops: ['drop_column a.b'],
    },
    {
      path: 'migrations/1-a.js',
      code: sequelize(
        "await queryInterface.addIndex('a', ['b'], { name: 'i', concurrently: true });",
      ),
      ops: ['create_index a i concurrently'],
    },
    {
      path: 'migrations/1-a.js',
      code: sequelize(
        "await queryInterface.addColumn('a', 'b', { type: Sequelize.STRING, allowNull: false });",
      ),
      ops: ['add_column a.b notNull none'],
    },
    {
      path: 'migrations/1-a.js',
      code: sequelize("await queryInterface.sequelize.query('DROP TABLE a');"),
      ops: ['drop_table a'],
    },
    {
      path: 'migrations/1_a.js',
      code: "exports.up = (pgm) => {\n  pgm.dropColumns('a', ['b', 'c']);\n  pgm.sql('DROP TABLE d');\n};\n",
      ops: ['drop_column a.b', 'drop_column a.c', 'drop_table d'],
    },
    {
      path: 'src/migrations/Migration1.ts',
      code: "import { Migration } from '@mikro-orm/migrations';\nexport class Migration1 extends Migration {\n  override async up(): Promise<void> {\n    this.addSql('drop table if exists \"a\" cascade;');\n  }\n  override async down(): Promise<void> {\n    this.addSql('drop table \"never\";');\n  }\n}\n",
      ops: ['drop_table a'],
    },
  ])('$code', ({ path, code, ops }) => {
    expect(read(path, code).operations.map((operation) => briefly(operation))).toEqual(ops);
  });

  it('leaves other scripts alone', () => {
    expect(
      new SourceFile('src/migrations/runner.ts', 'head', 'export const run = () => 1;\n').parse(
        migrationParser,
      ),
    ).toBeNull();
  });
});
