import { parseSql } from '../sql.ts';
import type { ParsedStatement } from '../sql.ts';
import { dialectOfSyntax } from '../sql-dialect.ts';
import type { MigrationOperation, OperationDetail, Transactional, Unparsed } from './operations.ts';
import { operationsOfNode } from './sql-operations.ts';
import { operationsOfPlainSql } from './sql-plain.ts';
import { statementsOfDoBlock } from './sql-do-block.ts';

/** What one statement of a script does, or why nobody can tell. */
export interface StatementReading {
  readonly operations: readonly MigrationOperation[];
  readonly unparsed: Unparsed | null;
}

export interface ReadingContext {
  /** Added to every line: where the script starts inside its file, minus one. */
  readonly lineOffset: number;
  readonly transactional: Transactional;
  /** Statements of another dialect need not parse. */
  readonly foreign: boolean;
}

/** SQL inside the string of another language, e.g. `op.execute("…")`. Lines count from `lineOffset`. */
export function readEmbeddedSql(sql: string, context: ReadingContext): readonly StatementReading[] {
  const foreign = context.foreign || isForeign(dialectOfSyntax(sql));
  return parseSql(sql).map((statement) => readStatement(statement, { ...context, foreign }));
}

export function isForeign(dialect: string): boolean {
  return dialect !== 'postgresql' && dialect !== 'unknown';
}

export function readStatement(
  statement: ParsedStatement,
  context: ReadingContext,
): StatementReading {
  if (statement.node !== null)
    return { operations: operationsOf(statement, statement.node, context), unparsed: null };
  const plain = operationsOfPlainSql(statement.bare);
  const operations = plain.map((detail) =>
    place(detail, statement, statement.line, context, false),
  );
  if (statement.reason === '' || context.foreign || isTemplated(statement.bare))
    return { operations, unparsed: null };
  const line = statement.line + context.lineOffset;
  return {
    operations,
    unparsed: { line, reason: statement.reason, text: statement.bare.slice(0, 2_000) },
  };
}

/** `:name` is filled by psql, `?` and `??` by a query builder, before PostgreSQL sees the statement. */
function isTemplated(bare: string): boolean {
  return (
    (/(?<![:\w]):["']?\w/u.test(bare) && !bare.includes('::')) ||
    /(?:^|[\s(,=])\?{1,2}(?=[\s),;]|$)/u.test(bare)
  );
}

function operationsOf(
  statement: ParsedStatement,
  node: ParsedStatement['node'],
  context: ReadingContext,
): MigrationOperation[] {
  if (node === null) return [];
  if ('DoStmt' in node) {
    const opening = statement.text.slice(0, Math.max(0, statement.text.indexOf('$')));
    const first = statement.line + opening.split('\n').length - 1;
    return statementsOfDoBlock(statement.text).flatMap(({ node: inner, offset, conditional }) =>
      operationsOfNode(inner).map(({ detail }) =>
        place(detail, statement, first + offset, context, conditional),
      ),
    );
  }
  let from = 0;
  return operationsOfNode(node).map(({ detail, near }) => {
    const at = near === null ? -1 : findName(statement.bare, near, from);
    if (at >= 0) from = at + (near?.length ?? 0);
    const line = at < 0 ? statement.line : statement.line + countLines(statement.bare.slice(0, at));
    return place(detail, statement, line, context, false);
  });
}

function place(
  detail: OperationDetail,
  statement: ParsedStatement,
  line: number,
  { lineOffset, transactional }: ReadingContext,
  conditional: boolean,
): MigrationOperation {
  const isWhole = line === statement.line;
  const isOneLiner = statement.line === statement.endLine;
  return {
    ...detail,
    line: line + lineOffset,
    endLine:
      (isWhole && (isOneLiner || isShort(statement)) ? statement.endLine : line) + lineOffset,
    statement: { line: statement.line + lineOffset, endLine: statement.endLine + lineOffset },
    conditional,
    transactional,
  };
}

/** A longer statement is cited by its first line only. */
function isShort(statement: ParsedStatement): boolean {
  return statement.endLine - statement.line < 6;
}

function findName(text: string, name: string, from: number): number {
  const lower = text.toLowerCase();
  const wanted = name.toLowerCase();
  // Past `ALTER TABLE name`, so that a column called like its table is found where it stands.
  const start = Math.max(
    from,
    /^\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?\S+/iu.exec(text)?.[0].length ?? 0,
  );
  for (let at = lower.indexOf(wanted, start); at >= 0; at = lower.indexOf(wanted, at + 1))
    if (!isWordPart(lower[at - 1]) && !isWordPart(lower[at + wanted.length])) return at;
  return -1;
}

function isWordPart(char: string | undefined): boolean {
  return char !== undefined && /[\w$]/u.test(char);
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
