import type { MigrationTool, Transactional } from './operations.ts';

/** A part of a script, from its line to the next section's. */
export interface SqlSection {
  readonly line: number;
  readonly direction: 'up' | 'down';
  /** What the section itself says; null leaves it to the tool's habit. */
  readonly transactional: 'yes' | 'no' | null;
  /** `author:id` of a Liquibase changeset; null elsewhere. */
  readonly changeset: string | null;
  readonly editable: boolean;
  /** The changeset runs only on these databases; empty: on every one. */
  readonly databases: readonly string[];
}

/** Tools whose files hold both directions. */
const DIRECTIONS: Partial<Record<MigrationTool, RegExp>> = {
  goose: /^--[ \t]*\+goose[ \t]+(Up|Down)\b/iu,
  dbmate: /^--[ \t]*migrate:(up|down)\b/iu,
  'sql-migrate': /^--[ \t]*\+migrate[ \t]+(Up|Down)\b/iu,
  'node-pg-migrate': /^--[ \t]*(Up|Down)[ \t]+Migration\b/iu,
};

const CHANGESET = /^--[ \t]*changeset[ \t]+(\S+:\S+)/iu;
const NO_TRANSACTION = /transaction:false|notransaction|runInTransaction:"?false/iu;
const GOOSE_NO_TRANSACTION = /^--[ \t]*\+goose[ \t]+NO[ \t]+TRANSACTION\b/imu;

/** Cuts a script at the comments by which its tool marks directions and changesets. */
export function sectionsOf(
  tool: MigrationTool,
  text: string,
  lines: readonly string[],
): readonly SqlSection[] {
  const direction = DIRECTIONS[tool];
  const whole = tool === 'goose' && GOOSE_NO_TRANSACTION.test(text) ? 'no' : null;
  const found = lines.flatMap((content, index): SqlSection[] => {
    const line = index + 1;
    if (tool === 'liquibase') return changesetAt(content, line);
    const word = direction?.exec(content)?.[1];
    if (word === undefined) return [];
    const transactional = NO_TRANSACTION.test(content) ? 'no' : whole;
    return [
      { ...section(line, transactional), direction: word.toLowerCase() === 'down' ? 'down' : 'up' },
    ];
  });
  const start = section(0, tool === 'sqlx' ? 'no' : whole);
  return [start, ...found];
}

export function sectionAt(sections: readonly SqlSection[], line: number): SqlSection {
  return sections.findLast((candidate) => candidate.line <= line) ?? section(0, null);
}

function changesetAt(content: string, line: number): SqlSection[] {
  const id = CHANGESET.exec(content)?.[1];
  if (id === undefined) return [];
  const databases = /\bdbms:"?([\w!,]+)/iu.exec(content)?.[1] ?? '';
  return [
    {
      ...section(line, NO_TRANSACTION.test(content) ? 'no' : null),
      changeset: id,
      editable: /runOnChange:"?true|runAlways:"?true/iu.test(content),
      databases: databases === '' ? [] : databases.toLowerCase().split(','),
    },
  ];
}

function section(line: number, transactional: 'yes' | 'no' | null): SqlSection {
  return { line, direction: 'up', transactional, changeset: null, editable: false, databases: [] };
}

/**
 * How each tool runs a script that says nothing itself. Several statements sent as one query share one
 * implicit transaction, and whether a tool sends them so depends on its version and settings: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
 */
export function habitOf(tool: MigrationTool, statements: number): Transactional {
  switch (tool) {
    case 'liquibase':
    case 'goose':
    case 'dbmate':
    case 'sql-migrate':
    case 'node-pg-migrate':
    case 'diesel':
    case 'drizzle':
      return 'yes';
    case 'prisma':
    case 'golang-migrate':
      return statements > 1 ? 'unknown' : 'no';
    default:
      return 'unknown';
  }
}
