import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubClient } from '../../../src/adapters/github/client.ts';
import { createTokenClient } from '../../../src/adapters/github/client.ts';
import { GitStore } from '../../support/fake-github/git-store.ts';
import { type FakeGitHub, startFakeGitHub } from '../../support/fake-github/index.ts';
import { REPOSITORY, appOf, clientOf } from './clients.ts';

const CREATE_CHECK = 'POST /repos/{owner}/{repo}/check-runs';
const PATCH_CHECK = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const MERGE = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';
const OUTPUT = { title: 't', summary: 's' };

let github: FakeGitHub;
let client: GitHubClient;
let headSha: string;

beforeEach(async () => {
  github = await startFakeGitHub({ requiredChecks: ['Ops'], permissions: { alice: 'write' } });
  client = clientOf(github);
  headSha = github.openPull({ files: { 'a.ts': 'a\n' } }).headSha;
});

afterEach(async () => {
  await github.close();
});

describe('git objects of the fake', () => {
  it('have the names that git gives them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fake-git-'));
    try {
      mkdirSync(join(folder, 'a'));
      writeFileSync(join(folder, 'a', 'b.txt'), 'nội dung\n');
      writeFileSync(join(folder, 'a.txt'), '');
      writeFileSync(join(folder, 'run.sh'), 'echo\n', { mode: 0o755 });
      symlinkSync('a.txt', join(folder, 'link'));
      const git = (...args: string[]): string =>
        execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
      git('init', '-q');
      git('add', '-A');
      const store = new GitStore();

      const commit = store.commitFiles(
        null,
        {
          'a/b.txt': 'nội dung\n',
          'a.txt': '',
          'run.sh': { executable: 'echo\n' },
          link: { symlink: 'a.txt' },
        },
        'first',
      );

      expect(store.commit(commit)?.tree).toBe(git('write-tree'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('limits of GitHub in the fake', () => {
  const annotation = (more: object = {}) => ({
    path: 'a.ts',
    start_line: 1,
    end_line: 1,
    annotation_level: 'notice',
    message: 'm',
    ...more,
  });

  it.each([
    [
      '51 annotations',
      { output: { ...OUTPUT, annotations: Array.from({ length: 51 }, () => annotation()) } },
    ],
    ['a summary of 65,536 bytes', { output: { title: 't', summary: `${'ữ'.repeat(21_845)}x` } }],
    ['a text of 65,536 characters', { output: { ...OUTPUT, text: 'x'.repeat(65_536) } }],
    [
      'four actions',
      {
        actions: Array.from({ length: 4 }, () => ({
          label: 'l',
          description: 'd',
          identifier: 'i',
        })),
      },
    ],
    ['a long label', { actions: [{ label: 'l'.repeat(21), description: 'd', identifier: 'i' }] }],
    ['an unknown conclusion', { conclusion: 'passed' }],
    ['completed without conclusion', { status: 'completed' }],
    ['an unknown field', { sumary: 's' }],
    [
      'a title of 256 characters',
      { output: { ...OUTPUT, annotations: [annotation({ title: 'x'.repeat(256) })] } },
    ],
    [
      'an annotation that ends before it starts',
      { output: { ...OUTPUT, annotations: [annotation({ start_line: 2 })] } },
    ],
    [
      'columns over two lines',
      { output: { ...OUTPUT, annotations: [annotation({ end_line: 2, start_column: 1 })] } },
    ],
    ['a commit that is not there', { head_sha: 'f'.repeat(40) }],
  ])('%s: 422', async (_, more) => {
    const creating = client.request(CREATE_CHECK, {
      ...REPOSITORY,
      name: 'Ops',
      head_sha: headSha,
      ...more,
    });

    await expect(creating).rejects.toMatchObject({ code: 'github.invalid' });
    expect(github.checksOf(headSha)).toEqual([]);
  });

  it('a text over the limit in bytes is cut, the output replaced, annotations added', async () => {
    const text = 'ữ'.repeat(30_000);
    const first = { ...OUTPUT, text, annotations: [annotation()] };
    await client.request(CREATE_CHECK, {
      ...REPOSITORY,
      name: 'Ops',
      head_sha: headSha,
      output: first,
    });
    const [check] = github.checksOf(headSha);
    expect(check!.output.text).toBe('ữ'.repeat(21_845));

    const second = { ...OUTPUT, annotations: [annotation()] };
    await client.request(PATCH_CHECK, { ...REPOSITORY, check_run_id: check!.id, output: second });

    expect(check!.output.text).toBeNull();
    expect(check!.annotations).toHaveLength(2);
  });

  it('a comment has at most 65,536 characters', async () => {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const parameters = { ...REPOSITORY, issue_number: 1 };
    await client.request(route, { ...parameters, body: 'x'.repeat(65_536) });

    const long = client.request(route, { ...parameters, body: 'x'.repeat(65_537) });

    await expect(long).rejects.toMatchObject({ code: 'github.invalid' });
  });

  it('checks belong to apps', async () => {
    const person = createTokenClient(github.userToken, github.url, { throttleId: null });

    const creating = person.request(CREATE_CHECK, {
      ...REPOSITORY,
      name: 'Ops',
      head_sha: headSha,
    });

    await expect(creating).rejects.toMatchObject({ code: 'github.forbidden' });
  });

  it('lists come in pages of thirty', async () => {
    for (let at = 0; at < 31; at += 1) github.comment(1, 'alice', `${at}`);
    const response = await fetch(`${github.url}/repos/acme/shop/issues/1/comments`, {
      headers: { authorization: `token ${github.userToken}` },
    });

    expect(await response.json()).toHaveLength(30);
    expect(response.headers.get('link')).toContain('rel="next"');
  });
});

describe('the gate of the fake', () => {
  it.each([
    ['no check', null, false],
    ['a failed check', 'failure', false],
    ['a check that asks for action', 'action_required', false],
    ['a cancelled check', 'cancelled', false],
    ['a neutral check', 'neutral', true],
    ['a skipped check', 'skipped', true],
    ['a passed check', 'success', true],
  ])('%s: merged is %s', async (_, conclusion, merged) => {
    const person = createTokenClient(github.userToken, github.url, { throttleId: null });
    if (conclusion !== null)
      await client.request(CREATE_CHECK, {
        ...REPOSITORY,
        name: 'Ops',
        head_sha: headSha,
        conclusion,
      });

    const done = await person.request(MERGE, { ...REPOSITORY, pull_number: 1 }).then(
      () => true,
      () => false,
    );

    expect(done).toBe(merged);
    expect(github.pull(1).merged).toBe(merged);
  });
});

describe('webhooks of the fake', () => {
  let receiver: Server;
  let received: { event: string; guid: string; valid: boolean; payload: Record<string, unknown> }[];
  let answer: number;

  beforeEach(async () => {
    received = [];
    answer = 202;
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const secret = github.app.webhookSecret;
        const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
        received.push({
          event: String(request.headers['x-github-event']),
          guid: String(request.headers['x-github-delivery']),
          valid: request.headers['x-hub-signature-256'] === expected,
          payload: JSON.parse(body.toString()) as Record<string, unknown>,
        });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    github.deliverTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
  });

  afterEach(async () => {
    receiver.closeAllConnections();
    await new Promise((done) => receiver.close(done));
  });

  it('are signed and tell what happened', async () => {
    const before = headSha;
    const after = github.push(1, { 'a.ts': 'b\n' });
    await github.settled();
    github.comment(1, 'alice', '/ops recheck');
    github.retarget(1, 'main');
    github.setDraft(1, true);
    github.closePull(1);
    github.reopen(1);
    await github.settled();

    expect(received.every(({ valid }) => valid)).toBe(true);
    expect(received[0]).toMatchObject({
      event: 'pull_request',
      payload: {
        action: 'synchronize',
        before,
        after,
        installation: { id: github.app.installationId },
        repository: { id: 99, full_name: 'acme/shop' },
        pull_request: { head: { sha: after } },
      },
    });
    expect(
      received.map(({ event, payload }) => `${event}.${String(payload['action'])}`).sort(),
    ).toEqual([
      'issue_comment.created',
      'pull_request.closed',
      'pull_request.converted_to_draft',
      'pull_request.edited',
      'pull_request.reopened',
      'pull_request.synchronize',
    ]);
  });

  it('of a fork’s check name no pull request', async () => {
    const pull = github.openPull({ fork: 'mallory', files: { 'a.ts': 'x' } });
    await client.request(CREATE_CHECK, { ...REPOSITORY, name: 'Ops', head_sha: pull.headSha });
    github.rerequest(github.checksOf(pull.headSha)[0]!.id);
    await github.settled();

    expect(received.at(-1)).toMatchObject({
      event: 'check_run',
      payload: {
        action: 'rerequested',
        check_run: { pull_requests: [], app: { id: github.app.id } },
      },
    });
  });

  it('that were refused or lost are listed and delivered again under their first id', async () => {
    answer = 500;
    github.push(1, { 'a.ts': 'refused' });
    await github.settled();
    github.loseWebhooks(true);
    github.push(1, { 'a.ts': 'lost' });
    github.loseWebhooks(false);
    answer = 202;
    const app = appOf(github).appClient();
    const { data } = await app.request('GET /app/hook/deliveries', { per_page: 100 });
    const failed = (
      data as { id: number; guid: string; status_code: number; event: string }[]
    ).filter((delivery) => delivery.status_code !== 202 && delivery.event === 'pull_request');
    received.length = 0;

    for (const { id } of failed.slice(0, 2))
      await app.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id });
    await github.settled();

    expect(received.map(({ guid }) => guid).sort()).toEqual(
      failed
        .slice(0, 2)
        .map(({ guid }) => guid)
        .sort(),
    );
  });
});
