import type { SgNode } from '@ast-grep/napi';
import type { ColumnDefault, OperationDetail } from './operations.ts';
import type { Call, CodeReading, WalkContext } from './syntax.ts';
import { callOf, isLiteral, nameOf, walkCalls } from './syntax.ts';

/** Schema builder of Knex: `knex.schema.createTable(…)`, `alterTable('t', (t) => …)`, `knex.raw(…)`. */
export function knexOperations(
  call: Call,
  context: WalkContext,
  reading: CodeReading,
): WalkContext | null {
  if (call.name === 'raw') {
    reading.addSql(call.args[0], context);
    return context;
  }
  if (!/\bschema\b/u.test(call.receiver)) return context;
  const isBlock = call.name === 'alterTable' || call.name === 'table';
  const details = schemaOperations(call);
  if (!isBlock && details.length === 0) return context;
  // In `schema.dropTable('a').createTable('b', …)` the receiver is what runs first.
  if (call.receiverNode !== null)
    walkCalls(call.receiverNode, context, (inner, at) => knexOperations(inner, at, reading));
  for (const detail of details) reading.add(detail, citedNode(call), context);
  if (isBlock)
    for (const [detail, node, inner] of blockOperations(call, nameOf(call.args[0]), context))
      reading.add(detail, node, inner);
  return null;
}

/** A chained call is cited from its own arguments on, not from the start of the chain. */
function citedNode({ node, receiver }: Call): SgNode {
  return receiver.includes('(') ? (node.field('arguments') ?? node) : node;
}

function schemaOperations({ name, args }: Call): readonly OperationDetail[] {
  const table = nameOf(args[0]);
  switch (name) {
    case 'createTable':
    case 'createTableIfNotExists':
    case 'createTableLike':
      return [
        {
          kind: 'create_table',
          table,
          temporary: false,
          ifNotExists: name.endsWith('IfNotExists'),
        },
      ];
    case 'dropTable':
    case 'dropTableIfExists':
      return [{ kind: 'drop_table', table, cascade: false }];
    case 'renameTable':
      return [{ kind: 'rename_table', table, to: nameOf(args[1]) }];
    case 'dropSchema':
    case 'dropSchemaIfExists':
      return table === null
        ? []
        : [
            {
              kind: 'drop_database',
              name: table,
              what: 'schema',
              cascade: isLiteral(args[1], 'true'),
            },
          ];
    default:
      return [];
  }
}

function blockOperations(
  call: Call,
  table: string | null,
  context: WalkContext,
): readonly (readonly [OperationDetail, SgNode, WalkContext])[] {
  const callback = call.args[1];
  const variable = /^(?:async\s+)?(?:function\s*\w*\s*)?\(?\s*(\w+)/u.exec(
    callback?.text() ?? '',
  )?.[1];
  const found: (readonly [OperationDetail, SgNode, WalkContext])[] = [];
  if (callback === undefined || variable === undefined) return found;
  walkCalls(callback, context, (chain, inner) => {
    const first = chainOf(chain);
    if (first[0]?.receiver !== variable) return inner;
    found.push(
      ...columnOperations(first, table).map((detail) => [detail, chain.node, inner] as const),
    );
    return null;
  });
  return found;
}

/** `t.string('a').notNullable()` as its calls in the order in which they are written. */
function chainOf(last: Call): readonly Call[] {
  const inner = last.receiverNode === null ? null : callOf(last.receiverNode);
  return inner === null ? [last] : [...chainOf(inner), last];
}

const NO_COLUMN =
  /^(?:index|unique|primary|foreign|check|comment|engine|charset|collate|inherits|timestamps|dropIndex|dropUnique|dropForeign|dropPrimary|dropTimestamps|queryContext|setNullable)$/u;

function columnOperations(
  chain: readonly Call[],
  table: string | null,
): readonly OperationDetail[] {
  const [first, ...rest] = chain;
  if (first === undefined) return [];
  const column = nameOf(first.args[0]);
  const indexName = nameOf(first.args[1]);
  switch (first.name) {
    case 'dropColumn':
    case 'dropColumns':
      return first.args.map((argument) => ({
        kind: 'drop_column',
        table,
        column: nameOf(argument),
      }));
    case 'renameColumn':
      return [{ kind: 'rename_column', table, column, to: nameOf(first.args[1]) }];
    case 'dropNullable':
      return [{ kind: 'set_not_null', table, column }];
    case 'index':
      return [
        { kind: 'create_index', table, index: indexName, concurrently: false, unique: false },
      ];
    case 'unique':
      return [{ kind: 'create_index', table, index: indexName, concurrently: false, unique: true }];
    default:
      break;
  }
  if (NO_COLUMN.test(first.name)) return [];
  return columnOrType(first, rest, table, column);
}

function columnOrType(
  first: Call,
  rest: readonly Call[],
  table: string | null,
  column: string | null,
): readonly OperationDetail[] {
  const names = rest.map(({ name }) => name);
  const notNull = names.includes('notNullable');
  if (names.includes('alter')) {
    // Without `alterType: false` Knex writes ALTER … TYPE even when the type stays.
    const type = first.name === 'specificType' ? nameOf(first.args[1]) : first.name;
    return [{ kind: 'alter_column_type', table, column, type, using: false }];
  }
  const indexed = rest.find(({ name }) => name === 'index' || name === 'unique');
  const added: OperationDetail = {
    kind: 'add_column',
    table,
    column,
    notNull,
    default: defaultOf(rest),
  };
  if (indexed === undefined) return [added];
  const index: OperationDetail = {
    kind: 'create_index',
    table,
    index: nameOf(indexed.args[0]),
    concurrently: false,
    unique: indexed.name === 'unique',
  };
  return [added, index];
}

function defaultOf(rest: readonly Call[]): ColumnDefault {
  const value = rest.find(({ name }) => name === 'defaultTo')?.args[0];
  if (value === undefined || value.text() === 'null') return 'none';
  const text = value.text();
  if (
    /\b(?:gen_random_uuid|uuid_generate_v\d|random|clock_timestamp|nextval)\s*\(|\.fn\.uuid\(/iu.test(
      text,
    )
  )
    return 'volatile';
  if (/^(?:["'`\d-]|true$|false$)|\.fn\.now\(|\bnow\(\)|current_timestamp/iu.test(text))
    return 'constant';
  return 'unknown';
}
