import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let root: string;

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'ops-new-rule-'))));
afterEach(() => rmSync(root, { recursive: true }));

function newRule(...args: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  const script = resolve('tools/new-rule.ts');
  return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
}

it('writes the rule once and says what comes next', () => {
  const first = newRule('mail/no-retry');
  const second = newRule('mail/no-retry');

  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toMatch(/^src\/explorer\/rules\/mail\/no-retry\.ts\nNext:/u);
  expect(readFileSync(join(root, 'src/explorer/rules/mail/no-retry.ts'), 'utf8')).toContain(
    "id: 'mail/no-retry',",
  );
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(/exists already/u);
});

it.each(['', 'mail', 'Mail/NoRetry', '../mail/no-retry', 'mail/no_retry'])(
  'refuses the id %j',
  (id) => {
    const refused = newRule(id);

    expect(refused.status).toBe(64);
    expect(refused.stderr).toMatch(/^Usage: npm run new:rule/u);
  },
);
