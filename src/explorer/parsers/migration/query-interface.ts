import type { SgNode } from '@ast-grep/napi';
import type { ColumnDefault, OperationDetail } from './operations.ts';
import type { Call, CodeReading, WalkContext } from './syntax.ts';
import { isLiteral, nameOf, pairsOf } from './syntax.ts';

const RECEIVER = /^(?:(?:this|context)\.)?(?:queryInterface|pgm|qi)$/u;

/** Query interface of Sequelize; node-pg-migrate's `pgm` says the same things with nearly the same words. */
export function queryInterfaceOperations(
  call: Call,
  context: WalkContext,
  reading: CodeReading,
): WalkContext | null {
  if (
    (call.name === 'query' && call.receiver.endsWith('sequelize')) ||
    (call.name === 'sql' && call.receiver === 'pgm')
  ) {
    reading.addSql(call.args[0], context);
    return null;
  }
  if (!RECEIVER.test(call.receiver)) return context;
  for (const detail of operationsOf(call)) reading.add(detail, call.node, context);
  return null;
}

function operationsOf(call: Call): readonly OperationDetail[] {
  const { name, args, options } = call;
  const table = nameOf(args[0]);
  switch (name) {
    case 'createTable':
      return [
        {
          kind: 'create_table',
          table,
          temporary: isLiteral(options.get('temporary'), 'true'),
          ifNotExists: isLiteral(options.get('ifNotExists'), 'true'),
        },
      ];
    case 'dropTable':
      return [{ kind: 'drop_table', table, cascade: isLiteral(options.get('cascade'), 'true') }];
    case 'renameTable':
      return [{ kind: 'rename_table', table, to: nameOf(args[1]) }];
    case 'renameColumn':
      return [{ kind: 'rename_column', table, column: nameOf(args[1]), to: nameOf(args[2]) }];
    case 'removeColumn':
      return [{ kind: 'drop_column', table, column: nameOf(args[1]) }];
    case 'dropColumn':
    case 'dropColumns':
      return columnsOf(args[1]).map((column) => ({ kind: 'drop_column', table, column }));
    case 'addColumn':
      return [addColumn(table, nameOf(args[1]), pairsOf(args[2]))];
    case 'addColumns':
      return [...pairsOf(args[1])].map(([column, definition]) =>
        addColumn(table, column, pairsOf(definition)),
      );
    case 'addIndex':
    case 'createIndex':
      return [
        {
          kind: 'create_index',
          table,
          index: nameOf(options.get('name')),
          concurrently: isLiteral(options.get('concurrently'), 'true'),
          unique: isLiteral(options.get('unique'), 'true'),
        },
      ];
    case 'bulkDelete':
      return [{ kind: 'delete_rows', table, where: hasConditions(args[1]) ? 'some' : 'none' }];
    case 'bulkUpdate':
      return [{ kind: 'update_rows', table, where: hasConditions(args[2]) ? 'some' : 'none' }];
    default:
      return [];
  }
}

function hasConditions(node: SgNode | undefined): boolean {
  return node !== undefined && !/^(?:\{\s*\}|null|undefined)$/u.test(node.text());
}

function columnsOf(node: SgNode | undefined): (string | null)[] {
  if (node?.kind() !== 'array') return [nameOf(node)];
  return node
    .children()
    .filter((child) => child.isNamed())
    .map(nameOf);
}

function addColumn(
  table: string | null,
  column: string | null,
  definition: ReadonlyMap<string, SgNode>,
): OperationDetail {
  const notNull =
    isLiteral(definition.get('allowNull'), 'false') || isLiteral(definition.get('notNull'), 'true');
  return {
    kind: 'add_column',
    table,
    column,
    notNull,
    default: defaultOf(definition.get('defaultValue') ?? definition.get('default')),
  };
}

function defaultOf(value: SgNode | undefined): ColumnDefault {
  if (value === undefined || value.text() === 'null') return 'none';
  const text = value.text();
  if (/\b(?:gen_random_uuid|uuid_generate_v\d|random|clock_timestamp|nextval)\s*\(/iu.test(text))
    return 'volatile';
  return /^(?:["'`\d[{-]|true$|false$)/u.test(text) ? 'constant' : 'unknown';
}
