import type { SgNode } from '@ast-grep/napi';
import type { ParserInput } from '../../source-file.ts';
import { parseWith } from '../ast-grep.ts';
import { digestOfCode } from './digest.ts';
import type { ColumnDefault, DownPart, Migration, OperationDetail } from './operations.ts';
import type { Call, WalkContext } from './syntax.ts';
import { CodeReading, callOf, isLiteral, nameOf, walkCalls } from './syntax.ts';

/** A revision of Alembic; null for a Python file that is none. */
export function readAlembicMigration({ text }: ParserInput): Migration | null {
  if (!/^\s*(?:from\s+alembic\s+import|import\s+alembic)\b/mu.test(text)) return null;
  const root = parseWith('python', text).root();
  const upgrade = functionOf(root, 'upgrade');
  if (upgrade === null) return null;
  const reading = new CodeReading(false);
  walk(upgrade, { conditional: false, transactional: 'yes' }, { op: 'op', table: null }, reading);
  return {
    tool: 'alembic',
    dialect:
      /\bpostgresql_(?:concurrently|not_valid|using|where|ops)\b|\bdialects\.postgresql\b|\bdialects\s+import\s+postgresql\b/u.test(
        text,
      )
        ? 'postgresql'
        : 'unknown',
    downOnly: false,
    runs: 'once',
    operations: reading.operations,
    unparsed: reading.unparsed,
    ...downOf(root),
    digest: digestOfCode(upgrade.text()),
    changesets: [],
  };
}

function functionOf(root: SgNode, name: string): SgNode | null {
  return (
    root
      .findAll({ rule: { kind: 'function_definition' } })
      .find((f) => f.field('name')?.text() === name) ?? null
  );
}

/** What operations are called on: `op`, or the variable of a batch over one table. */
interface Target {
  readonly op: string;
  readonly table: string | null;
}

function walk(node: SgNode, context: WalkContext, target: Target, reading: CodeReading): void {
  for (const child of node.children())
    if (child.kind() === 'with_statement') walkWith(child, context, target, reading);
    else if (!CONTAINERS.has(String(child.kind())))
      walkCalls(child, context, (call, at) => visit(call, at, target, reading));
    else
      walk(child, isBranch(child) ? { ...context, conditional: true } : context, target, reading);
}

const CONTAINERS = new Set([
  'block',
  'if_statement',
  'else_clause',
  'elif_clause',
  'for_statement',
  'try_statement',
  'except_clause',
]);

function isBranch(node: SgNode): boolean {
  return node.kind() !== 'block' && node.kind() !== 'try_statement';
}

function walkWith(node: SgNode, context: WalkContext, target: Target, reading: CodeReading): void {
  const body = node.field('body');
  if (body === null) return;
  const header = node
    .text()
    .slice(0, Math.max(0, body.range().start.index - node.range().start.index));
  const inner = /\bautocommit_block\s*\(/u.test(header)
    ? { ...context, transactional: 'no' as const }
    : context;
  const batch = node.find({ rule: { kind: 'as_pattern' } });
  const call = batch === null ? null : callOf(batch.children()[0] ?? batch);
  const variable = batch?.children().at(-1)?.text();
  if (call?.name === 'batch_alter_table' && variable !== undefined)
    walk(body, inner, { op: variable, table: nameOf(call.args[0]) }, reading);
  else walk(body, inner, target, reading);
}

function visit(
  call: Call,
  context: WalkContext,
  target: Target,
  reading: CodeReading,
): WalkContext | null {
  if (call.name === 'execute') {
    const sql = call.args[0];
    const wrapped = sql === undefined ? null : callOf(sql);
    reading.addSql(
      wrapped !== null && /^(?:text|DDL)$/u.test(wrapped.name) ? wrapped.args[0] : sql,
      context,
    );
    return null;
  }
  if (call.receiver !== target.op) return context;
  // In a batch the table is said once, so every other argument moves up by one.
  const args = target.op === 'op' ? call.args : [undefined, ...call.args];
  const table = target.op === 'op' ? nameOf(call.args[0]) : target.table;
  for (const detail of operationsOf(call, args, table, target))
    reading.add(detail, call.node, context);
  return null;
}

function operationsOf(
  { name, args: given, options }: Call,
  args: readonly (SgNode | undefined)[],
  table: string | null,
  target: Target,
): readonly OperationDetail[] {
  switch (name) {
    case 'create_table':
      return [
        {
          kind: 'create_table',
          table,
          temporary: false,
          ifNotExists: isLiteral(options.get('if_not_exists'), 'True'),
        },
      ];
    case 'drop_table':
      return [{ kind: 'drop_table', table, cascade: false }];
    case 'rename_table':
      return [
        { kind: 'rename_table', table, to: nameOf(args[1] ?? options.get('new_table_name')) },
      ];
    case 'add_column':
      return addColumn(table, args[1]);
    case 'drop_column':
      return [
        { kind: 'drop_column', table, column: nameOf(args[1] ?? options.get('column_name')) },
      ];
    case 'alter_column':
      return alterColumn(table, nameOf(args[1] ?? options.get('column_name')), options);
    default:
      return indexOperations({ name, options }, given, target);
  }
}

/** Indexes and constraints are named first and say their table second, or not at all in a batch. */
function indexOperations(
  { name, options }: Pick<Call, 'name' | 'options'>,
  given: readonly SgNode[],
  target: Target,
): readonly OperationDetail[] {
  const table =
    target.table ?? nameOf(given[1] ?? options.get('table_name') ?? options.get('source_table'));
  const own = nameOf(given[0] ?? options.get('index_name'));
  const concurrently = isLiteral(options.get('postgresql_concurrently'), 'True');
  switch (name) {
    case 'create_index':
      return [
        {
          kind: 'create_index',
          table,
          index: own,
          concurrently,
          unique: isLiteral(options.get('unique'), 'True'),
        },
      ];
    case 'drop_index':
      return [{ kind: 'drop_index', index: own, concurrently }];
    case 'drop_constraint':
      return [{ kind: 'drop_constraint', table, name: own }];
    case 'create_foreign_key':
    case 'create_check_constraint':
    case 'create_unique_constraint':
    case 'create_primary_key':
      return [
        {
          kind: 'add_constraint',
          table,
          name: own,
          constraint: CONSTRAINTS[name],
          notValid: isLiteral(options.get('postgresql_not_valid'), 'True'),
          usingIndex: false,
          notNullColumn: null,
        },
      ];
    default:
      return [];
  }
}

const CONSTRAINTS = {
  create_foreign_key: 'foreign_key',
  create_check_constraint: 'check',
  create_unique_constraint: 'unique',
  create_primary_key: 'primary_key',
} as const;

function addColumn(table: string | null, column: SgNode | undefined): readonly OperationDetail[] {
  const call = column === undefined ? null : callOf(column);
  if (call === null || call.name !== 'Column') return [];
  const computed = call.args.map((argument) => callOf(argument)?.name);
  const notNull = isLiteral(call.options.get('nullable'), 'False');
  return [
    {
      kind: 'add_column',
      table,
      column: nameOf(call.args[0]),
      notNull,
      default: defaultOf(call, computed),
    },
  ];
}

function defaultOf({ options }: Call, computed: readonly (string | undefined)[]): ColumnDefault {
  if (computed.includes('Identity')) return 'identity';
  if (computed.includes('Computed')) return 'stored';
  const value = options.get('server_default');
  if (value === undefined || value.text() === 'None') return 'none';
  if (nameOf(value) !== null) return 'constant';
  const sql = value.text();
  if (/\b(?:gen_random_uuid|uuid_generate_v\d|random|clock_timestamp|nextval)\s*\(/iu.test(sql))
    return 'volatile';
  if (
    /\b(?:now\s*\(|current_timestamp|true|false)/iu.test(sql) ||
    /\btext\(\s*["'][^"'(]*["']\s*\)/u.test(sql)
  )
    return 'constant';
  return 'unknown';
}

function alterColumn(
  table: string | null,
  column: string | null,
  options: Call['options'],
): readonly OperationDetail[] {
  const found: OperationDetail[] = [];
  if (isLiteral(options.get('nullable'), 'False'))
    found.push({ kind: 'set_not_null', table, column });
  const to = options.get('new_column_name');
  if (to !== undefined) found.push({ kind: 'rename_column', table, column, to: nameOf(to) });
  const type = options.get('type_');
  if (type !== undefined)
    found.push({
      kind: 'alter_column_type',
      table,
      column,
      type: typeOf(type),
      using: options.has('postgresql_using'),
    });
  return found;
}

/** `sa.String(length=50)` is a `string(50)`; anything with more in it stays unknown. */
function typeOf(node: SgNode): string | null {
  const found = /^(?:\w+\.)?(\w+)\(\s*(?:length\s*=\s*)?(\d*)\s*\)$/u.exec(node.text());
  if (found === null) return null;
  const name = (found[1] ?? '').toLowerCase();
  return found[2] === '' ? name : `${name}(${found[2]})`;
}

function downOf(root: SgNode): { readonly down: DownPart; readonly downLine: number } {
  const downgrade = functionOf(root, 'downgrade');
  if (downgrade === null) return { down: 'absent', downLine: 1 };
  const downLine = downgrade.range().start.line + 1;
  const statements =
    downgrade
      .field('body')
      ?.children()
      .filter((child) => child.isNamed() && child.kind() !== 'comment') ?? [];
  const empty = statements.every(
    (child) => child.kind() === 'pass_statement' || /^(?:\.\.\.|["'])/u.test(child.text()),
  );
  if (empty) return { down: 'empty', downLine };
  const raises = statements.every(
    (child) => child.kind() === 'raise_statement' || /^["']/u.test(child.text()),
  );
  return { down: raises ? 'raises' : 'present', downLine };
}
