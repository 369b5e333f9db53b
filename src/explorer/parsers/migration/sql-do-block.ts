import { parsePlPgSQLSync, parseSync, SqlError } from 'libpg-query';
import type { Node } from 'libpg-query';

/** A statement inside a DO block. `offset` counts lines from the line on which the body opens. */
export interface BlockStatement {
  readonly node: Node;
  readonly offset: number;
  readonly conditional: boolean;
}

const MAX_DEPTH = 60;

/**
 * The statements that a DO block runs, without those that it builds at run time. Empty when the body is
 * not PL/pgSQL or cannot be parsed: nothing is said about it then.
 */
export function statementsOfDoBlock(sql: string): readonly BlockStatement[] {
  let tree: unknown;
  try {
    tree = parsePlPgSQLSync(sql);
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
  return [...walk(tree, false, 0)];
}

/** Branches and loops may run never or often; what stands in them is conditional. */
const CONDITIONAL =
  /^PLpgSQL_(?:stmt_(?:if|case|loop|while|fori|fors|forc|foreach_a|dynfors)|exception)$/u;

function* walk(value: unknown, conditional: boolean, depth: number): Iterable<BlockStatement> {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value))
    if (key === 'PLpgSQL_stmt_execsql')
      yield* execution(child, pick(child, 'sqlstmt'), conditional, (query) => query);
    else if (key === 'PLpgSQL_stmt_dynexecute')
      yield* execution(child, pick(child, 'query'), conditional, constantText);
    else yield* walk(child, conditional || CONDITIONAL.test(key), depth + 1);
}

function execution(
  value: unknown,
  expression: unknown,
  conditional: boolean,
  sqlOf: (query: string) => string | null,
): BlockStatement[] {
  const query = pick(pick(expression, 'PLpgSQL_expr'), 'query');
  const line = pick(value, 'lineno');
  const sql = typeof query === 'string' ? sqlOf(query) : null;
  const node = sql === null ? null : parseQuery(sql);
  return node === null
    ? []
    : [{ node, offset: typeof line === 'number' ? line - 1 : 0, conditional }];
}

/** What `EXECUTE 'DROP TABLE users'` runs; null when the text is put together at run time. */
function constantText(expression: string): string | null {
  const text = /^\s*'((?:[^']|'')*)'\s*$/u.exec(expression)?.[1];
  return text === undefined ? null : text.replaceAll("''", "'");
}

function parseQuery(query: string): Node | null {
  try {
    return parseSync(query).stmts?.[0]?.stmt ?? null;
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

function pick(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
