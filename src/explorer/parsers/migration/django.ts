import type { SgNode } from '@ast-grep/napi';
import type { ParserInput } from '../../source-file.ts';
import { parseWith } from '../ast-grep.ts';
import { digestOfCode } from './digest.ts';
import type { Migration, OperationDetail } from './operations.ts';
import type { Call, WalkContext } from './syntax.ts';
import { CodeReading, literalOf, nameOf, walkCalls } from './syntax.ts';

/** A migration of Django; null for a Python file that is none. */
export function readDjangoMigration({ path, text }: ParserInput): Migration | null {
  if (!/\bmigrations\.Migration\b|^class Migration\(/mu.test(text) || !/\bdjango\b/u.test(text))
    return null;
  const root = parseWith('python', text).root();
  const operations = root
    .findAll({ rule: { kind: 'assignment' } })
    .find((assignment) => assignment.field('left')?.text() === 'operations')
    ?.field('right');
  const reading = new CodeReading(false);
  const app = appOf(path);
  const transactional = /^\s+atomic\s*=\s*False\b/mu.test(text) ? 'no' : 'yes';
  let irreversible: SgNode | null = null;
  if (operations !== undefined && operations !== null)
    walkCalls(operations, { conditional: false, transactional }, (call, context) => {
      if (isIrreversible(call)) irreversible ??= call.node;
      return visit(call, context, app, reading);
    });
  return {
    tool: 'django',
    dialect: /\bdjango\.contrib\.postgres\b/u.test(text) ? 'postgresql' : 'unknown',
    downOnly: false,
    runs: 'once',
    operations: reading.operations,
    unparsed: reading.unparsed,
    down: irreversible === null ? 'automatic' : 'absent',
    downLine: lineOf(irreversible),
    digest: digestOfCode(operations?.text() ?? ''),
    changesets: [],
  };
}

function lineOf(node: SgNode | null): number {
  return node === null ? 1 : node.range().start.line + 1;
}

/** The folder above `migrations/` is the app's name unless it says otherwise elsewhere. */
function appOf(path: string): string {
  return /([^/]+)\/migrations\/[^/]*$/u.exec(path)?.[1] ?? '';
}

function isIrreversible(call: Call): boolean {
  if (call.name === 'RunSQL') return call.args.length < 2 && !call.options.has('reverse_sql');
  return call.name === 'RunPython' && call.args.length < 2 && !call.options.has('reverse_code');
}

function visit(
  call: Call,
  context: WalkContext,
  app: string,
  reading: CodeReading,
): WalkContext | null {
  if (call.name === 'SeparateDatabaseAndState') {
    // State operations change what Django believes, not the database.
    const database = call.options.get('database_operations') ?? call.args[0];
    if (database !== undefined)
      walkCalls(database, context, (inner, at) => visit(inner, at, app, reading));
    return null;
  }
  if (call.name === 'RunSQL') {
    addSql(call.options.get('sql') ?? call.args[0], context, reading);
    return null;
  }
  for (const detail of operationsOf(call, app)) reading.add(detail, call.node, context);
  return null;
}

/** One string, or a list of them. */
function addSql(sql: SgNode | undefined, context: WalkContext, reading: CodeReading): void {
  if (sql === undefined) return;
  if (literalOf(sql) !== null) reading.addSql(sql, context);
  else if (sql.kind() === 'list') for (const item of sql.children()) reading.addSql(item, context);
}

/** Tables are called as Django calls them by default, which is also how one migration names another's. */
function operationsOf({ name, args, options }: Call, app: string): readonly OperationDetail[] {
  const first = options.get('model_name') ?? args[0];
  const model = tableOf(app, nameOf(first));
  const second = nameOf(options.get('name') ?? args[1]);
  switch (name) {
    case 'CreateModel':
      return isManaged(options)
        ? [
            {
              kind: 'create_table',
              table: tableOf(app, nameOf(options.get('name') ?? args[0])),
              temporary: false,
              ifNotExists: false,
            },
          ]
        : [];
    case 'DeleteModel':
      return [
        {
          kind: 'drop_table',
          table: tableOf(app, nameOf(options.get('name') ?? args[0])),
          cascade: true,
        },
      ];
    case 'RenameModel':
      return [
        {
          kind: 'rename_table',
          table: tableOf(app, nameOf(options.get('old_name') ?? args[0])),
          to: tableOf(app, nameOf(options.get('new_name') ?? args[1])),
        },
      ];
    case 'RemoveField':
      return [{ kind: 'drop_column', table: model, column: second }];
    case 'RenameField':
      return [
        {
          kind: 'rename_column',
          table: model,
          column: nameOf(options.get('old_name') ?? args[1]),
          to: nameOf(options.get('new_name') ?? args[2]),
        },
      ];
    case 'AddIndex':
    case 'AddIndexConcurrently':
      return [
        {
          kind: 'create_index',
          table: model,
          index: indexName(options.get('index') ?? args[1]),
          concurrently: name === 'AddIndexConcurrently',
          unique: false,
        },
      ];
    case 'RemoveIndex':
    case 'RemoveIndexConcurrently':
      return [
        { kind: 'drop_index', index: second, concurrently: name === 'RemoveIndexConcurrently' },
      ];
    default:
      return constraintOperations({ name, args, options }, model);
  }
}

function constraintOperations(
  { name, args, options }: Pick<Call, 'name' | 'args' | 'options'>,
  table: string | null,
): readonly OperationDetail[] {
  if (name === 'ValidateConstraint')
    return [{ kind: 'validate_constraint', table, name: nameOf(options.get('name') ?? args[1]) }];
  if (name !== 'AddConstraint' && name !== 'AddConstraintNotValid') return [];
  const definition = options.get('constraint') ?? args[1];
  const text = definition?.text() ?? '';
  const constraint = /\bCheckConstraint\b/u.test(text)
    ? 'check'
    : /\bUniqueConstraint\b/u.test(text)
      ? 'unique'
      : null;
  if (constraint === null) return [];
  return [
    {
      kind: 'add_constraint',
      table,
      name: indexName(definition),
      constraint,
      notValid: name === 'AddConstraintNotValid',
      usingIndex: false,
      notNullColumn: null,
    },
  ];
}

function isManaged(options: Call['options']): boolean {
  const text = options.get('options')?.text() ?? '';
  return !/["'](?:managed["']\s*:\s*False|proxy["']\s*:\s*True)/u.test(text);
}

function indexName(definition: SgNode | undefined): string | null {
  const pair = definition
    ?.find({
      rule: {
        kind: 'keyword_argument',
        has: { field: 'name', kind: 'identifier', regex: '^name$' },
      },
    })
    ?.field('value');
  return nameOf(pair);
}

function tableOf(app: string, model: string | null): string | null {
  if (model === null) return null;
  return app === '' ? model.toLowerCase() : `${app}_${model.toLowerCase()}`;
}
