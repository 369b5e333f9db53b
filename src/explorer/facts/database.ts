import type { RepositoryFacts } from './repository-facts.ts';

type Database = Exclude<RepositoryFacts['database'], 'unknown'>;

/** Globs of the files, read at head, that may tell which database the migrations run on. */
export const DATABASE_FACT_FILES: readonly string[] = [
  '**/prisma/schema.prisma',
  '**/prisma/schema/*.prisma',
  '**/migration_lock.toml',
  '**/drizzle.config.{ts,js,mjs}',
  '**/knexfile.{js,ts,cjs,mjs}',
  '**/ormconfig.{json,js,ts}',
  '**/diesel.toml',
  'supabase/config.toml',
  '**/config/database.yml',
  '**/config/config.json',
  '**/alembic.ini',
  '**/settings.py',
  '**/settings/{base,common,production,prod}.py',
  '**/src/main/resources/application{,-prod,-production}.{yml,yaml,properties}',
  '**/flyway.{conf,toml}',
  '**/liquibase.properties',
  '**/dbconfig.yml',
  '{docker-,}compose{,.prod,.production}.y{,a}ml',
  '.env.{example,sample,template,dist}',
  '{package.json,*/package.json,*/*/package.json}',
  '{go.mod,*/go.mod}',
  '{Gemfile,*/Gemfile}',
  '{Cargo.toml,*/Cargo.toml,*/*/Cargo.toml}',
  '{pyproject.toml,*/pyproject.toml}',
  '{requirements.txt,requirements/{base,prod,production}.txt,*/requirements.txt}',
  '{pom.xml,*/pom.xml}',
  '{build.gradle,build.gradle.kts,*/build.gradle,*/build.gradle.kts}',
  'composer.json',
];

type Reader = readonly (readonly [Database, RegExp])[];

/** A connection string or a JDBC address, wherever it is written. */
const ADDRESSES: Reader = [
  ['postgresql', /\bjdbc:postgresql:|\bpostgres(?:ql)?(?:\+\w+)?:\/\//iu],
  ['mysql', /\bjdbc:(?:mysql|mariadb):|\b(?:mysql2?|mariadb)(?:\+\w+)?:\/\//iu],
  ['sqlite', /\bjdbc:sqlite:|\bsqlite3?(?:\+\w+)?:(?:\/\/|file:)/iu],
];

/** `key: value` of the configuration files of frameworks and tools. */
const SETTINGS: Reader = [
  [
    'postgresql',
    /\b(?:provider|dialect|client|adapter|type|ENGINE|backend)\b["']?\s*[:=]\s*["']?(?:django\.db\.backends\.|django\.contrib\.gis\.db\.backends\.)?(?:postgres(?:ql)?|postgresql_psycopg2|postgis|pg)["'\s,]/iu,
  ],
  [
    'mysql',
    /\b(?:provider|dialect|client|adapter|type|ENGINE|backend)\b["']?\s*[:=]\s*["']?(?:django\.db\.backends\.)?(?:mysql2?|mariadb|trilogy)["'\s,]/iu,
  ],
  [
    'sqlite',
    /\b(?:provider|dialect|client|adapter|type|ENGINE|backend)\b["']?\s*[:=]\s*["']?(?:django\.db\.backends\.)?(?:sqlite3?|better-sqlite3|libsql)["'\s,]/iu,
  ],
];

/** Drivers as the manifests of the package managers name them. */
const DRIVERS: Reader = [
  [
    'postgresql',
    /"(?:pg|postgres|pg-promise|@neondatabase\/serverless|@vercel\/postgres|slonik)"\s*:|\b(?:github\.com\/lib\/pq|github\.com\/jackc\/pgx)|^\s*gem\s+["']pg["']|\b(?:psycopg(?:2|2-binary)?|asyncpg)\b|<artifactId>postgresql<\/artifactId>|org\.postgresql:postgresql|\btokio-postgres\b|features\s*=\s*\[[^\]]{0,200}"postgres"/imu,
  ],
  [
    'mysql',
    /"(?:mysql2?|mariadb)"\s*:|\bgithub\.com\/go-sql-driver\/mysql|^\s*gem\s+["'](?:mysql2|trilogy)["']|\b(?:mysqlclient|PyMySQL|aiomysql|asyncmy)\b|<artifactId>(?:mysql-connector-j(?:ava)?|mariadb-java-client)<\/artifactId>|\b(?:com\.mysql:mysql-connector-j|mysql:mysql-connector-java|org\.mariadb\.jdbc:)|features\s*=\s*\[[^\]]{0,200}"mysql"/imu,
  ],
];

/** Images of a Compose file. */
const IMAGES: Reader = [
  [
    'postgresql',
    /\bimage\s*:\s*["']?(?:[\w./-]*\/)?(?:postgres|postgis|timescaledb?|pgvector)(?:[\w/-]*)(?::|["'\s])/iu,
  ],
  ['mysql', /\bimage\s*:\s*["']?(?:[\w./-]*\/)?(?:mysql|mariadb|percona)(?:[\w/-]*)(?::|["'\s])/iu],
];

const MANIFEST =
  /(?:^|\/)(?:package\.json|go\.mod|Gemfile|Cargo\.toml|pyproject\.toml|pom\.xml|build\.gradle(?:\.kts)?|composer\.json|requirements[^/]*\.txt|base\.txt|prod(?:uction)?\.txt)$/u;
const COMPOSE = /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/u;

/**
 * The database that the repository's own configuration names. What configures migrations and the server's
 * database (tool configuration, connection strings) outweighs images and drivers, because a driver may be
 * there for tests; two different answers of the same weight are `unknown`.
 */
export function detectDatabase(texts: ReadonlyMap<string, string>): RepositoryFacts['database'] {
  const configured = new Set<Database>();
  const hinted = new Set<Database>();
  for (const [path, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (MANIFEST.test(path)) addAll(hinted, read(text, DRIVERS));
    else if (COMPOSE.test(path))
      addAll(hinted, [...read(text, IMAGES), ...read(withoutComments(text), ADDRESSES)]);
    else addAll(configured, readConfiguration(path, text));
  return only(configured) ?? (configured.size > 0 ? 'unknown' : (only(hinted) ?? 'unknown'));
}

function readConfiguration(path: string, text: string): readonly Database[] {
  if (path === 'supabase/config.toml') return ['postgresql'];
  const bare = withoutComments(text);
  return [...read(productionPart(path, bare), SETTINGS), ...read(bare, ADDRESSES)];
}

/** Rails keeps development and test databases in the same file: production decides where it stands alone. */
function productionPart(path: string, text: string): string {
  if (!path.endsWith('database.yml')) return text;
  const production = /^production:[ \t]*\n(?:[ \t]+.*\n?|\n)*/mu.exec(text)?.[0] ?? '';
  return /^\s+adapter\s*:/mu.test(production) ? production : text;
}

function read(text: string, reader: Reader): readonly Database[] {
  return reader.filter(([, pattern]) => pattern.test(text)).map(([database]) => database);
}

/** Whole-line comments of YAML, TOML, properties, Python, Ruby and JavaScript. */
function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*(?:#|\/\/|;|--).*$/gmu, '');
}

function addAll(set: Set<Database>, values: Iterable<Database>): void {
  for (const value of values) set.add(value);
}

function only(set: ReadonlySet<Database>): Database | null {
  const [first] = set;
  return set.size === 1 && first !== undefined ? first : null;
}
