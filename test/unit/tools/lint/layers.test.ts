import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findViolation, layerOf, LAYERS } from '../../../../tools/lint/layers.ts';
import { layers } from '../../../../tools/lint/rules/layers.ts';
import { tester } from './tester.ts';

tester.run('layers', layers, {
  valid: [
    {
      filename: 'src/explorer/explore.ts',
      code: "import { Finding } from '../domain/finding.ts';",
    },
    { filename: 'src/explorer/rule.ts', code: "import picomatch from 'picomatch';" },
    {
      filename: 'src/jobs/worker.ts',
      code: "import type { Review } from '../review/run-review.ts';",
    },
    {
      filename: 'src/jobs/worker.ts',
      code: "import { type Review } from '../review/run-review.ts';",
    },
    {
      filename: 'src/main.ts',
      code: "import { Probot } from 'probot';\nimport './adapters/github/a.ts';",
    },
    { filename: 'test/support/tree.ts', code: "import '../../src/adapters/github/a.ts';" },
  ],
  invalid: [
    {
      filename: 'src/explorer/explore.ts',
      code: "import { read } from '../adapters/github/read.ts';",
      errors: ['explorer/ may not import adapters/: take a SourceTree through deps.'],
    },
    {
      filename: 'src/explorer/rules/code/a.ts',
      code: "export * from '../../../publish/publisher.ts';",
      errors: [/^explorer\/ may not import publish\/: it may import domain\/, snapshot\//u],
    },
    {
      filename: 'src/jobs/worker.ts',
      code: "import { runReview } from '../review/run-review.ts';",
      errors: ['jobs/ may not import review/: only its types, with `import type`.'],
    },
    {
      filename: 'src/synthesis/verdict.ts',
      code: "type A = import('../snapshot/snapshot.ts').Snapshot;",
      errors: [/^synthesis\/ may not import snapshot\//u],
    },
    {
      filename: 'src/webhooks/intake.ts',
      code: "const sdk = await import('@anthropic-ai/sdk');",
      errors: ['webhooks/ may not import @anthropic-ai/sdk: it belongs in adapters/anthropic/.'],
    },
  ],
});

describe('findViolation', () => {
  it.each([
    ['src/domain/a.ts', 'zod', null],
    ['src/domain/a.ts', 'yaml', 'domain/ may not import yaml: it may import zod.'],
    ['src/publish/a.ts', '../i18n/en.ts', null],
    ['src/adapters/github/a.ts', '../sqlite/b.ts', /adapters never import each other/u],
    ['src/adapters/github/a.ts', '../../snapshot/source-tree.ts', null],
    ['src/adapters/github/a.ts', '@octokit/rest', null],
    [
      'src/jobs/a.ts',
      'kysely',
      'jobs/ may not import kysely: it belongs in adapters/sqlite/ and adapters/postgres/.',
    ],
    ['src/jobs/a.ts', 'node:sqlite', /belongs in adapters\/sqlite\//u],
    ['src/review/a.ts', '../main.ts', /may not import main\.ts or cli\.ts/u],
    ['src/cli/review.ts', '../adapters/files/a.ts', null],
    ['src/cli.ts', '../tools/build.ts', /only src\/ is in the package/u],
    ['src/config/a.ts', '../../test/support/tree.ts', /only src\/ is in the package/u],
    ['src/helpers/a.ts', '../domain/a.ts', /is in no layer/u],
    ['src/review/a.ts', '../helpers/a.ts', /is in no layer/u],
  ] as const)('%s importing %s', (from, specifier, expected) => {
    const violation = findViolation({ from, specifier, typeOnly: false });

    if (expected instanceof RegExp) expect(violation).toMatch(expected);
    else expect(violation).toBe(expected);
  });
});

it('every file of src is in a layer, and every layer that others may import is one', () => {
  const files = globSync('src/**/*.ts');
  const names = new Set(LAYERS.map(({ folder }) => folder));

  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => layerOf(file) === null)).toEqual([]);
  for (const { mayImport, mayImportTypes = [] } of LAYERS)
    expect([...mayImport, ...mayImportTypes].filter((name) => !names.has(name))).toEqual([]);
});
