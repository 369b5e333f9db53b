import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groundAll } from '../../../src/assessment/grounding/ground.ts';
import type { QuotedPlace } from '../../../src/assessment/reply/schema.ts';
import { viewsOf } from '../../../src/assessment/views.ts';
import { redactSecrets } from '../../../src/domain/redaction.ts';
import { countedLines } from '../../../src/snapshot/lines.ts';
import type { MemoryChangeOptions } from '../../support/memory-change.ts';
import { BASE, FETCH_LINE, HEAD, snapshotOf } from './fixture.ts';

const KEY_ID = `AKIA${'Q4ZJ7WXB2M5RTN3K'}`;
const repeated = [
  ...Array.from({ length: 30 }, (_, n) => `line ${n}`),
  'same();',
  'x',
  'same();',
].join('\n');
const change: MemoryChangeOptions = {
  base: { ...BASE, 'old/name.ts': 'keep();\ngone();\n' },
  head: {
    ...HEAD,
    'new/name.ts': 'keep();\n',
    'src/many.ts': `${repeated}\n`,
    'src/aws.ts': `const id = '${KEY_ID}';\nconst name = 'shop\u202e';\n`,
    'src/vi.ts': '// Đơn hàng bị hủy\n',
    '.env': 'PLAIN=value-of-it\n',
  },
  renames: { 'new/name.ts': 'old/name.ts' },
};

async function ground(
  place: Partial<QuotedPlace>,
): Promise<readonly (readonly [string, number, string])[]> {
  const views = viewsOf(await snapshotOf(change));
  const found = await groundAll([{ ...FETCH_LINE, ...place }], views);
  return found.map((e) => [`${e.side}:${e.path}`, e.line, e.quote] as const);
}

describe('a quote that stands somewhere', () => {
  const fetchLine = ['head:src/rates.ts', 3, '  const answer = await fetch(url);'];
  const many = { path: 'src/many.ts' };

  it.each([
    { name: 'at its line', place: {}, is: fetchLine },
    {
      name: 'without its indentation',
      place: { quote: 'const answer = await fetch(url);' },
      is: fetchLine,
    },
    {
      name: 'with the number of Read',
      place: { quote: '3\t  const answer = await fetch(url);' },
      is: fetchLine,
    },
    {
      name: 'with the columns of the diff',
      place: { quote: '     3        +   const answer = await fetch(url);' },
      is: fetchLine,
    },
    { name: 'as a part of the line', place: { quote: 'await fetch(url)' }, is: fetchLine },
    { name: 'a few lines off', place: { line: 6 }, is: fetchLine },
    { name: 'far off but unique', place: { line: 400 }, is: fetchLine },
    { name: 'with a line number of nonsense', place: { line: -3 }, is: fetchLine },
    { name: 'under a path with ./', place: { path: './src/rates.ts' }, is: fetchLine },
    {
      name: 'removed',
      place: { side: 'base', line: 5, quote: 'return answer.rate;' },
      is: ['base:src/rates.ts', 6, '  return answer.rate;'],
    },
    {
      name: 'over two lines',
      place: { quote: 'const answer = await fetch(url);\nconst body = await answer.json();' },
      is: [
        'head:src/rates.ts',
        3,
        '  const answer = await fetch(url);\n  const body = await answer.json();',
      ],
    },
    {
      name: 'twice, the nearer one',
      place: { ...many, line: 34, quote: 'same();' },
      is: ['head:src/many.ts', 33, 'same();'],
    },
    {
      name: 'in a file that was renamed, under its new name',
      place: { path: 'new/name.ts', side: 'base', line: 2, quote: 'gone();' },
      is: ['base:old/name.ts', 2, 'gone();'],
    },
    {
      name: 'in a file that did not change',
      place: {
        path: 'src/routes/checkout.ts',
        line: 4,
        quote: 'const rate = await ratesFor(request.body.currency);',
      },
      is: [
        'head:src/routes/checkout.ts',
        4,
        '  const rate = await ratesFor(request.body.currency);',
      ],
    },
    {
      name: 'in decomposed characters',
      place: { path: 'src/vi.ts', line: 1, quote: '// Đơn hàng bị hủy'.normalize('NFD') },
      is: ['head:src/vi.ts', 1, '// Đơn hàng bị hủy'],
    },
    {
      name: 'with a redacted secret',
      place: { path: 'src/aws.ts', line: 1, quote: redactSecrets(`const id = '${KEY_ID}';`) },
      is: ['head:src/aws.ts', 1, redactSecrets(`const id = '${KEY_ID}';`)],
    },
    {
      name: 'with a hidden character that was named',
      place: { path: 'src/aws.ts', line: 2, quote: "const name = 'shop[U+202E]';" },
      is: ['head:src/aws.ts', 2, "const name = 'shop\u202e';"],
    },
  ] as const)('$name', async ({ place, is }) => {
    expect(await ground(place)).toEqual([is]);
  });
});

describe('a quote that stands nowhere', () => {
  it.each([
    { name: 'invented', place: { quote: 'await fetchWithoutAnyTimeout(url)' } },
    { name: 'in another file', place: { path: 'Dockerfile' } },
    { name: 'in a path that is not there', place: { path: 'src/none.ts' } },
    { name: 'on the other side', place: { side: 'base' } },
    { name: 'removed, cited at head', place: { quote: 'return answer.rate;' } },
    { name: 'outside the tree', place: { path: '../src/rates.ts' } },
    { name: 'empty', place: { quote: '' } },
    { name: 'punctuation only', place: { quote: '}', line: 6 } },
    { name: 'a short part of a line', place: { quote: 'fetch' } },
    { name: 'ambiguous and far', place: { path: 'src/many.ts', line: 1, quote: 'same();' } },
    {
      name: 'a secret in the clear',
      place: { path: 'src/aws.ts', line: 1, quote: `const id = '${KEY_ID}';` },
    },
    { name: 'in a withheld file', place: { path: '.env', line: 1, quote: 'PLAIN=value-of-it' } },
    {
      name: 'two lines that are not neighbours',
      place: { quote: 'const answer = await fetch(url);\nreturn body.rate;' },
    },
  ] as const)('$name is dropped', async ({ place }) => {
    expect(await ground(place)).toEqual([]);
  });
});

describe('whatever the model cites', () => {
  it('evidence quotes exactly the lines at its place, and no secret', async () => {
    const snapshot = await snapshotOf(change);
    const paths = [
      ...snapshot.files.map((file) => file.path),
      'src/routes/checkout.ts',
      'x',
      '../x',
    ];
    const lines = Object.values(HEAD).flatMap((text) => text.split('\n'));
    const quote = fc.oneof(
      fc.constantFrom(...lines, '', '}', 'same();', KEY_ID),
      fc.string(),
      fc
        .tuple(fc.constantFrom(...lines), fc.nat(20), fc.nat(40))
        .map(([l, a, b]) => l.slice(a, a + b)),
      fc.array(fc.constantFrom(...lines), { maxLength: 3 }).map((l) => l.join('\n')),
    );
    const line = fc.integer({ min: -5, max: 50 });
    const side = fc.constantFrom('head' as const, 'base' as const);
    const anywhere = fc.record({ path: fc.constantFrom(...paths), line, side, quote });
    // Often enough the quote does stand in the file.
    const somewhere = fc.constantFrom(...Object.entries(HEAD)).chain(([path, text]) =>
      fc.record({
        path: fc.constant(path),
        line,
        side,
        quote: fc.constantFrom(...text.split('\n')),
      }),
    );
    const place = fc.oneof(anywhere, somewhere);
    const views = viewsOf(snapshot);
    let survived = 0;

    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 4 }), async (places) => {
        for (const evidence of await groundAll(places, views)) {
          survived += 1;
          const read = (await snapshot[evidence.side].read([evidence.path])).get(evidence.path);
          const text = read?.kind === 'text' ? read.text : '';
          const there = countedLines(redactSecrets(text)).slice(
            evidence.line - 1,
            evidence.end_line,
          );
          expect(evidence.quote).toBe(there.join('\n'));
          expect(evidence.quote).not.toContain(KEY_ID);
          expect(there.length).toBe(evidence.end_line - evidence.line + 1);
        }
      }),
      { numRuns: 1_000 },
    );

    expect(survived).toBeGreaterThan(100);
  });
});
