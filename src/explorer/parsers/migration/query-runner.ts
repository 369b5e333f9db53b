import type { SgNode } from '@ast-grep/napi';
import type { OperationDetail } from './operations.ts';
import type { Call, CodeReading, WalkContext } from './syntax.ts';
import { callOf, isLiteral, nameOf } from './syntax.ts';

/** Query runner of TypeORM: raw SQL through `query`, or its own schema calls. */
export function queryRunnerOperations(
  call: Call,
  context: WalkContext,
  reading: CodeReading,
): WalkContext | null {
  if (call.name === 'query') {
    reading.addSql(call.args[0], context);
    return null;
  }
  const details = operationsOf(call);
  for (const detail of details) reading.add(detail, call.node, context);
  return details.length > 0 ? null : context;
}

function operationsOf({ name, args }: Call): readonly OperationDetail[] {
  const table = tableOf(args[0]);
  switch (name) {
    case 'createTable':
      return [
        { kind: 'create_table', table, temporary: false, ifNotExists: isLiteral(args[1], 'true') },
      ];
    case 'dropTable':
      return [{ kind: 'drop_table', table, cascade: false }];
    case 'clearTable':
      return [{ kind: 'truncate_table', table, cascade: false }];
    case 'dropDatabase':
      return table === null
        ? []
        : [{ kind: 'drop_database', name: table, what: 'database', cascade: true }];
    case 'dropSchema':
      return table === null
        ? []
        : [
            {
              kind: 'drop_database',
              name: table,
              what: 'schema',
              cascade: isLiteral(args[2], 'true'),
            },
          ];
    case 'renameTable':
      return [{ kind: 'rename_table', table, to: nameOf(args[1]) }];
    case 'renameColumn':
      return [{ kind: 'rename_column', table, column: nameOf(args[1]), to: renamedTo(args[2]) }];
    case 'dropColumn':
      return [{ kind: 'drop_column', table, column: nameOf(args[1]) }];
    case 'addColumn':
      return addColumn(table, args[1]);
    case 'createIndex':
      return [createIndex(table, args[1])];
    default:
      return [];
  }
}

/** A name, or `new Table({ name: … })`. */
function tableOf(node: SgNode | undefined): string | null {
  const call = node === undefined ? null : callOf(node);
  return call === null ? nameOf(node) : nameOf(call.options.get('name'));
}

function renamedTo(node: SgNode | undefined): string | null {
  return tableOf(node);
}

function addColumn(table: string | null, node: SgNode | undefined): readonly OperationDetail[] {
  const call = node === undefined ? null : callOf(node);
  if (call === null) return [];
  const { options } = call;
  const value = options.get('default');
  return [
    {
      kind: 'add_column',
      table,
      column: nameOf(options.get('name')),
      // Columns of TypeORM are NOT NULL unless they say otherwise.
      notNull: options.has('isNullable')
        ? isLiteral(options.get('isNullable'), 'false')
        : !options.has('isPrimary'),
      default:
        value === undefined
          ? options.has('isGenerated') || options.has('asExpression')
            ? 'unknown'
            : 'none'
          : defaultOf(value),
    },
  ];
}

function defaultOf(value: SgNode): 'volatile' | 'constant' | 'unknown' {
  const text = value.text();
  if (/\b(?:gen_random_uuid|uuid_generate_v\d|random|clock_timestamp|nextval)\s*\(/iu.test(text))
    return 'volatile';
  return /\(/u.test(text) && !/\bnow\(\)/iu.test(text) ? 'unknown' : 'constant';
}

function createIndex(table: string | null, node: SgNode | undefined): OperationDetail {
  const options = (node === undefined ? null : callOf(node))?.options;
  return {
    kind: 'create_index',
    table,
    index: nameOf(options?.get('name')),
    concurrently: isLiteral(options?.get('isConcurrent'), 'true'),
    unique: isLiteral(options?.get('isUnique'), 'true'),
  };
}
