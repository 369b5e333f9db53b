import type { ParserInput } from '../../source-file.ts';
import { parseSql } from '../sql.ts';
import type { ParsedStatement } from '../sql.ts';
import { dialectOf } from '../sql-dialect.ts';
import { digestOf } from './digest.ts';
import { classifySql } from './classify-sql.ts';
import type { SqlMigrationKind } from './classify-sql.ts';
import type { Changeset, DownPart, Migration, MigrationTool, Transactional } from './operations.ts';
import { habitOf, sectionAt, sectionsOf } from './sql-sections.ts';
import type { SqlSection } from './sql-sections.ts';
import { isForeign, readStatement } from './sql-statements.ts';

/** A script of any tool that keeps migrations in SQL; null when the file is no migration. */
export function readSqlMigration({ path, text, lines }: ParserInput): Migration | null {
  const kind = classifySql(path, text);
  if (kind === null) return null;
  const statements = parseSql(text);
  const sections = sectionsOf(kind.tool, text, lines);
  const dialect = dialectOf(path, statements.map(({ bare }) => bare).join(';\n'));
  const up = kind.downOnly
    ? []
    : statements.filter((s) => runsOnPostgres(sectionAt(sections, s.line), 'up'));
  const readings = withTransactions(up, sections, kind.tool).map(([statement, transactional]) =>
    readStatement(statement, { lineOffset: 0, transactional, foreign: isForeign(dialect) }),
  );
  return {
    tool: kind.tool,
    dialect,
    downOnly: kind.downOnly,
    runs: kind.runs,
    operations: readings.flatMap(({ operations }) => operations),
    ...downOf(kind, sections, statements),
    // Flyway's checksum covers the comments too.
    digest: kind.tool === 'flyway' ? digestOf(lines) : digestOf(up.map(({ bare }) => bare)),
    changesets: changesetsOf(sections, statements),
    unparsed: readings.flatMap(({ unparsed }) => (unparsed === null ? [] : [unparsed])),
  };
}

function runsOnPostgres(section: SqlSection, direction: 'up' | 'down'): boolean {
  const { databases } = section;
  const excluded =
    databases.length > 0 &&
    !databases.includes('postgresql') &&
    !databases.every((d) => d.startsWith('!'));
  return section.direction === direction && !excluded;
}

/** Pairs each statement with whether it runs inside a transaction, its own BEGIN … COMMIT included. */
function withTransactions(
  statements: readonly ParsedStatement[],
  sections: readonly SqlSection[],
  tool: MigrationTool,
): readonly (readonly [ParsedStatement, Transactional])[] {
  let open = false;
  return statements.map((statement) => {
    open = isOpenAfter(statement, open);
    const said = sectionAt(sections, statement.line).transactional;
    return [statement, open ? 'yes' : (said ?? habitOf(tool, statements.length))] as const;
  });
}

function isOpenAfter({ node }: ParsedStatement, open: boolean): boolean {
  if (node === null || !('TransactionStmt' in node)) return open;
  const { kind } = node.TransactionStmt;
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return true;
  return kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK' ? false : open;
}

const SECTIONED = new Set<MigrationTool>(['goose', 'dbmate', 'sql-migrate']);
const PAIRED = new Set<MigrationTool>(['golang-migrate', 'diesel']);

function downOf(
  { tool, downOnly }: SqlMigrationKind,
  sections: readonly SqlSection[],
  statements: readonly ParsedStatement[],
): { readonly down: DownPart; readonly downLine: number } {
  if (PAIRED.has(tool))
    return { down: downOnly && statements.length === 0 ? 'empty' : 'elsewhere', downLine: 1 };
  if (!SECTIONED.has(tool)) return { down: 'none', downLine: 1 };
  const down = sections.find(({ direction }) => direction === 'down');
  if (down === undefined) return { down: 'absent', downLine: 1 };
  const filled = statements.some(({ line }) => sectionAt(sections, line).direction === 'down');
  return { down: filled ? 'present' : 'empty', downLine: down.line };
}

function changesetsOf(
  sections: readonly SqlSection[],
  statements: readonly ParsedStatement[],
): readonly Changeset[] {
  return sections.flatMap((section): Changeset[] => {
    if (section.changeset === null) return [];
    const own = statements.filter(({ line }) => sectionAt(sections, line) === section);
    const digest = digestOf(own.map(({ bare }) => bare));
    return [{ id: section.changeset, digest, editable: section.editable, line: section.line }];
  });
}
