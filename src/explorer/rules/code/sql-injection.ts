import type { SgNode } from '@ast-grep/napi';
import { CODE_FILES, type CodeLanguage } from '../../parsers/ast-grep.ts';
import { type CodeCall, callsParser, nodesOfKind } from '../../parsers/code-calls.ts';
import { functionAround, scopeOf } from '../../parsers/code-scopes.ts';
import { type BuiltString, builtString } from '../../parsers/code-strings.ts';
import { defineFileRule } from '../../rule.ts';

export default defineFileRule({
  id: 'code/sql-injection',
  wave: 1,
  item: 'input_validation',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'happy_path_is_rare',
  priority: 'high',
  confidence: 'medium',
  blocks: null,
  surfaces: ['Python', 'JavaScript', 'TypeScript', 'Go', 'Java', 'Kotlin', 'Ruby', 'PHP', 'C#'],
  files: CODE_FILES,
  optOuts: ['# nosec B608', '# noqa: S608', '#nosec G201', '#nosec G202'],
  title: {
    en: 'SQL is put together from values ({part})',
    vi: 'Câu SQL được ghép từ giá trị ({part})',
  },
  impact: {
    en: 'If {part} can come from a request, its sender reads or deletes every row; even without an attacker a name with an apostrophe breaks the query.',
    vi: 'Nếu {part} có thể đến từ request, người gửi đọc hoặc xóa được mọi dòng; kể cả không bị tấn công, một cái tên có dấu nháy cũng làm hỏng câu truy vấn.',
  },
  why: {
    en: '{call} receives a statement in which {part} is part of the SQL text instead of a bound parameter, so the database cannot tell data from commands.',
    vi: '{call} nhận câu lệnh trong đó {part} nằm ngay trong văn bản SQL thay vì là tham số được bind, nên database không phân biệt được dữ liệu với lệnh.',
  },
  fix: {
    en: 'Bind it: put a placeholder into the statement (?, $1, %s, :name) and hand {part} over as a parameter of {call}.',
    vi: 'Bind tham số: đặt placeholder trong câu lệnh (?, $1, %s, :name) và truyền {part} làm tham số của {call}.',
  },
  later: {
    en: 'Choose names of tables and columns from a fixed list, and give the service a database role without rights that it does not need.',
    vi: 'Chọn tên bảng và cột từ danh sách cố định, và cấp cho dịch vụ database role không có quyền thừa.',
  },
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/89.html',
  ],
  examples: {
    bad: [
      {
        path: 'orders/store.py',
        code: 'def find(cursor, email):\n    cursor.execute(f"SELECT * FROM orders WHERE email = \'{email}\'")\n    return cursor.fetchall()\n',
      },
      {
        path: 'src/orders.ts',
        code: "export async function find(db: Pool, status: string) {\n  const text = `SELECT id FROM orders WHERE status = '${status}'`;\n  return await db.query(text);\n}\n",
      },
      {
        path: 'internal/orders/store.go',
        code: 'package orders\n\nimport "fmt"\n\nfunc (s *Store) Find(ctx context.Context, email string) (*sql.Rows, error) {\n\treturn s.db.QueryContext(ctx, fmt.Sprintf("SELECT id FROM orders WHERE email = \'%s\'", email))\n}\n',
      },
    ],
    good: [
      {
        path: 'orders/store.py',
        code: 'TABLE = "orders"\n\n\ndef find(cursor, email, ids):\n    marks = ", ".join(["%s"] * len(ids))\n    cursor.execute(f"SELECT * FROM {TABLE} WHERE id IN ({marks})", ids)\n    cursor.execute("SELECT * FROM orders WHERE email = %s", (email,))\n',
      },
      {
        path: 'src/orders.ts',
        code: 'export const find = (status: string) => sql.query(sql`SELECT id FROM orders WHERE status = ${status}`);\nexport const byId = (db: Pool, id: string) => db.query("SELECT id " + "FROM orders WHERE id = $1", [id]);\n',
      },
      {
        path: 'internal/orders/store.go',
        code: 'package orders\n\nfunc (s *Store) Find(ctx context.Context, email string) (*sql.Rows, error) {\n\treturn s.db.QueryContext(ctx, "SELECT id FROM orders WHERE email = $1", email)\n}\n',
      },
    ],
  },
  *check(file) {
    if (!STATEMENT_HINT.test(file.text)) return;
    const calls = file.parse(callsParser);
    for (const call of calls.named(...EXECUTORS)) {
      const built = statementOf(call, calls.language);
      const part = built?.parts.find(isValue);
      if (built === null || part === undefined || !isSql(built.text)) continue;
      const name = part.text().replaceAll(/\s+/gu, ' ').slice(0, 40);
      const lines = call.lines;
      yield {
        line: lines.line,
        endLine: Math.min(lines.endLine, lines.line + 5),
        span: lines,
        anchor: `${scopeOf(call.node)}:${call.method}:${name}`,
        values: { call: call.method, part: name },
      };
    }
  },
});

const STATEMENT_HINT = /\b(?:select|insert\s+into|update|delete\s+from)\b/iu;

const EXECUTORS = [
  'execute',
  'executemany',
  'executescript',
  'query',
  'raw',
  'exec',
  'Exec',
  'ExecContext',
  'Query',
  'QueryContext',
  'QueryRow',
  'QueryRowContext',
  'executeQuery',
  'executeUpdate',
  'createNativeQuery',
  'queryForObject',
  'queryForList',
  'find_by_sql',
  'exec_query',
  'select_all',
  '$queryRawUnsafe',
  '$executeRawUnsafe',
  'ExecuteSqlRaw',
  'FromSqlRaw',
  'ExecuteSqlRawAsync',
];

/** The first argument that is a statement; what a local variable holds is looked up in its function. */
function statementOf(call: CodeCall, language: CodeLanguage): BuiltString | null {
  for (const { value } of call.args.slice(0, 2)) {
    const direct = builtString(value);
    if (direct !== null) return direct;
    if (/identifier|^variable_name$/u.test(String(value.kind()))) {
      const held = localValue(call.node, value.text(), language);
      if (held !== null) return builtString(held);
    }
  }
  return null;
}

const DECLARATIONS: Partial<Record<CodeLanguage, readonly (readonly [string, string, string])[]>> =
  {
    typescript: [['variable_declarator', 'name', 'value']],
    tsx: [['variable_declarator', 'name', 'value']],
    javascript: [['variable_declarator', 'name', 'value']],
    java: [['variable_declarator', 'name', 'value']],
    python: [['assignment', 'left', 'right']],
    ruby: [['assignment', 'left', 'right']],
    php: [['assignment_expression', 'left', 'right']],
    go: [['short_var_declaration', 'left', 'right']],
  };

/** The one value that the surrounding function gives to a name; null when there are several. */
function localValue(node: SgNode, name: string, language: CodeLanguage): SgNode | null {
  const around = functionAround(node);
  if (around === null) return null;
  const values = (DECLARATIONS[language] ?? []).flatMap(([kind, left, right]) =>
    nodesOfKind(around, [kind])
      .filter((declaration) => declaration.field(left)?.text() === name)
      .map((declaration) => declaration.field(right)),
  );
  const [value] = values;
  if (values.length !== 1 || !value) return null;
  return value.kind() === 'expression_list' ? (value.namedChildren()[0] ?? null) : value;
}

function isSql(text: string): boolean {
  return /^\s*(?:select\b.+\bfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|with\s+\w+\s+as|call\s|exec\s)/isu.test(
    text.slice(0, 2_000),
  );
}

/** Constants, numbers, quoted identifiers and lists of placeholders do not carry what a user typed. */
function isValue(part: SgNode): boolean {
  const text = part.text();
  if (/^[A-Z][A-Z0-9_]*$|(?:^|\.)[A-Z][A-Z0-9_]+$|^[0-9.]+$|^["'`]/u.test(text)) return false;
  if (
    /quote|escape|identifier|sql\.|literal|format_ident|parseInt|Number\(|int\(|strconv|\.to_i\b|\.join\(/iu.test(
      text,
    )
  )
    return false;
  return !/table|schema|column|placeholder|marks|fields|cols|order_?by|sort|limit|offset|where|clause|condition|filter|join|prefix|suffix|query|sql|db_?name|database|param|interval|index/iu.test(
    /[A-Za-z_]\w*\W*$/u.exec(text)?.[0] ?? '',
  );
}
