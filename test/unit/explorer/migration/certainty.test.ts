import { describe, expect, it } from 'vitest';
import type { RuleExample } from '../../../../src/explorer/rule.ts';
import columnTypeChange from '../../../../src/explorer/rules/migration/column-type-change.ts';
import concurrentInTransaction from '../../../../src/explorer/rules/migration/concurrent-in-transaction.ts';
import dropTable from '../../../../src/explorer/rules/migration/drop-table.ts';
import editedAfterMerge from '../../../../src/explorer/rules/migration/edited-after-merge.ts';
import indexNotConcurrent from '../../../../src/explorer/rules/migration/index-not-concurrent.ts';
import irreversible from '../../../../src/explorer/rules/migration/irreversible.ts';
import rename from '../../../../src/explorer/rules/migration/rename.ts';
import { runRule } from '../../../support/run-rule.ts';

const sql = (code: string, facts: RuleExample['facts'] = {}): RuleExample => ({
  path: 'migrations/0001_a.sql',
  code,
  facts,
});

describe('what blocks, and what only warns', () => {
  it.each([
    {
      name: 'a dropped table blocks',
      rule: dropTable,
      example: sql('DROP TABLE users;'),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'TRUNCATE … CASCADE blocks',
      rule: dropTable,
      example: sql('TRUNCATE users CASCADE;'),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'TRUNCATE alone may empty a cache',
      rule: dropTable,
      example: sql('TRUNCATE users;'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'a schema with CASCADE blocks',
      rule: dropTable,
      example: sql('DROP SCHEMA billing CASCADE;'),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'a table that is made again at once',
      rule: dropTable,
      example: sql('DROP TABLE IF EXISTS t;\nCREATE TABLE t (id int);'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'a table created IF NOT EXISTS may be old',
      rule: dropTable,
      example: sql('CREATE TABLE IF NOT EXISTS t (id int);\nDROP TABLE t;'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'a temporary table of the same name is another one',
      rule: dropTable,
      example: sql('CREATE TEMP TABLE t (id int);\nDROP TABLE shop.t;'),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'rows copied into a new table',
      rule: dropTable,
      example: sql('CREATE TABLE n (id int);\nINSERT INTO n SELECT id FROM o;\nDROP TABLE o;'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'rows copied into an old table prove nothing',
      rule: dropTable,
      example: sql('INSERT INTO log SELECT count(*) FROM o;\nDROP TABLE o;'),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'a leftover by its name',
      rule: dropTable,
      example: sql('DROP TABLE users_backup;'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'under a condition of its own',
      rule: dropTable,
      example: sql('DO $$ BEGIN IF now() > now() THEN DROP TABLE users; END IF; END $$;'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'an index on PostgreSQL blocks',
      rule: indexNotConcurrent,
      example: sql('CREATE INDEX i ON t (a);', { database: 'postgresql' }),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'an index on nobody knows what',
      rule: indexNotConcurrent,
      example: sql('CREATE INDEX i ON t (a);'),
      blocks: false,
      priority: 'medium',
    },
    {
      name: 'a type on nobody knows what',
      rule: columnTypeChange,
      example: {
        path: 'db/migrate/1_a.rb',
        code: 'class A < ActiveRecord::Migration[8.0]\n  def change\n    change_column :a, :b, :bigint\n  end\nend\n',
      },
      blocks: false,
      priority: 'medium',
    },
    {
      name: 'a rename blocks on every database',
      rule: rename,
      example: sql('ALTER TABLE `a` RENAME COLUMN `b` TO `c`;'),
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'a table that is swapped',
      rule: rename,
      example: sql('ALTER TABLE a RENAME TO b;\nCREATE TABLE a (id int);'),
      blocks: false,
      priority: 'high',
    },
    {
      name: 'a setting of Knex that we do not see',
      rule: concurrentInTransaction,
      example: {
        path: 'migrations/1_a.js',
        code: "exports.up = (knex) => knex.raw('CREATE INDEX CONCURRENTLY i ON t (a)');\n",
      },
      blocks: false,
      priority: 'high',
    },
    {
      name: 'an edited Flyway script blocks',
      rule: editedAfterMerge,
      example: { path: 'db/V1__a.sql', base: 'SELECT 1;\n', code: 'SELECT 2;\n' },
      blocks: true,
      priority: 'critical',
    },
    {
      name: 'an edited Prisma migration is only ignored',
      rule: editedAfterMerge,
      example: {
        path: 'prisma/migrations/20260101_a/migration.sql',
        base: 'SELECT 1;\n',
        code: 'SELECT 2;\n',
      },
      blocks: false,
      priority: 'high',
    },
  ])('$name', async ({ rule, example, blocks, priority }) => {
    const { findings } = await runRule(rule, example);

    expect(
      findings.map((finding) => ({ blocks: finding.blocks, priority: finding.priority })),
    ).toEqual([{ blocks, priority }]);
  });

  it('a deleted way back is worse than a missing one', async () => {
    const { findings } = await runRule(irreversible, {
      path: 'README.md',
      code: 'x\n',
      more: [{ path: 'migrations/000001_a.down.sql', base: 'DROP TABLE a;\n' }],
    });

    expect(
      findings.map(({ priority, evidence }) => [priority, evidence[0]?.side, evidence[0]?.quote]),
    ).toEqual([['high', 'base', 'DROP TABLE a;']]);
  });

  it('cites the command inside a longer statement', async () => {
    const { findings } = await runRule(
      dropTable,
      sql('SELECT 1;\n\n/* the old accounts */\nDROP TABLE\n  users\n;\n'),
    );

    expect(findings[0]?.evidence).toMatchObject([
      { line: 4, end_line: 5, quote: 'DROP TABLE\n  users', side: 'head' },
    ]);
  });
});

describe('what cannot be parsed', () => {
  it('is a gap of the rules that it may concern, and of no other', async () => {
    const example = sql('ALTER TABLE users DROP COLUMNS a b;\n');

    const [drop, index] = await Promise.all([
      runRule(dropTable, example),
      runRule(indexNotConcurrent, example),
    ]);

    expect(drop.failures).toMatchObject([
      { rule: 'migration/drop-table', reason: expect.stringContaining('line 1') },
    ]);
    expect(index.failures).toEqual([]);
  });

  it.each([
    { name: 'another dialect', example: sql('ALTER TABLE `users` DROP KEY `a`;\n') },
    {
      name: 'a repository on another database',
      example: sql('ALTER TABLE users DROP KEY a;\n', { database: 'mysql' }),
    },
    { name: 'a query builder’s bindings', example: sql('DROP TABLE ??;\n') },
    { name: 'no migration at all', example: { path: 'queries/a.sql', code: 'DROP TABLE IF;\n' } },
  ])('$name is no gap', async ({ example }) => {
    expect(await runRule(dropTable, example)).toMatchObject({ findings: [], failures: [] });
  });
});
