import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

/** Rules that are right and switched off help nobody: this runs the program with the real configuration. */
const root = mkdtempSync(join(tmpdir(), 'ops-lint-'));
afterAll(() => rmSync(root, { recursive: true }));

const LONG = Array.from({ length: 401 }, (_, n) => `export const n${n} = ${n};`).join('\n');

const cases = [
  { code: 'ops(layers)', path: 'src/explorer/a.ts', text: "import '../adapters/github/b.ts';\n" },
  { code: 'ops(static-log-message)', path: 'src/jobs/a.ts', text: 'log.info(`${1}`);\n' },
  { code: 'ops(no-process-env)', path: 'src/jobs/b.ts', text: 'export const p = process.env;\n' },
  {
    code: 'ops(no-to-match-snapshot)',
    path: 'test/a.test.ts',
    text: 'expect(1).toMatchSnapshot();\n',
  },
  { code: 'ops(no-direct-nock)', path: 'test/b.test.ts', text: "import 'nock';\n" },
  { code: 'ops(rule-shape)', path: 'src/explorer/rules/a/b.ts', text: 'export const a = 1;\n' },
  { code: 'eslint(max-lines)', path: 'src/domain/long.ts', text: LONG },
  { code: 'import(no-default-export)', path: 'src/domain/a.ts', text: 'export default 1;\n' },
];

it('every convention is switched on', () => {
  for (const { path, text } of cases) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  const oxlint = spawnSync(
    process.execPath,
    [resolve('node_modules/oxlint/bin/oxlint'), '-c', resolve('.oxlintrc.json'), '-f', 'json'],
    { cwd: root, encoding: 'utf8' },
  );

  const { diagnostics } = JSON.parse(oxlint.stdout) as {
    diagnostics: { code: string; filename: string }[];
  };
  const seen = diagnostics.map(({ code, filename }) => `${code} ${filename}`);
  expect(seen).toEqual(expect.arrayContaining(cases.map(({ code, path }) => `${code} ${path}`)));
  expect(oxlint.status).toBe(1);
});
