import type { SgNode } from '@ast-grep/napi';
import type { ColumnDefault, OperationDetail } from './operations.ts';
import type { Call, WalkContext } from './syntax.ts';
import { isLiteral, nameOf, pairsOf, walkCalls } from './syntax.ts';

/** What a call of the schema statements does. Unknown helpers give nothing. */
export function operationsOfRailsCall(call: Call): readonly OperationDetail[] {
  const read = STATEMENTS[call.name];
  return read === undefined ? [] : read(call, nameOf(call.args[0]), nameOf(call.args[1]));
}

type StatementReader = (
  call: Call,
  table: string | null,
  second: string | null,
) => readonly OperationDetail[];

const STATEMENTS: Readonly<Record<string, StatementReader>> = {
  create_table: ({ options }, table) => [
    {
      kind: 'create_table',
      table,
      temporary: isLiteral(options.get('temporary'), 'true'),
      ifNotExists: isLiteral(options.get('if_not_exists'), 'true'),
    },
  ],
  create_join_table: ({ options }, a, b) => {
    const joined = a === null || b === null ? null : [a, b].sort().join('_');
    return [
      {
        kind: 'create_table',
        table: nameOf(options.get('table_name')) ?? joined,
        temporary: false,
        ifNotExists: false,
      },
    ];
  },
  drop_table: ({ args, options }) =>
    args.map((argument) => ({
      kind: 'drop_table',
      table: nameOf(argument),
      cascade: isLiteral(options.get('force'), ':cascade'),
    })),
  drop_join_table: ({ options }, a, b) => {
    const joined = a === null || b === null ? null : [a, b].sort().join('_');
    return [
      { kind: 'drop_table', table: nameOf(options.get('table_name')) ?? joined, cascade: false },
    ];
  },
  rename_table: (_call, table, to) => [{ kind: 'rename_table', table, to }],
  rename_column: ({ args }, table, column) => [
    { kind: 'rename_column', table, column, to: nameOf(args[2]) },
  ],
  add_index: ({ options }, table) => [indexOf(table, options)],
  remove_index: ({ options }) => [
    {
      kind: 'drop_index',
      index: nameOf(options.get('name')),
      concurrently: isLiteral(options.get('algorithm'), ':concurrently'),
    },
  ],
  add_column: ({ options }, table, column) => [addColumn(table, column, options)],
  add_timestamps: ({ options }, table) =>
    ['created_at', 'updated_at'].map((column) => ({
      kind: 'add_column',
      table,
      column,
      notNull: !isLiteral(options.get('null'), 'true'),
      default: defaultOf(options),
    })),
  add_reference: (call, table, name) => addReference(call, table, name),
  add_belongs_to: (call, table, name) => addReference(call, table, name),
  remove_column: (_call, table, column) => [{ kind: 'drop_column', table, column }],
  remove_columns: ({ args }, table) =>
    args.slice(1).map((argument) => ({ kind: 'drop_column', table, column: nameOf(argument) })),
  remove_reference: (_call, table, name) => [
    { kind: 'drop_column', table, column: name === null ? null : `${name}_id` },
  ],
  remove_belongs_to: (_call, table, name) => [
    { kind: 'drop_column', table, column: name === null ? null : `${name}_id` },
  ],
  remove_timestamps: (_call, table) =>
    ['created_at', 'updated_at'].map((column) => ({ kind: 'drop_column', table, column })),
  change_column: ({ args, options }, table, column) => [
    {
      kind: 'alter_column_type',
      table,
      column,
      type: typeOf(nameOf(args[2]), options),
      using: options.has('using'),
    },
  ],
  change_column_null: ({ args }, table, column) =>
    isLiteral(args[2], 'false') ? [{ kind: 'set_not_null', table, column }] : [],
  add_foreign_key: ({ options }, table) => [constraintOf(table, 'foreign_key', options, null)],
  add_check_constraint: ({ options }, table, expression) => {
    const column = /^\s*"?(\w+)"?\s+IS\s+NOT\s+NULL\s*$/iu.exec(expression ?? '')?.[1] ?? null;
    return [constraintOf(table, 'check', options, column)];
  },
  add_unique_constraint: ({ options }, table) => [constraintOf(table, 'unique', options, null)],
  remove_check_constraint: ({ options }, table) => [
    { kind: 'drop_constraint', table, name: nameOf(options.get('name')) },
  ],
  validate_foreign_key: ({ options }, table) => [
    { kind: 'validate_constraint', table, name: nameOf(options.get('name')) },
  ],
  validate_check_constraint: ({ options }, table) => [
    { kind: 'validate_constraint', table, name: nameOf(options.get('name')) },
  ],
  truncate: (_call, table) => [{ kind: 'truncate_table', table, cascade: false }],
};

function indexOf(table: string | null, options: ReadonlyMap<string, SgNode>): OperationDetail {
  return {
    kind: 'create_index',
    table,
    index: nameOf(options.get('name')),
    concurrently: isLiteral(options.get('algorithm'), ':concurrently'),
    unique: isLiteral(options.get('unique'), 'true'),
  };
}

function addColumn(
  table: string | null,
  column: string | null,
  options: ReadonlyMap<string, SgNode>,
): OperationDetail {
  return {
    kind: 'add_column',
    table,
    column,
    notNull: isLiteral(options.get('null'), 'false'),
    default: defaultOf(options),
  };
}

/** A reference is a column, by default an index over it, and a foreign key when asked for. */
function addReference(
  { options }: Call,
  table: string | null,
  name: string | null,
): readonly OperationDetail[] {
  const index = options.get('index');
  const indexOptions = index === undefined ? new Map<string, SgNode>() : pairsOf(index);
  const column = name === null ? null : `${name}_id`;
  const added = addColumn(table, column, options);
  const indexed = isLiteral(index, 'false') ? [] : [indexOf(table, indexOptions)];
  return [added, ...indexed];
}

function constraintOf(
  table: string | null,
  constraint: 'foreign_key' | 'check' | 'unique',
  options: ReadonlyMap<string, SgNode>,
  notNullColumn: string | null,
): OperationDetail {
  const notValid = isLiteral(options.get('validate'), 'false');
  const usingIndex = options.has('using_index');
  return {
    kind: 'add_constraint',
    table,
    name: nameOf(options.get('name')),
    constraint,
    notValid,
    usingIndex,
    notNullColumn,
  };
}

const CONSTANT_KINDS = new Set([
  'string',
  'integer',
  'float',
  'true',
  'false',
  'simple_symbol',
  'hash',
  'array',
  'unary',
  'empty_hash',
]);

/** A Ruby value is computed once; a lambda is SQL that PostgreSQL evaluates. */
function defaultOf(options: ReadonlyMap<string, SgNode>): ColumnDefault {
  const value = options.get('default');
  if (value === undefined || value.kind() === 'nil') return 'none';
  if (CONSTANT_KINDS.has(String(value.kind()))) return 'constant';
  const sql = value.text();
  if (/\b(?:gen_random_uuid|uuid_generate_v\d|random|clock_timestamp|nextval)\s*\(/iu.test(sql))
    return 'volatile';
  return /\b(?:now\s*\(|current_timestamp|current_date)/iu.test(sql) ? 'constant' : 'unknown';
}

function typeOf(type: string | null, options: ReadonlyMap<string, SgNode>): string | null {
  if (type === null) return null;
  const limit = options.get('limit')?.text();
  return limit === undefined ? type : `${type}(${limit})`;
}

/** The block of `change_table :name do |t| … end`. */
export function operationsOfTableBlock(
  table: Call,
  name: string | null,
  context: WalkContext,
): readonly (readonly [OperationDetail, SgNode, WalkContext])[] {
  const block = table.node.field('block');
  const variable = block
    ?.field('parameters')
    ?.children()
    .find((child) => child.kind() === 'identifier')
    ?.text();
  if (block === null || variable === undefined) return [];
  const found: (readonly [OperationDetail, SgNode, WalkContext])[] = [];
  walkCalls(block, context, (call, inner) => {
    if (call.receiver === variable)
      found.push(...columnCall(call, name).map((detail) => [detail, call.node, inner] as const));
    return inner;
  });
  return found;
}

const COLUMN_TYPES =
  /^(?:string|text|integer|bigint|float|decimal|numeric|datetime|timestamp|timestamptz|time|date|binary|boolean|json|jsonb|uuid|inet|citext|column)$/u;

function columnCall(call: Call, table: string | null): readonly OperationDetail[] {
  const { args, options, name } = call;
  switch (name) {
    case 'index':
      return [indexOf(table, options)];
    case 'remove':
      return args.map((argument) => ({ kind: 'drop_column', table, column: nameOf(argument) }));
    case 'rename':
      return [{ kind: 'rename_column', table, column: nameOf(args[0]), to: nameOf(args[1]) }];
    case 'change':
      return [
        {
          kind: 'alter_column_type',
          table,
          column: nameOf(args[0]),
          type: typeOf(nameOf(args[1]), options),
          using: options.has('using'),
        },
      ];
    case 'change_null':
      return isLiteral(args[1], 'false')
        ? [{ kind: 'set_not_null', table, column: nameOf(args[0]) }]
        : [];
    case 'references':
    case 'belongs_to':
      return addReference(call, table, nameOf(args[0]));
    default:
      return COLUMN_TYPES.test(name)
        ? args
            .slice(0, name === 'column' ? 1 : undefined)
            .map((argument) => addColumn(table, nameOf(argument), options))
        : [];
  }
}
