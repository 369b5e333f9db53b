import { describe, expect, it } from 'vitest';
import { migrationParser } from '../../../../src/explorer/parsers/migration/migration.ts';
import type { Migration } from '../../../../src/explorer/parsers/migration/operations.ts';
import { SourceFile } from '../../../../src/explorer/source-file.ts';
import { briefly } from './briefly.ts';

function read(text: string, path = 'migrations/1_a.sql'): Migration {
  const migration = new SourceFile(path, 'head', text).parse(migrationParser);
  if (migration === null) throw new Error(`${path} is no migration`);
  return migration;
}

describe('SQL migrations', () => {
  it.each([
    {
      sql: 'DROP TABLE IF EXISTS a.users, "Foo" CASCADE;',
      ops: ['drop_table a.users', 'drop_table Foo'],
    },
    { sql: 'DROP TABLE public.users;', ops: ['drop_table users'] },
    { sql: 'DROP VIEW v; DROP TYPE t; DROP FUNCTION f();', ops: [] },
    { sql: 'TRUNCATE a, b CASCADE;', ops: ['truncate_table a', 'truncate_table b'] },
    { sql: 'DROP SCHEMA s CASCADE; DROP DATABASE d;', ops: ['drop_database s', 'drop_database d'] },
    { sql: 'CREATE TEMP TABLE x AS SELECT 1;', ops: ['create_table x temporary'] },
    { sql: 'SELECT * INTO y FROM z;', ops: ['create_table y'] },
    { sql: 'CREATE INDEX CONCURRENTLY i ON t (a);', ops: ['create_index t i concurrently'] },
    { sql: 'CREATE INDEX i ON ONLY t (a);', ops: ['create_index ? i'] },
    {
      sql: 'ALTER TABLE t\n  ADD COLUMN a int NOT NULL,\n  DROP COLUMN b,\n  ALTER COLUMN c TYPE varchar(9);',
      ops: [
        '2 add_column t.a notNull none',
        '3 drop_column t.b',
        '4 alter_column_type t.c varchar(9)',
      ],
    },
    {
      sql: 'ALTER TABLE t ADD c uuid DEFAULT gen_random_uuid();',
      ops: ['add_column t.c volatile'],
    },
    { sql: 'ALTER TABLE t ADD c bigserial;', ops: ['add_column t.c volatile'] },
    { sql: 'ALTER TABLE t ADD c int DEFAULT my_function();', ops: ['add_column t.c unknown'] },
    { sql: "ALTER TABLE t ADD c text[] DEFAULT '{}'::text[];", ops: ['add_column t.c constant'] },
    {
      sql: 'ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + 1) STORED;',
      ops: ['add_column t.c stored'],
    },
    {
      sql: 'ALTER TABLE t ADD c int GENERATED ALWAYS AS IDENTITY;',
      ops: ['add_column t.c identity'],
    },
    {
      sql: 'ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME c TO d;',
      ops: ['rename_table a b', 'rename_column b.c d'],
    },
    { sql: 'INSERT INTO n SELECT * FROM o JOIN p ON true;', ops: ['copy_rows o,p n'] },
    {
      sql: 'UPDATE t SET a = 1; DELETE FROM t WHERE a = 2;',
      ops: ['update_rows t none', 'delete_rows t some'],
    },
    { sql: 'DROP TABLE ${schema}.users;', ops: ['drop_table users'] },
    { sql: 'DROP TABLE ${table};', ops: ['drop_table ?'] },
    { sql: 'DROP TABLE {{ table }};', ops: ['drop_table ?'] },
    { sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DROP TABLE users $$;', ops: [] },
    {
      sql: 'DO $$ BEGIN\n  ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES b (id);\nEXCEPTION WHEN duplicate_object THEN null;\nEND $$;',
      ops: ['2 add_constraint a c foreign_key'],
    },
    {
      sql: 'DO $$ BEGIN\n  IF EXISTS (SELECT 1) THEN DROP TABLE users; END IF;\nEND $$;',
      ops: ['2 drop_table users conditional'],
    },
    {
      sql: "DO $$ BEGIN\n  EXECUTE 'DROP TABLE users';\n  EXECUTE format('DROP TABLE %I', 'a');\nEND $$;",
      ops: ['2 drop_table users'],
    },
    { sql: 'DROP TABLE `users`, `a`.`b`;', ops: ['drop_table users', 'drop_table a.b'] },
    {
      sql: 'ALTER TABLE `users` DROP COLUMN `a`, DROP INDEX `b`, RENAME COLUMN `c` TO `d`;',
      ops: ['drop_column users.a', 'rename_column users.c d'],
    },
    {
      sql: 'DROP TABLE [dbo].[users]\nGO\nDROP TABLE orders\nGO',
      ops: ['drop_table users', '3 drop_table orders'],
    },
  ])('$sql', ({ sql, ops }) => {
    const migration = read(sql);

    expect(
      migration.operations.map((operation, index) =>
        briefly(operation, /^\d/u.test(ops[index] ?? '')),
      ),
    ).toEqual(ops);
    expect(migration.unparsed).toEqual([]);
  });

  it('says what it could not parse, and keeps the rest', () => {
    const migration = read('DROP TABLE users;\nALTER TABLE users FROBNICATE;\n');

    expect(migration.operations.map((operation) => briefly(operation))).toEqual([
      'drop_table users',
    ]);
    expect(migration.unparsed).toEqual([
      {
        line: 2,
        reason: expect.stringContaining('FROBNICATE'),
        text: 'ALTER TABLE users FROBNICATE',
      },
    ]);
  });

  it.each([
    { path: 'migrations/1.sql', sql: 'CREATE TABLE `a` (id int) ENGINE=InnoDB;', dialect: 'mysql' },
    { path: 'migrations/mysql/1.sql', sql: 'CREATE TABLE a (id int);', dialect: 'mysql' },
    {
      path: 'migrations/1.sql',
      sql: 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);',
      dialect: 'sqlite',
    },
    {
      path: 'migrations/1.sql',
      sql: 'CREATE TABLE a (id bigserial, b jsonb);',
      dialect: 'postgresql',
    },
    {
      path: 'migrations/1.sql',
      sql: "INSERT INTO a VALUES ('use ENGINE=InnoDB and `b`');",
      dialect: 'unknown',
    },
    { path: 'clickhouse/migrations/1.sql', sql: 'CREATE TABLE a (id int);', dialect: 'other' },
    { path: 'oracle/migrations/1.sql', sql: 'CREATE TABLE a (b jsonb);', dialect: 'postgresql' },
    { path: 'migrations/1_leave_mysql.sql', sql: 'CREATE TABLE a (id int);', dialect: 'unknown' },
  ])('$path with $sql is $dialect', ({ path, sql, dialect }) => {
    expect(read(sql, path).dialect).toBe(dialect);
  });

  it.each([
    { path: 'db/migrations/1.sql', tool: 'sql' },
    { path: 'src/main/resources/db/migration/V1_2__a.sql', tool: 'flyway' },
    { path: 'sql/R__views.sql', tool: 'flyway' },
    { path: 'prisma/migrations/20260101_a/migration.sql', tool: 'prisma' },
    { path: 'migrations/2026-01-01-000000_a/up.sql', tool: 'diesel' },
    { path: 'db/000001_a.up.sql', tool: 'golang-migrate' },
    { path: 'supabase/migrations/20260101_a.sql', tool: 'supabase' },
    { path: 'drizzle/0001_a.sql', tool: 'drizzle' },
  ])('$path belongs to $tool', ({ path, tool }) => {
    expect(read('SELECT 1;', path).tool).toBe(tool);
  });

  it.each([
    'db/structure.sql',
    'db/schema.sql',
    'migrations/schema.sql',
    'migrations/seeds/1.sql',
    'queries/users.sql',
    'migrations/seed.sql',
    'db/migration/afterMigrate.sql',
  ])('%s is no migration', (path) => {
    expect(new SourceFile(path, 'head', 'DROP TABLE users;').parse(migrationParser)).toBeNull();
  });

  it.each([
    { name: 'golang-migrate', path: 'db/1_a.down.sql', text: 'DROP TABLE users;' },
    { name: 'Diesel', path: 'migrations/2026-01-01-000000_a/down.sql', text: 'DROP TABLE users;' },
    { name: 'Flyway undo', path: 'db/migration/U2__a.sql', text: 'DROP TABLE users;' },
    {
      name: 'goose',
      path: 'db/1_a.sql',
      text: '-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE users;',
    },
    {
      name: 'dbmate',
      path: 'db/1_a.sql',
      text: '-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE users;',
    },
    {
      name: 'sql-migrate',
      path: 'db/1_a.sql',
      text: '-- +migrate Up\nSELECT 1;\n-- +migrate Down\nDROP TABLE users;',
    },
    {
      name: 'Liquibase',
      path: 'db/a.sql',
      text: '--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--rollback DROP TABLE users;',
    },
  ])('the way back of $name is left alone', ({ path, text }) => {
    expect(read(text, path).operations).toEqual([]);
  });

  it.each([
    {
      name: 'goose wraps',
      text: '-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (a);',
      transactional: 'yes',
    },
    {
      name: 'goose told not to',
      text: '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (a);',
      transactional: 'no',
    },
    {
      name: 'dbmate told not to',
      text: '-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON t (a);',
      transactional: 'no',
    },
    {
      name: 'its own transaction',
      text: 'BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;',
      transactional: 'yes',
    },
    {
      name: 'after its own transaction',
      text: 'BEGIN;\nCOMMIT;\nCREATE INDEX CONCURRENTLY i ON t (a);',
      transactional: 'unknown',
    },
    {
      name: 'sqlx told not to',
      text: '-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);',
      transactional: 'no',
    },
  ])('$name: transactional is $transactional', ({ text, transactional }) => {
    expect(read(text).operations.at(-1)?.transactional).toBe(transactional);
  });
});
