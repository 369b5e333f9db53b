import type { OperationDetail } from './operations.ts';
import { withoutStrings } from '../sql-dialect.ts';
import { PLACEHOLDER } from '../sql.ts';

const NAME = String.raw`(?:[\w$${PLACEHOLDER}.]|"[^"]+"|` + '`[^`]+`' + String.raw`|\[[^\]]+\])+`;

/**
 * Reads the steps that mean the same in every SQL dialect from a statement that the PostgreSQL parser
 * does not understand. Lock rules never use it: how a lock is taken is the dialect's own affair.
 */
export function operationsOfPlainSql(bareSql: string): readonly OperationDetail[] {
  // What the readers look for stands at the start; a long tail would only cost time.
  const sql = withoutStrings(bareSql.slice(0, MAX_PLAIN_CHARS)).trim();
  for (const [pattern, read] of READERS) {
    const found = pattern.exec(sql);
    if (found !== null) return read(found, sql);
  }
  return [];
}

const MAX_PLAIN_CHARS = 5_000;

type PlainReader = (found: RegExpExecArray, sql: string) => readonly OperationDetail[];

const READERS: readonly (readonly [RegExp, PlainReader])[] = [
  [
    new RegExp(
      String.raw`^CREATE\s+(?:OR\s+REPLACE\s+)?((?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\s+)?(?:\w+\s+){0,2}?TABLE\s+(IF\s+NOT\s+EXISTS\s+)?(${NAME})`,
      'iu',
    ),
    (found) => [
      {
        kind: 'create_table',
        table: plainName(found[3]),
        temporary: found[1] !== undefined || found[3]?.startsWith('#') === true,
        ifNotExists: found[2] !== undefined,
      },
    ],
  ],
  [
    new RegExp(
      String.raw`^DROP\s+(TEMP(?:ORARY)?\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?(${NAME}(?:\s*,\s*${NAME})*)`,
      'iu',
    ),
    (found, sql) =>
      found[1] === undefined
        ? namesOf(found[2]).map((table) => ({ kind: 'drop_table', table, cascade: isCascade(sql) }))
        : [],
  ],
  [
    new RegExp(String.raw`^TRUNCATE\s+(?:TABLE\s+)?(${NAME}(?:\s*,\s*${NAME})*)`, 'iu'),
    (found, sql) =>
      namesOf(found[1]).map((table) => ({
        kind: 'truncate_table',
        table,
        cascade: isCascade(sql),
      })),
  ],
  [
    new RegExp(String.raw`^DROP\s+(DATABASE|SCHEMA)\s+(?:IF\s+EXISTS\s+)?(${NAME})`, 'iu'),
    (found) => {
      const name = plainName(found[2]);
      // Only PostgreSQL keeps a schema that is not empty; to MySQL both words mean the database.
      return name === null
        ? []
        : [{ kind: 'drop_database', name, what: 'database', cascade: true }];
    },
  ],
  [
    new RegExp(String.raw`^RENAME\s+TABLE\s+(${NAME})\s+TO\s+(${NAME})`, 'iu'),
    (found) => [{ kind: 'rename_table', table: plainName(found[1]), to: plainName(found[2]) }],
  ],
  [
    new RegExp(
      String.raw`^INSERT\s+(?:\w+\s+)?INTO\s+(${NAME})[\s\S]*?\bSELECT\b[\s\S]*?\bFROM\s+(${NAME})`,
      'iu',
    ),
    (found) => {
      const from = plainName(found[2]);
      return from === null ? [] : [{ kind: 'copy_rows', from: [from], into: plainName(found[1]) }];
    },
  ],
  [
    new RegExp(String.raw`^ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(${NAME})\s+([\s\S]*)$`, 'iu'),
    alterTable,
  ],
];

const DROP_COLUMN = new RegExp(
  String.raw`^DROP\s+(?:COLUMN\s+)?(?:IF\s+EXISTS\s+)?(${NAME})\s*$`,
  'iu',
);
const NOT_A_COLUMN =
  /^(?:COLUMN|INDEX|KEY|CONSTRAINT|FOREIGN|PRIMARY|CHECK|PARTITION|PROJECTION|DEFAULT|UNIQUE)$/iu;
const RENAME_COLUMN = new RegExp(
  String.raw`^RENAME\s+COLUMN\s+(${NAME})\s+TO\s+(${NAME})\s*$`,
  'iu',
);
const CHANGE_COLUMN = new RegExp(String.raw`^CHANGE\s+(?:COLUMN\s+)?(${NAME})\s+(${NAME})\s`, 'iu');
const RENAME_TABLE = new RegExp(String.raw`^RENAME\s+(?:TO\s+|AS\s+)?(${NAME})\s*$`, 'iu');

function alterTable(found: RegExpExecArray): readonly OperationDetail[] {
  const table = plainName(found[1]);
  return splitCommands(found[2] ?? '').flatMap((command): OperationDetail[] => {
    const dropped = DROP_COLUMN.exec(command)?.[1];
    if (dropped !== undefined && !NOT_A_COLUMN.test(dropped))
      return [{ kind: 'drop_column', table, column: plainName(dropped) }];
    const renamed = RENAME_COLUMN.exec(command) ?? CHANGE_COLUMN.exec(command);
    if (renamed !== null) {
      const column = plainName(renamed[1]);
      const to = plainName(renamed[2]);
      return column === to ? [] : [{ kind: 'rename_column', table, column, to }];
    }
    const moved = RENAME_TABLE.exec(command)?.[1];
    return moved === undefined ? [] : [{ kind: 'rename_table', table, to: plainName(moved) }];
  });
}

/** At commas outside parentheses. */
function splitCommands(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

function namesOf(list: string | undefined): (string | null)[] {
  return (list ?? '').split(',').map((name) => plainName(name.trim()));
}

function plainName(raw: string | undefined): string | null {
  if (raw === undefined || raw.includes(PLACEHOLDER)) return null;
  const parts = raw.split('.').map((part) => part.replaceAll(/^[`"[]|[`"\]]$/gu, ''));
  const name = parts.filter((part) => part !== 'public' && part !== 'dbo').join('.');
  return name === '' ? null : name.toLowerCase();
}

function isCascade(sql: string): boolean {
  return /\bCASCADE\b/iu.test(sql);
}
