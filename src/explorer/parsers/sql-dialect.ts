import type { Dialect } from './migration/operations.ts';

/** Syntax that only one family of databases has; matched on text without comments and strings. */
const MARKERS: readonly (readonly [Exclude<Dialect, 'unknown'>, readonly RegExp[]])[] = [
  [
    'other',
    [
      /^[ \t]*GO[ \t]*$|\[dbo\]|\bN?VARCHAR\s*\(\s*MAX\s*\)|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\s*\d+\s*,|\bSP_RENAME\b/imu,
      /\bVARCHAR2\b|^[ \t]*\/[ \t]*$|\bunique_rowid\s*\(/imu,
      /\bENGINE\s*=\s*\w{0,30}(?:MergeTree|Distributed|Kafka)\b|\bON\s+CLUSTER\b|\bLowCardinality\s*\(/iu,
      /\bCREATE\s+OR\s+REPLACE\s+(?:TRANSIENT\s+)?TABLE\b|\bSTRUCT\s*</iu,
    ],
  ],
  [
    'mysql',
    [
      /`\w|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bTINYINT\b|\bMEDIUMTEXT\b|\bLONGTEXT\b|\bDATETIME\s*\(/iu,
      /\b(?:BIG|SMALL|MEDIUM)?INT\s*\(\s*\d+\s*\)|\bINT\s+UNSIGNED\b|\bDEFAULT\s+CHARSET\b|\butf8mb4\w*\b/iu,
      /\bALTER\s+TABLE\s+\S+\s+(?:MODIFY|CHANGE)\b|\b(?:MODIFY|CHANGE)\s+COLUMN\b|\bDROP\s+FOREIGN\s+KEY\b/iu,
      /\bADD\s+(?:UNIQUE\s+)?(?:INDEX|KEY)\b|\bADD\s+(?:COLUMN\s+)?\w+\s[^,;]{0,200}\s(?:AFTER\s+\w+|FIRST)\s*(?:[,;]|$)/iu,
      /\bFOREIGN_KEY_CHECKS\b|\bON\s+UPDATE\s+CURRENT_TIMESTAMP\b|\bINSERT\s+IGNORE\b|\bREPLACE\s+INTO\b/iu,
      /\bRENAME\s+TABLE\b|\bALGORITHM\s*=|\bLOCK\s*=\s*NONE\b/iu,
    ],
  ],
  [
    'sqlite',
    [
      /\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\bPRAGMA\s+\w|\bsqlite_\w+\b|\bINSERT\s+OR\s+(?:IGNORE|REPLACE)\b/iu,
    ],
  ],
  [
    'postgresql',
    [
      /\bCONCURRENTLY\b|\b(?:BIG|SMALL)?SERIAL\b|\bJSONB\b|\bTIMESTAMPTZ\b|\bBYTEA\b|\bNOT\s+VALID\b|::\s*\w/iu,
      /\bCREATE\s+EXTENSION\b|\bgen_random_uuid\b|\buuid_generate_v\d|\bUSING\s+(?:gin|gist|brin|btree)\b/iu,
      /\bDO\s+\$|\bLANGUAGE\s+'?plpgsql\b|\bSET\s+(?:LOCAL\s+)?(?:lock_timeout|statement_timeout)\b/iu,
      /\bCREATE\s+TYPE\s+\S+\s+AS\s+ENUM\b|\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b/iu,
    ],
  ],
];

const PATH_WORDS: readonly (readonly [Exclude<Dialect, 'unknown'>, string])[] = [
  ['mysql', 'mysql|mariadb|tidb'],
  ['sqlite', 'sqlite3?|libsql|turso'],
  ['postgresql', 'postgres|postgresql|pgsql|pg|psql|supabase'],
  [
    'other',
    'clickhouse|cockroach|cockroachdb|crdb|snowflake|bigquery|oracle|mssql|sqlserver|cassandra|spanner|redshift|db2|h2|hsqldb|duckdb',
  ],
];

/** Whole folder names, and the last part of a file name before its extension: `001_init.mysql.sql`. */
const PATH_MARKERS = PATH_WORDS.map(
  ([dialect, words]) =>
    [dialect, new RegExp(`(?:^|/)(?:${words})/|\\.(?:${words})\\.\\w+$`, 'iu')] as const,
);

/**
 * By folder or file name first, by syntax then: a team that keeps a folder for each dialect names it.
 * A folder called `oracle` can also be a service, so there the syntax has the last word.
 */
export function dialectOf(path: string, bareSql: string): Dialect {
  const named = dialectOfPath(path);
  if (named !== 'unknown' && named !== 'other') return named;
  const shown = dialectOfSyntax(bareSql);
  return shown === 'unknown' ? named : shown;
}

export function dialectOfPath(path: string): Dialect {
  return PATH_MARKERS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'unknown';
}

export function dialectOfSyntax(bareSql: string): Dialect {
  const masked = withoutStrings(bareSql);
  const found = MARKERS.find(([, patterns]) => patterns.some((pattern) => pattern.test(masked)));
  return found?.[0] ?? 'unknown';
}

/** Empties quoted strings and dollar-quoted bodies, so that prose in them proves nothing. */
export function withoutStrings(sql: string): string {
  return withoutDollarQuotes(sql).replaceAll(/'[^']*'/gu, "''");
}

const DOLLAR_TAG = /\$\w{0,40}\$/gu;
/** Each opening without an end costs a search to the end of the text. */
const MAX_UNCLOSED_QUOTES = 50;

function withoutDollarQuotes(sql: string): string {
  const parts: string[] = [];
  let from = 0;
  let unclosed = 0;
  for (const { 0: tag, index } of sql.matchAll(DOLLAR_TAG)) {
    if (index < from || unclosed > MAX_UNCLOSED_QUOTES) continue;
    const close = sql.indexOf(tag, index + tag.length);
    if (close < 0) unclosed += 1;
    else {
      parts.push(sql.slice(from, index), tag, tag);
      from = close + tag.length;
    }
  }
  return parts.join('') + sql.slice(from);
}
