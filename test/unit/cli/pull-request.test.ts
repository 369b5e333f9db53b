import { afterEach, beforeEach, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { type FakeGitHub, startFakeGitHub } from '../../support/fake-github/index.ts';

let github: FakeGitHub;

beforeEach(async () => {
  github = await startFakeGitHub({ files: { 'README.md': 'The shop.\n' } });
});

afterEach(async () => {
  await github.close();
});

async function ops(
  args: readonly string[],
  token = github.userToken,
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    env: { PATH: process.env['PATH'], GITHUB_TOKEN: token, GITHUB_API_URL: github.url },
    workingDirectory: '/',
    stdout: {
      write: (text, done) => {
        out += text;
        done?.();
      },
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
  });
  return { code, out, err };
}

const reference = (number: number): string => `${github.repo.owner}/${github.repo.name}#${number}`;

it('reviews a pull request through the API and writes nothing', async () => {
  const pull = github.openPull({ files: { 'migrations/2_drop.sql': 'DROP TABLE users;\n' } });
  const ran = await ops(['review', '--pr', reference(pull.number), '--format', 'json', '--quiet']);

  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.out)).toMatchObject({
    verdict: 'blocked',
    subject: { pull: pull.number, head_sha: pull.headSha },
  });
  expect(github.writes).toEqual([]);
});

it('writes one comment with --post, and edits it the next time', async () => {
  const pull = github.openPull({ files: { 'migrations/2_drop.sql': 'DROP TABLE users;\n' } });
  await ops(['review', '--pr', reference(pull.number), '--post']);
  github.push(pull.number, { 'migrations/2_drop.sql': null });
  const second = await ops(['review', '--pr', reference(pull.number), '--post']);

  expect(second.code).toBe(0);
  expect(github.commentsOf(pull.number)).toHaveLength(1);
  expect(github.commentsOf(pull.number)[0]?.body).toContain('Ready');
  expect(github.checksOf(pull.headSha)).toEqual([]);
});

it.each([
  { name: 'a pull request that does not exist', token: undefined, says: '404' },
  { name: 'a token that is refused', token: 'ghp_wrong', says: '401' },
])('$name: exit 2, and the reason without the token', async ({ token, says }) => {
  const ran = await ops(['review', '--pr', reference(99), '--quiet'], token);

  expect(ran.code).toBe(2);
  expect(ran.err).toContain(says);
  expect(ran.err).not.toContain('ghp_');
});
