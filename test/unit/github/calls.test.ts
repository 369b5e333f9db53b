import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READ_PERMISSIONS, WRITE_PERMISSIONS } from '../../../src/adapters/github/app.ts';
import { GitHubChangeSource } from '../../../src/adapters/github/change-source.ts';
import { TreeCache } from '../../../src/adapters/github/tree-cache.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { DATABASE_FACT_FILES } from '../../../src/explorer/facts/database.ts';
import { readFacts } from '../../../src/explorer/facts/read-facts.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import {
  type FakeGitHub,
  type FakePull,
  startFakeGitHub,
} from '../../support/fake-github/index.ts';
import { REPOSITORY, clientOf } from './clients.ts';
import { type Memory, emptyMemory, publisherOf, reviewOf } from './publishing.ts';

/** What a review may cost on the wire; minting tokens is not counted. */
const FIRST_REVIEW_CALLS = 12;
const LATER_REVIEW_CALLS = 10;

let github: FakeGitHub;

beforeEach(async () => {
  github = await startFakeGitHub({
    files: {
      '.github/ops.yml': 'tier: startup\n',
      'package.json': '{"dependencies":{"pg":"8.0.0"}}\n',
      ...filesOf('before'),
    },
  });
});

afterEach(async () => {
  await github.close();
});

/** Twenty files, a migration among them, so that facts of the repository are asked for too. */
function filesOf(text: string): Record<string, string> {
  const sources = Array.from({ length: 19 }, (_, at) => [
    `src/file-${at}.ts`,
    `// ${text} ${at}\n`,
  ]);
  return { ...Object.fromEntries(sources), 'migrations/1.sql': `-- ${text}\n` };
}

/** One whole review, the agent's phase included, with a read-only and a writing token as in the service. */
async function review(pull: FakePull, memory: Memory, trees: TreeCache): Promise<string[]> {
  const before = github.calls.length;
  const scope = { repositoryId: github.repo.id };
  const reader = clientOf(github, { ...scope, permissions: READ_PERMISSIONS });
  const writer = clientOf(github, { ...scope, permissions: WRITE_PERMISSIONS });
  const publisher = publisherOf(github, pull, memory, { client: writer });
  await publisher.announce();
  await publisher.progress('reading');
  const snapshot = await takeSnapshot({
    source: new GitHubChangeSource({
      client: reader,
      repository: REPOSITORY,
      pull: pull.number,
      headSha: pull.headSha,
      trees,
      alsoRead: DATABASE_FACT_FILES,
    }),
    loadConfig: async (tree) =>
      await loadConfig(async (path) => {
        const read = (await tree.read([path])).get(path);
        return read?.kind === 'text' ? { kind: 'text', text: read.text } : { kind: 'absent' };
      }),
  });
  expect(snapshot.files).toHaveLength(20);
  expect(snapshot.config.kind).toBe('loaded');
  expect(await readFacts(snapshot)).not.toEqual({ database: 'unknown' });
  for (const phase of ['rules', 'agent', 'writing'] as const) await publisher.progress(phase);
  await publisher.publish(reviewOf(pull));
  const made = github.calls.slice(before).filter(({ route }) => !route?.endsWith('/access_tokens'));
  expect(reader.calls + writer.calls).toBe(made.length);
  expect(made.filter(({ status }) => status >= 400)).toEqual([]);
  return made.map(({ route, path }) => route ?? path);
}

describe('requests of one review of twenty files', () => {
  it('the first one keeps to its budget', async () => {
    const pull = github.openPull({ files: filesOf('after') });

    const calls = await review(pull, emptyMemory(), new TreeCache());

    expect(calls).toMatchInlineSnapshot(`
      [
        "POST /repos/{owner}/{repo}/check-runs",
        "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "GET /repos/{owner}/{repo}/pulls/{pull_number}",
        "GET /repos/{owner}/{repo}/compare/{basehead}",
        "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
        "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
        "POST /graphql",
        "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "GET /repos/{owner}/{repo}/pulls/{pull_number}",
        "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
        "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      ]
    `);
    expect(calls.length).toBeLessThanOrEqual(FIRST_REVIEW_CALLS);
  });

  it('later ones keep to a smaller one', async () => {
    const pull = github.openPull({ files: filesOf('after') });
    const trees = new TreeCache();
    const memory = emptyMemory();
    await review(pull, memory, trees);

    for (const text of ['again', 'and again']) {
      github.push(pull.number, filesOf(text));
      memory.checkId = null;
      const calls = await review(pull, memory, trees);

      expect(calls.length).toBeLessThanOrEqual(LATER_REVIEW_CALLS);
    }
    expect(github.commentsOf(pull.number)).toHaveLength(1);
  });
});
