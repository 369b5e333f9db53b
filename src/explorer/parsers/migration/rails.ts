import type { SgNode } from '@ast-grep/napi';
import { parseWith } from '../ast-grep.ts';
import type { ParserInput } from '../../source-file.ts';
import type { Dialect, DownPart, Migration } from './operations.ts';
import { digestOfCode } from './digest.ts';
import { operationsOfRailsCall, operationsOfTableBlock } from './rails-calls.ts';
import type { Call, WalkContext } from './syntax.ts';
import { CodeReading, callOf, nameOf, walkCalls } from './syntax.ts';

/** A migration of Active Record; null for a Ruby file that is none. */
export function readRailsMigration({ text }: ParserInput): Migration | null {
  if (!/<\s*(?:ActiveRecord::)?Migration\b|<\s*Gitlab::Database::Migration\b/u.test(text))
    return null;
  const root = parseWith('ruby', text).root();
  const transactional = /^\s*disable_ddl_transaction!/mu.test(text) ? 'no' : 'yes';
  const reading = new CodeReading(false);
  const up = methodOf(root, 'change') ?? methodOf(root, 'up');
  let isOneWay = false;
  if (up !== null)
    walkCalls(up, { conditional: false, transactional }, (call, context) => {
      isOneWay ||= cannotBeReversed(call);
      return visit(call, context, reading);
    });
  return {
    tool: 'rails',
    dialect: dialectOf(text),
    downOnly: false,
    runs: 'once',
    operations: reading.operations,
    unparsed: reading.unparsed,
    ...downOf(root, isOneWay),
    digest: digestOfCode(up?.text() ?? ''),
    changesets: [],
  };
}

function dialectOf(text: string): Dialect {
  if (/\bunsigned:\s*true|\bcharset:\s*["']|\boptions:\s*["']ENGINE\b/iu.test(text)) return 'mysql';
  return /algorithm:\s*:concurrently|\bvalidate:\s*false|\benable_extension\b/u.test(text)
    ? 'postgresql'
    : 'unknown';
}

function methodOf(root: SgNode, name: string): SgNode | null {
  return (
    root
      .findAll({ rule: { any: [{ kind: 'method' }, { kind: 'singleton_method' }] } })
      .find((method) => method.field('name')?.text() === name) ?? null
  );
}

/** Blocks whose inside runs on the way down, or backwards. */
const NOT_UP = /^(?:revert|down|say_with_time_only_down)$/u;

function visit(call: Call, context: WalkContext, reading: CodeReading): WalkContext | null {
  if (NOT_UP.test(call.name)) return null;
  if (call.name === 'execute' && isMigrationItself(call.receiver)) {
    reading.addSql(call.args[0] === undefined ? undefined : stripped(call.args[0]), context);
    return null;
  }
  if (call.name === 'change_table') {
    for (const [detail, node, inner] of operationsOfTableBlock(call, nameOf(call.args[0]), context))
      reading.add(detail, node, inner);
    return null;
  }
  if (call.name === 'update_all' || call.name === 'delete_all') {
    const where = /\.(?:where|limit|in_batches|find_in_batches|each_batch)\b/u.test(
      `.${call.receiver}`,
    )
      ? 'some'
      : 'none';
    const table = /^[A-Z]\w*/u.exec(call.receiver)?.[0] ?? null;
    reading.add(
      { kind: call.name === 'update_all' ? 'update_rows' : 'delete_rows', table, where },
      call.node,
      context,
    );
    return null;
  }
  if (!isMigrationItself(call.receiver)) return context;
  for (const detail of operationsOfRailsCall(call)) reading.add(detail, call.node, context);
  return call.name === 'create_table' || call.name === 'create_join_table' ? null : context;
}

function isMigrationItself(receiver: string): boolean {
  return receiver === '' || receiver === 'self' || receiver.endsWith('connection');
}

/** `<<~SQL.squish` is the heredoc with other white space. */
function stripped(node: SgNode): SgNode {
  const call = callOf(node);
  return call !== null && /^(?:squish|strip|chomp)$/u.test(call.name)
    ? (call.receiverNode ?? node)
    : node;
}

/** Active Record raises on the way back of a `change` that calls one of these in this form. */
function cannotBeReversed({ name, args, options, node }: Call): boolean {
  if (node.ancestors().some((ancestor) => /^(?:reversible|up_only)\b/u.test(ancestor.text())))
    return false;
  switch (name) {
    case 'execute':
    case 'change_column':
    case 'remove_columns':
      return true;
    case 'remove_column':
      return args.length < 3 && !options.has('type');
    case 'drop_table':
      return node.field('block') === null;
    default:
      return false;
  }
}

function downOf(
  root: SgNode,
  isOneWay: boolean,
): { readonly down: DownPart; readonly downLine: number } {
  const change = methodOf(root, 'change');
  const down = methodOf(root, 'down');
  const up = methodOf(root, 'up');
  if (change !== null) return { down: isOneWay ? 'raises' : 'automatic', downLine: lineOf(change) };
  if (down === null) return { down: 'absent', downLine: up === null ? 1 : lineOf(up) };
  if (/\braise\s+(?:ActiveRecord::)?IrreversibleMigration/u.test(down.text()))
    return { down: 'raises', downLine: lineOf(down) };
  const body = down.field('body');
  const empty =
    body === null ||
    body.children().every((child) => !child.isNamed() || child.kind() === 'comment');
  return { down: empty ? 'empty' : 'present', downLine: lineOf(down) };
}

function lineOf(node: SgNode): number {
  return node.range().start.line + 1;
}
