import type { SgNode } from '@ast-grep/napi';
import type { ParserInput } from '../../source-file.ts';
import { languageOf, parseWith } from '../ast-grep.ts';
import { digestOfCode } from './digest.ts';
import { knexOperations } from './knex.ts';
import type { DownPart, Migration, MigrationTool, Transactional } from './operations.ts';
import { queryInterfaceOperations } from './query-interface.ts';
import { queryRunnerOperations } from './query-runner.ts';
import type { Call, WalkContext } from './syntax.ts';
import { CodeReading, walkCalls } from './syntax.ts';

interface Dialect {
  readonly tool: MigrationTool;
  readonly marker: RegExp;
  readonly transactional: (text: string) => Transactional;
  /** What the call does; null leaves its inside to the walk. */
  readonly visit: (call: Call, context: WalkContext, reading: CodeReading) => WalkContext | null;
}

const DIALECTS: readonly Dialect[] = [
  {
    tool: 'mikro-orm',
    marker: /\bthis\.addSql\s*\(/u,
    transactional: (text) =>
      /\bisTransactional\s*\(\)[^{]*\{\s*return\s+false\b/u.test(text) ? 'no' : 'yes',
    visit: (call, context, reading) => {
      if (call.name !== 'addSql') return context;
      reading.addSql(call.args[0], context);
      return null;
    },
  },
  {
    tool: 'typeorm',
    marker: /\bQueryRunner\b|\bqueryRunner\b/u,
    transactional: (text) => (/\btransaction\s*=\s*false\b/u.test(text) ? 'no' : 'yes'),
    visit: queryRunnerOperations,
  },
  {
    tool: 'sequelize',
    marker: /\bqueryInterface\b|\bQueryInterface\b/u,
    transactional: () => 'unknown',
    visit: queryInterfaceOperations,
  },
  {
    tool: 'node-pg-migrate',
    marker: /\bpgm\b|\bMigrationBuilder\b/u,
    transactional: (text) => (/\.noTransaction\(\)/u.test(text) ? 'no' : 'yes'),
    visit: queryInterfaceOperations,
  },
  {
    tool: 'knex',
    marker: /\bknex\b|\bKnex\b/u,
    transactional: (text) => (/\btransaction\s*:\s*false\b/u.test(text) ? 'no' : 'yes'),
    visit: knexOperations,
  },
];

/** A migration of a JavaScript tool; null for a script that is none of those known. */
export function readJavaScriptMigration({ path, text }: ParserInput): Migration | null {
  const dialect = DIALECTS.find(({ marker }) => marker.test(text));
  const language = languageOf(path);
  if (dialect === undefined || language === null) return null;
  const root = parseWith(language, text).root();
  const up = functionOf(root, 'up');
  if (up === null) return null;
  const reading = new CodeReading(false);
  const context = { conditional: false, transactional: dialect.transactional(text) };
  walkCalls(up, context, (call, at) => dialect.visit(call, at, reading));
  return {
    tool: dialect.tool,
    dialect: dialect.tool === 'node-pg-migrate' ? 'postgresql' : 'unknown',
    downOnly: false,
    runs: 'once',
    operations: reading.operations,
    unparsed: reading.unparsed,
    ...downOf(root),
    digest: digestOfCode(up.text()),
    changesets: [],
  };
}

/** `exports.up = …`, `export function up`, `export const up = …`, a method, or a property called `up`. */
function functionOf(root: SgNode, name: string): SgNode | null {
  for (const node of root.findAll({ rule: { any: FUNCTION_KINDS.map((kind) => ({ kind })) } })) {
    const own = node.field('name') ?? node.field('key') ?? node.field('left');
    const text = own?.text() ?? '';
    if (text !== name && text !== `exports.${name}` && text !== `module.exports.${name}`) continue;
    const body = node.field('body') ?? node.field('value') ?? node.field('right');
    if (body !== null) return body;
  }
  return null;
}

const FUNCTION_KINDS = [
  'function_declaration',
  'method_definition',
  'pair',
  'assignment_expression',
  'variable_declarator',
] as const;

function downOf(root: SgNode): { readonly down: DownPart; readonly downLine: number } {
  const down = functionOf(root, 'down');
  if (down === null) return { down: 'absent', downLine: 1 };
  const downLine = down.range().start.line + 1;
  const block = down.kind() === 'statement_block' ? down : down.field('body');
  if (block === null || block.kind() !== 'statement_block')
    return { down: down.text() === 'false' ? 'absent' : 'present', downLine };
  const statements = block
    .children()
    .filter((child) => child.isNamed() && child.kind() !== 'comment');
  if (
    statements.every((child) =>
      /^return(?:\s+(?:null|undefined|Promise\.resolve\(\)))?;?$|^Promise\.resolve\(\);?$/u.test(
        child.text(),
      ),
    )
  )
    return { down: 'empty', downLine };
  return {
    down: statements.every((child) => child.kind() === 'throw_statement') ? 'raises' : 'present',
    downLine,
  };
}
