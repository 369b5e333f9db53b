import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSql } from '../../../../src/explorer/parsers/sql-split.ts';

describe('splitSql', () => {
  it.each([
    {
      name: 'two statements',
      sql: 'SELECT 1;\nSELECT 2;\n',
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      name: 'a last one without semicolon',
      sql: 'SELECT 1;\n\nSELECT\n2',
      lines: [
        [1, 1],
        [3, 4],
      ],
    },
    { name: 'a semicolon in a string', sql: "SELECT ';', 'it''s; fine';", lines: [[1, 1]] },
    {
      name: 'a backslash in a plain string',
      sql: "SELECT 'a\\';\nSELECT 2;",
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      name: 'an escaped quote in an E string',
      sql: "SELECT E'a\\';';\nSELECT 2;",
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    { name: 'a quoted name', sql: 'SELECT 1 AS "a;b";', lines: [[1, 1]] },
    { name: 'a line comment', sql: '-- no; statement\nSELECT 1; -- ; here\n', lines: [[2, 2]] },
    { name: 'nested block comments', sql: '/* a /* ; */ ; */ SELECT 1;', lines: [[1, 1]] },
    {
      name: 'a quote in a comment',
      sql: "-- it's\nSELECT 1;\nSELECT 2;",
      lines: [
        [2, 2],
        [3, 3],
      ],
    },
    {
      name: 'dollar quotes',
      sql: 'DO $$ BEGIN;\nEND; $$;\nSELECT 1;',
      lines: [
        [1, 2],
        [3, 3],
      ],
    },
    {
      name: 'tagged dollar quotes',
      sql: 'DO $a$ $$ ; $$ $a$;\nSELECT 1;',
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      name: 'a dollar in a name',
      sql: 'SELECT a$b$c;\nSELECT 2;',
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      name: 'a parameter',
      sql: 'SELECT $1;\nSELECT $2;',
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    {
      name: 'a body of standard SQL',
      sql: 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n SELECT 1;\n SELECT 2;\nEND;\nSELECT 3;',
      lines: [
        [1, 4],
        [5, 5],
      ],
    },
    { name: 'psql commands', sql: '\\set ON_ERROR_STOP on\nSELECT 1;\n', lines: [[2, 2]] },
    {
      name: 'copied data',
      sql: 'COPY t FROM stdin;\n1;2\n\\.\nSELECT 1;',
      lines: [
        [1, 1],
        [4, 4],
      ],
    },
    {
      name: 'another delimiter',
      sql: 'DELIMITER //\nSELECT 1; SELECT 2//\nDELIMITER ;\nSELECT 3;',
      lines: [
        [2, 2],
        [4, 4],
      ],
    },
    {
      name: 'batches',
      sql: 'SELECT 1\nGO\nSELECT 2\nGO\n',
      lines: [
        [1, 1],
        [3, 3],
      ],
    },
    {
      name: 'an unclosed string',
      sql: "SELECT 1;\nSELECT 'a;\nb",
      lines: [
        [1, 1],
        [2, 3],
      ],
    },
    {
      name: 'CRLF',
      sql: 'SELECT 1;\r\nSELECT 2;\r\n',
      lines: [
        [1, 1],
        [2, 2],
      ],
    },
    { name: 'nothing but comments', sql: '-- a\n/* b */\n', lines: [] },
  ])('$name', ({ sql, lines }) => {
    expect(splitSql(sql).map(({ line, endLine }) => [line, endLine])).toEqual(lines);
  });

  it('keeps comments in the text and blanks them in the bare text, at the same offsets', () => {
    const [statement] = splitSql('DROP /* not; */ TABLE users -- gone\n;');

    expect(statement?.text).toBe('DROP /* not; */ TABLE users');
    expect(statement?.bare).toBe('DROP            TABLE users');
  });

  it('never loses or invents a statement, whatever stands in strings and comments', () => {
    const noise = fc.constantFrom(
      "'a;b'",
      '"c;d"',
      '/* e;f */',
      '-- g;h\n',
      '$$ i;j $$',
      '$t$ k; $t$',
      'l',
      '\n',
    );
    const statement = fc
      .array(noise, { maxLength: 6 })
      .map((parts) => `SELECT 1 ${parts.join(' ')}`);

    fc.assert(
      fc.property(fc.array(statement, { maxLength: 8 }), (statements) => {
        const found = splitSql(statements.map((text) => `${text}\n;\n`).join(''));

        expect(found.length).toBe(statements.length);
        for (const { bare } of found) expect(bare.startsWith('SELECT 1')).toBe(true);
      }),
    );
  });

  it('ends on any text', () => {
    const hostile = fc.string({
      unit: fc.constantFrom("'", '"', '$', '-', '/', '*', ';', '\n', '\\', 'a', 'E'),
    });

    fc.assert(
      fc.property(hostile, (text) => splitSql(text).every(({ line, endLine }) => line <= endLine)),
    );
  });
});
