import type { Parser, ParserInput } from '../../source-file.ts';
import { dialectOfPath } from '../sql-dialect.ts';
import { readAlembicMigration } from './alembic.ts';
import { readDjangoMigration } from './django.ts';
import { readJavaScriptMigration } from './javascript.ts';
import type { Migration } from './operations.ts';
import { readRailsMigration } from './rails.ts';
import { readSqlMigration } from './sql-file.ts';

/** Globs of every file that may be a migration; the parser looks closer and answers null for the rest. */
export const MIGRATION_FILES: readonly string[] = [
  '**/*.sql',
  '**/*migrate/**/*.rb',
  '**/{migrations,versions,alembic}/**/*.py',
  '**/*{migration,migrations,migrate}/**/*.{js,cjs,mjs,ts,cts,mts}',
];

/** One model for every tool, so that a rule asks what a migration does and not who runs it. */
export const migrationParser: Parser<Migration | null> = {
  name: 'migration',
  parse(file) {
    const extension = file.path.slice(file.path.lastIndexOf('.') + 1);
    if (extension === 'sql') return readSqlMigration(file);
    const migration = readCodeMigration(file, extension);
    if (migration === null || migration.dialect !== 'unknown') return migration;
    return { ...migration, dialect: dialectOfPath(file.path) };
  },
};

function readCodeMigration(file: ParserInput, extension: string): Migration | null {
  if (extension === 'rb') return readRailsMigration(file);
  if (extension === 'py') return readDjangoMigration(file) ?? readAlembicMigration(file);
  return /\.d\.[cm]?ts$/u.test(file.path) ? null : readJavaScriptMigration(file);
}
