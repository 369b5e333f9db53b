import { describe, expect, it } from 'vitest';
import { fenceFor } from '../../../src/assessment/prompt/fence.ts';
import { type Toolbox, toolboxFor } from '../../../src/assessment/tools/toolbox.ts';
import { viewsOf } from '../../../src/assessment/views.ts';
import { AGENT_TOOLS } from '../../../src/config/agent-tools.ts';
import { type MemoryFile, MemorySourceTree } from '../../support/memory-tree.ts';
import { BASE, HEAD, snapshotOf } from './fixture.ts';

const KEY_ID = `AKIA${'Q4ZJ7WXB2M5RTN3K'}`;
const fence = fenceFor('test', 'head');

interface Result {
  readonly text: string;
  readonly isError: boolean;
}

type Run = (name: string, input: unknown) => Promise<Result>;

async function toolbox(extra: Record<string, MemoryFile> = {}, limits = {}): Promise<Toolbox> {
  const snapshot = await snapshotOf();
  const head = new MemorySourceTree({ ...HEAD, ...extra });
  const views = viewsOf({ ...snapshot, head });
  return toolboxFor(AGENT_TOOLS, views, fence, {
    maxToolCalls: 40,
    maxToolBytes: 600_000,
    ...limits,
  });
}

function runner(box: Toolbox): Run {
  return async (name, input) => {
    const result = await box.run({ type: 'tool_use', id: 'x', name, input });
    const lines = result.content.split('\n');
    expect(lines[0]).toMatch(/^<ops-[0-9a-f]{16} kind="tool(?:_error)?">$/u);
    return { text: lines.slice(1, -1).join('\n'), isError: result.is_error };
  };
}

async function run(
  name: string,
  input: unknown,
  extra: Record<string, MemoryFile> = {},
): Promise<Result> {
  return await runner(await toolbox(extra))(name, input);
}

describe('Read', () => {
  it.each([
    { name: 'numbers lines', input: { path: 'Dockerfile' }, text: '1\tFROM node:24\n2\tUSER node' },
    {
      name: 'reads the merge base',
      input: { path: 'src/rates.ts', side: 'base', start_line: 5, limit: 1 },
      text: '5\t  const answer = await http(url, { timeoutMs: 2_000, retries: 2 });\n… lines 6 to 7 follow',
    },
    {
      name: 'takes nulls for absent',
      input: { path: 'Dockerfile', side: null, start_line: null, limit: 1 },
      text: '1\tFROM node:24\n… lines 2 to 2 follow',
    },
    {
      name: 'knows file_path',
      input: { file_path: './Dockerfile', limit: 1 },
      text: '1\tFROM node:24\n… lines 2 to 2 follow',
    },
  ])('$name', async ({ input, text }) => {
    expect(await run('Read', input)).toEqual({ text, isError: false });
  });

  it('is found in any case', async () => {
    expect((await run('read', { path: 'Dockerfile' })).isError).toBe(false);
  });

  it.each([
    '../etc/passwd',
    'src/../../etc/passwd',
    '/etc/passwd',
    '/proc/self/environ',
    'C:\\Windows\\win.ini',
    'src\\rates.ts',
    'src//rates.ts',
    './.',
    '',
    'a\0b',
    '.git/config',
  ])('%j leads nowhere', async (path) => {
    const { text, isError } = await run('Read', { path });

    expect(isError).toBe(true);
    expect(text).not.toMatch(/root:|\[core\]/u);
  });

  it.each([
    { reason: 'symlink', says: 'links are not followed' },
    { reason: 'submodule', says: 'submodule' },
    { reason: 'lfs_pointer', says: 'large file storage' },
    { reason: 'binary', says: 'binary' },
    { reason: 'too_large', says: 'too large' },
  ] as const)('a $reason is said to be one', async ({ reason, says }) => {
    const result = await run('Read', { path: 'odd' }, { odd: { notRead: reason, sizeBytes: 1 } });

    expect(result).toEqual({ text: expect.stringContaining(says), isError: true });
  });

  it('withholds files that are made to hold secrets', async () => {
    const files = {
      '.env': 'A=hunter2\n',
      'tls/server.key': 'hunter2\n',
      '.env.example': 'A=example\n',
    };

    expect(await run('Read', { path: '.env' }, files)).toMatchObject({ isError: true });
    expect(await run('Read', { path: 'tls/server.key' }, files)).toMatchObject({ isError: true });
    expect(await run('Read', { path: '.env.example' }, files)).toMatchObject({ isError: false });
  });

  it('redacts, and helps with a name that is nearly right', async () => {
    expect(
      (await run('Read', { path: 'a.ts' }, { 'a.ts': `k = '${KEY_ID}'\n` })).text,
    ).not.toContain(KEY_ID);
    expect((await run('Read', { path: 'Rates.ts' })).text).toContain('Of that name: src/rates.ts');
  });

  it('is bounded', async () => {
    const long = Array.from({ length: 5_000 }, () => 'x'.repeat(5_000)).join('\n');

    const { text } = await run('Read', { path: 'long.txt', limit: 999_999 }, { 'long.txt': long });

    expect(Buffer.byteLength(text)).toBeLessThan(25_000);
    expect(text).toContain('… [line cut]');
    expect(text).toMatch(/… lines \d+ to 5000 follow$/u);
  });
});

describe('Glob', () => {
  it.each([
    { pattern: '**/*.sql', text: 'migrations/001_orders.sql\nmigrations/002_drop_total.sql' },
    { pattern: 'rates.ts', text: 'src/rates.ts' },
    { pattern: '/src/*.ts', text: 'src/rates.ts' },
    { pattern: 'src/{rates,none}.ts', text: 'src/rates.ts' },
    { pattern: '../**', text: 'No file matches.' },
  ])('$pattern', async ({ pattern, text }) => {
    expect(await run('Glob', { pattern })).toEqual({ text, isError: false });
  });

  it.each([
    { name: 'many alternatives', pattern: '{a,b,c,d}'.repeat(20) },
    { name: 'many stars', pattern: '**/a*'.repeat(30) },
    { name: 'extended globs', pattern: '+(+(+(a|b)|c)|d)x' },
  ])('$name are not dear', async ({ pattern }) => {
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`${'aaaa/'.repeat(15)}${n}`, '']),
    );

    expect(await run('Glob', { pattern }, files)).toEqual({
      text: 'No file matches.',
      isError: false,
    });
  });

  it('is too long', async () => {
    expect(await run('Glob', { pattern: 'a'.repeat(300) })).toMatchObject({ isError: true });
  });
});

describe('Grep', () => {
  it.each([
    {
      name: 'an expression',
      input: { pattern: 'await (fetch|http)\\(' },
      text: 'src/rates.ts:3\t  const answer = await fetch(url);',
    },
    {
      name: 'a plain text',
      input: { pattern: 'fetch(', fixed: true },
      text: 'src/rates.ts:3\t  const answer = await fetch(url);',
    },
    {
      name: 'the merge base',
      input: { pattern: 'timeoutMs', side: 'base' },
      text: 'src/rates.ts:5\t  const answer = await http(url, { timeoutMs: 2_000, retries: 2 });',
    },
    {
      name: 'a glob',
      input: { pattern: 'orders', path_glob: '**/002*' },
      text: 'migrations/002_drop_total.sql:1\tALTER TABLE orders DROP COLUMN total;',
    },
    { name: 'nothing', input: { pattern: 'circuit' }, text: 'No line matches in 7 files.' },
  ])('$name', async ({ input, text }) => {
    const { text: found, isError } = await run('Grep', input);

    expect(isError).toBe(false);
    expect(found.split('\n')[0]).toBe(text.replace('7 files', `${Object.keys(HEAD).length} files`));
  });

  it.each([
    { name: 'lookahead', pattern: '(?=a)' },
    { name: 'no expression', pattern: '(' },
    { name: 'an explosion', pattern: '((a{1,100}){1,100}){1,100}' },
    { name: 'too long', pattern: 'a'.repeat(201) },
    { name: 'empty', pattern: '' },
  ])('refuses $name', async ({ pattern }) => {
    expect(await run('Grep', { pattern })).toMatchObject({ isError: true });
  });

  it('takes no time for an expression that makes backtracking engines hang', async () => {
    const files = { 'a.txt': `${'a'.repeat(50_000)}!\n` };

    expect((await run('Grep', { pattern: '(a+)+$', path_glob: 'a.txt' }, files)).text).toBe(
      'No line matches in 1 files.',
    );
  });

  it('cannot ask about a secret', async () => {
    const files = { 'a.ts': `k = '${KEY_ID}'\n`, '.env': `K=${KEY_ID}\n` };

    const { text } = await run('Grep', { pattern: `AKIA[A-Z0-9]+` }, files);

    expect(text).toMatch(/^No line matches/u);
  });

  it('is bounded, and says so', async () => {
    const files = { 'a.txt': 'same\n'.repeat(500) };

    const { text } = await run('Grep', { pattern: 'same', limit: 9_999 }, files);

    expect(text.split('\n')).toHaveLength(101);
    expect(text).toMatch(/more hits; narrow the pattern/u);
  });

  it('says how much it searched when there is too much', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1_100 }, (_, n) => [`f/${n}.txt`, 'x\n']),
    );

    expect((await run('Grep', { pattern: 'absent' }, files)).text).toMatch(
      /only 1000 of \d+ files were searched/u,
    );
  });
});

describe('the toolbox', () => {
  it.each([
    { name: 'an unknown tool', tool: 'Bash', input: { command: 'env' } },
    { name: 'no input', tool: 'Read', input: null },
    { name: 'an input of another shape', tool: 'Read', input: { path: 7 } },
    {
      name: 'a key that does not exist',
      tool: 'Read',
      input: { path: 'Dockerfile', follow: true },
    },
  ])('$name is an error result', async ({ tool, input }) => {
    expect(await run(tool, input)).toMatchObject({ isError: true });
  });

  it('offers only what the agent has', async () => {
    const views = viewsOf(await snapshotOf());
    const box = toolboxFor(['Read'], views, fence, { maxToolCalls: 1, maxToolBytes: 1 });

    expect(box.wire.map((tool) => tool.name)).toEqual(['Read']);
    expect(await runner(box)('Grep', { pattern: 'x' })).toMatchObject({ isError: true });
  });

  it('gives every key as required, as strict tools want it', async () => {
    for (const { input_schema: schema } of (await toolbox()).wire)
      expect(schema['required']).toEqual(Object.keys(schema['properties'] ?? {}));
  });

  it.each([
    { name: 'calls', limits: { maxToolCalls: 1 } },
    { name: 'bytes', limits: { maxToolBytes: 5 } },
  ])('ends with its $name', async ({ limits }) => {
    const ask = runner(await toolbox({}, limits));
    await ask('Read', { path: 'Dockerfile' });

    expect(await ask('Read', { path: 'Dockerfile' })).toEqual({
      text: 'The tool budget is used up. Give the answer now.',
      isError: true,
    });
  });

  it('gives the same answer to the same question', async () => {
    const answers = [
      await run('Grep', { pattern: 'orders' }),
      await run('Grep', { pattern: 'orders' }),
    ];

    expect(answers[0]).toEqual(answers[1]);
    expect(Object.keys(BASE)).toContain('src/rates.ts');
  });
});
