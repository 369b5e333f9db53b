import type { Migration, MigrationTool } from './operations.ts';

export interface SqlMigrationKind {
  readonly tool: MigrationTool;
  readonly downOnly: boolean;
  readonly runs: Migration['runs'];
}

/** Folders and names of SQL that is loaded by hand or describes the whole schema. */
const NO_MIGRATION =
  /(?:^|\/)(?:seeds?|seeders?|seed[_-]data|fixtures?|dumps?|snapshots?|queries|verify)\/|(?:^|\/)(?:schema|structure|seeds?|dump|(?:before|after)(?:Each)?(?:Migrate|Clean|Baseline|Validate|Info|Repair|Undo)\w*)\.sql$|(?:^|\/)[^/]*(?:[_-]dump|[_-]seeds?)\.sql$/u;

const FOLDER =
  /(?:^|\/)(?:[\w.]+[-_.])?(?:migrations?|migrate|migration[-_]scripts|changelogs?|changesets?|drizzle|sqls)\//iu;

const DOWN_NAME =
  /(?:^|\/)(?:down|rollback|revert|undo)\/|(?:^|\/)(?:down|rollback|revert)\.sql$|[._-](?:down|rollback|revert|undo)\.sql$/iu;

/** What each tool writes into its files; the first match names the tool. */
const TEXT_MARKERS: readonly (readonly [MigrationTool, RegExp])[] = [
  ['liquibase', /^--[ \t]*liquibase[ \t]+formatted[ \t]+sql/imu],
  ['goose', /^--[ \t]*\+goose[ \t]+(?:Up|Down)\b/imu],
  ['dbmate', /^--[ \t]*migrate:(?:up|down)\b/imu],
  ['sql-migrate', /^--[ \t]*\+migrate[ \t]+(?:Up|Down)\b/imu],
  ['node-pg-migrate', /^--[ \t]*Up[ \t]+Migration\b/imu],
  ['drizzle', /^--> statement-breakpoint/mu],
];

const PATH_MARKERS: readonly (readonly [MigrationTool, RegExp])[] = [
  ['flyway', /(?:^|\/)(?:V\d[\d._]*|U\d[\d._]*|R)__[^/]*\.sql$/u],
  ['golang-migrate', /(?:^|\/)\d+_[^/]*\.(?:up|down)\.sql$/u],
  ['prisma', /(?:^|\/)migrations\/\d+_[^/]*\/migration\.sql$/u],
  [
    'diesel',
    /(?:^|\/)migrations\/(?:[^/]+\/)?\d{4}-\d\d-\d\d-\d{6}(?:-\d{4})?_[^/]*\/(?:up|down)\.sql$/u,
  ],
  ['supabase', /(?:^|\/)supabase\/migrations\/[^/]*\.sql$/u],
  ['drizzle', /(?:^|\/)drizzle\/(?:migrations\/)?\d{4}_[^/]*\.sql$/u],
];

/** Whether a `.sql` file is a migration, and whose; null for schema dumps, seeds and queries. */
export function classifySql(path: string, text: string): SqlMigrationKind | null {
  const byText = TEXT_MARKERS.find(([, pattern]) => pattern.test(text))?.[0];
  if (byText !== undefined && byText !== 'drizzle')
    return { tool: byText, downOnly: false, runs: byText === 'liquibase' ? 'appended' : 'once' };
  if (NO_MIGRATION.test(path)) return null;
  const byPath = PATH_MARKERS.find(([, pattern]) => pattern.test(path))?.[0];
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (byPath === 'flyway')
    return {
      tool: 'flyway',
      downOnly: name.startsWith('U'),
      runs: name.startsWith('R') ? 'repeatable' : 'once',
    };
  if (byPath === undefined && byText === undefined && !isUnderMigrations(path)) return null;
  const tool = byPath ?? byText ?? (/^--[ \t]*no-transaction\b/iu.test(text) ? 'sqlx' : 'sql');
  return { tool, downOnly: DOWN_NAME.test(path), runs: 'once' };
}

function isUnderMigrations(path: string): boolean {
  return FOLDER.test(path) || /\.(?:up|down)\.sql$/u.test(path);
}
