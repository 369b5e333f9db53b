import { SqlError, loadModule, parseSync } from 'libpg-query';
import type { Node } from 'libpg-query';
import { ParseFailure } from '../source-file.ts';
import { splitSql } from './sql-split.ts';
import type { SqlStatement } from './sql-split.ts';

// The WebAssembly module must be ready before the first synchronous parse; rules load this file lazily.
await loadModule();

/** A statement with its syntax tree; `node` is null when PostgreSQL's parser refuses it. */
export interface ParsedStatement extends SqlStatement {
  readonly node: Node | null;
  /** What the parser said; empty when it parsed. */
  readonly reason: string;
}

/** Stands for one character of a placeholder: a letter to the parser, and in no real name. */
export const PLACEHOLDER = 'ǂ';

const PLACEHOLDERS = /\$\{[^}\n]{1,200}\}|\{\{[^}\n]{1,200}\}\}/gu;
const TEMPLATE_BLOCKS = /\{%[^%\n]{0,300}%\}/gu;
/** Nobody writes a longer statement than this, except one that inserts data. */
const MAX_STATEMENT_CHARS = 200_000;

/** Statements that neither change a schema nor read other rows: rows of data, comments, grants. */
const IRRELEVANT = /^(?:INSERT\b(?![\s\S]*\bSELECT\b)|COMMENT\s+ON\b|GRANT\b|REVOKE\b)/iu;

/** More than people write into one script; each costs a fraction of a millisecond. */
const MAX_PARSED_STATEMENTS = 10_000;

/**
 * Parses a script statement by statement, so that one foreign statement costs only itself. Throws
 * `ParseFailure` for a script of more statements than any person writes.
 */
export function parseSql(text: string): readonly ParsedStatement[] {
  let parsed = 0;
  return splitSql(maskPlaceholders(text)).map((statement) => {
    if (IRRELEVANT.test(statement.bare)) return { ...statement, node: null, reason: '' };
    parsed += 1;
    if (parsed > MAX_PARSED_STATEMENTS)
      throw new ParseFailure(`more than ${MAX_PARSED_STATEMENTS} statements in one file`);
    return parseStatement(statement);
  });
}

/** Replaces `${name}` and `{{ name }}` by as many letters, so that the rest parses at its place. */
export function maskPlaceholders(text: string): string {
  return text
    .replaceAll(PLACEHOLDERS, (found) => PLACEHOLDER.repeat(found.length))
    .replaceAll(TEMPLATE_BLOCKS, (found) => ' '.repeat(found.length));
}

function parseStatement(statement: SqlStatement): ParsedStatement {
  if (statement.bare.length > MAX_STATEMENT_CHARS)
    return { ...statement, node: null, reason: `longer than ${MAX_STATEMENT_CHARS} characters` };
  try {
    return { ...statement, node: parseSync(statement.text).stmts?.[0]?.stmt ?? null, reason: '' };
  } catch (error) {
    if (error instanceof SqlError) return { ...statement, node: null, reason: error.message };
    // A trap of the WebAssembly instance is not about this statement: nothing after it can be trusted.
    throw new ParseFailure(`line ${statement.line}: the SQL parser gave up`);
  }
}
