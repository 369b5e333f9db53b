import { describe, expect, it } from 'vitest';
import type { RuleExample } from '../../../../src/explorer/rule.ts';
import inSource from '../../../../src/explorer/rules/secret/in-source.ts';
import { runRule } from '../../../support/run-rule.ts';
import { body, CERTAIN_SECRETS } from './sample-secrets.ts';

const token = `ghp_${body(36, 101)}`;
const other = `ghp_${body(36, 102)}`;
const line = (value: string): string => `const key = "${value}";\n`;

async function outcome(example: RuleExample): Promise<string[]> {
  const { findings, failures } = await runRule(inSource, example);
  expect(failures).toEqual([]);
  return findings.map(({ priority, blocks }) => `${priority}${blocks ? ' blocks' : ''}`);
}

describe('secret/in-source', () => {
  it.each(CERTAIN_SECRETS)(
    'blocks $name in production code and never shows it',
    async ({ text, value }) => {
      const { findings } = await runRule(inSource, {
        path: 'src/config.txt.ts',
        code: `${text}\n`,
      });

      expect(findings.map((f) => [f.priority, f.category, f.blocks])).toEqual([
        ['critical', 'security_vulnerability', true],
      ]);
      expect(JSON.stringify(findings)).not.toContain(value);
    },
  );

  it.each([
    { name: 'a test', path: 'test/login.test.ts', expected: ['medium'] },
    { name: 'documentation', path: 'docs/setup.md', expected: ['medium'] },
    { name: 'an example', path: '.env.example', expected: ['medium'] },
    { name: 'vendored code', path: 'vendor/lib/a.js', expected: ['medium'] },
    { name: 'a minified bundle', path: 'web/app.min.js', expected: ['medium'] },
    { name: 'a development file', path: 'docker-compose.dev.yml', expected: ['critical blocks'] },
    { name: 'production code', path: 'src/app.ts', expected: ['critical blocks'] },
  ])('a provider token in $name is reported', async ({ path, expected }) => {
    expect(await outcome({ path, code: line(token) })).toEqual(expected);
  });

  it.each([
    {
      name: 'a token that already stood there and moved is not new',
      example: { path: 'a.ts', base: line(token), code: `// moved\n\n${line(token)}` },
      expected: [],
    },
    {
      name: 'another token on the same line is new',
      example: { path: 'a.ts', base: line(token), code: line(other) },
      expected: ['critical blocks'],
    },
    {
      name: 'taking the token out is no finding',
      example: { path: 'a.ts', base: line(token), code: line('') },
      expected: [],
    },
    {
      name: 'a key id alone opens nothing and does not block',
      example: {
        path: 'a.ts',
        code: line(`AKIA${body(16, 5, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`),
      },
      expected: ['high'],
    },
    {
      name: 'a random password never blocks',
      example: { path: 'a.ts', code: `const password = "${body(14, 9)}7x";\n` },
      expected: ['medium'],
    },
    {
      name: 'a random password in a test is nothing',
      example: { path: 'test/a.test.ts', code: `const password = "${body(14, 9)}7x";\n` },
      expected: [],
    },
    {
      name: 'a Firebase key is public by design',
      example: {
        path: 'src/firebase.ts',
        code: `init({ authDomain: "shop.firebaseapp.com", apiKey: "AIza${body(35, 8)}" });\n`,
      },
      expected: ['low'],
    },
    {
      name: 'a signed URL names a key id',
      example: {
        path: 'a.ts',
        code: line(
          `https://s3.amazonaws.com/b?X-Amz-Credential=AKIA${body(16, 5, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}/x`,
        ),
      },
      expected: ['low'],
    },
    {
      name: 'a strong password for a neighbour container does not block',
      example: {
        path: 'compose.yaml',
        code: `  url: postgres://app:${body(14, 45)}@db:5432/app\n`,
      },
      expected: ['high'],
    },
  ])('$name', async ({ example, expected }) => {
    expect(await outcome(example)).toEqual(expected);
  });
});
