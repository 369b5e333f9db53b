import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READ_PERMISSIONS, createGitHubApp } from '../../../src/adapters/github/app.ts';
import { createTokenClient } from '../../../src/adapters/github/client.ts';
import {
  listOpenPulls,
  readPermission,
  tryAddReaction,
} from '../../../src/adapters/github/repository-api.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';
import { type FakeGitHub, startFakeGitHub } from '../../support/fake-github/index.ts';
import { REPOSITORY, appOf, clientOf } from './clients.ts';

const NOW = Date.parse('2026-11-24T00:00:00Z');
const READ = 'GET /repos/{owner}/{repo}';
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

let github: FakeGitHub;

beforeEach(async () => {
  github = await startFakeGitHub({ permissions: { alice: 'write', root: 'admin', eve: 'none' } });
});

afterEach(async () => {
  await github.close();
});

async function failureOf(promise: Promise<unknown>): Promise<OpsError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OpsError);
  return error as OpsError;
}

describe('failures of GitHub', () => {
  it.each([
    [401, 'github.unavailable'],
    [403, 'github.forbidden'],
    [404, 'github.not-found'],
    [409, 'github.invalid'],
    [410, 'github.not-found'],
    [422, 'github.invalid'],
    [451, 'github.forbidden'],
    [400, 'github.invalid'],
  ])('%i is %s, and is not tried again', async (status, code) => {
    const client = clientOf(github);
    github.failNext(READ, { status, times: 2 });

    const error = await failureOf(client.request(READ, REPOSITORY));

    expect(error.code).toBe(code);
    const asked = github.calls.filter(({ route }) => route === READ);
    expect(asked).toHaveLength(status === 401 ? 2 : 1);
  });

  it.each([
    ['a wait in seconds', 429, { 'retry-after': '17' }, {}, 17_000],
    ['a wait with 403', 403, { 'retry-after': '60' }, {}, 60_000],
    [
      'a spent hour',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 90) },
      {},
      91_000,
    ],
    [
      'a reset that is past',
      429,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 - 90) },
      {},
      1_000,
    ],
    [
      'a reset beyond any window',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 1e6) },
      {},
      3_600_000,
    ],
    [
      'a secondary limit',
      403,
      {},
      { message: 'You have exceeded a secondary rate limit.' },
      60_000,
    ],
    ['429 without a word', 429, {}, {}, 60_000],
  ])(
    '%s is a rate limit, passed on and not slept through',
    async (_, status, headers, body, wait) => {
      const app = createGitHubApp({
        appId: github.app.id,
        privateKey: github.app.privateKey,
        apiUrl: github.url,
        now: () => NOW,
      });
      github.failNext(READ, { status, headers, body });

      const error = await failureOf(
        app.installationClient(github.app.installationId).request(READ, REPOSITORY),
      );

      expect(error).toMatchObject({ code: 'github.rate-limited', retryAfterMs: wait });
      expect(github.calls.filter(({ route }) => route === READ)).toHaveLength(1);
    },
  );

  it('a read is repeated twice on 5xx, and then given up', async () => {
    const client = clientOf(github);
    github.failNext(READ, { status: 502, times: 2 });
    await client.request(READ, REPOSITORY);
    expect(github.calls.filter(({ route }) => route === READ)).toHaveLength(3);

    github.failNext(READ, { status: 503, times: 3 });
    const error = await failureOf(client.request(READ, REPOSITORY));

    expect(error.code).toBe('github.unavailable');
    expect(github.calls.filter(({ route }) => route === READ)).toHaveLength(6);
    expect(client.calls).toBe(2);
  });

  it.each([
    ['502', { status: 502, after: 'apply' as const }],
    ['a cut connection', { drop: true, after: 'apply' as const }],
  ])('a write is never repeated: %s after it was applied leaves one comment', async (_, fault) => {
    const pull = github.openPull({ files: { 'a.ts': 'a' } });
    github.failNext(COMMENT, fault);

    const error = await failureOf(
      clientOf(github).request(COMMENT, { ...REPOSITORY, issue_number: pull.number, body: 'x' }),
    );

    expect(error.code).toBe('github.unavailable');
    expect(github.commentsOf(pull.number)).toHaveLength(1);
  });

  it('an answer that never comes ends with the timeout', async () => {
    await clientOf(github).request(READ, REPOSITORY);
    const hurried = createTokenClient(github.userToken, github.url, {
      throttleId: null,
      timeoutMs: 500,
    });
    github.failNext(COMMENT, { status: 201, delayMs: 600_000 });

    const error = await failureOf(
      hurried.request(COMMENT, { ...REPOSITORY, issue_number: 1, body: 'x' }),
    );

    expect(error.code).toBe('github.unavailable');
  });

  it('the end of the review ends its requests', async () => {
    const ending = new AbortController();
    const client = clientOf(github, { signal: ending.signal });
    await client.request(READ, REPOSITORY);
    github.failNext(READ, { delayMs: 600_000, status: 200 });

    const pending = failureOf(client.request(READ, REPOSITORY));
    ending.abort();

    expect((await pending).code).toBe('cancelled');
  });

  it('names the route and never a value', async () => {
    github.failNext(READ, { status: 500, times: 3 });

    const error = await failureOf(clientOf(github).request(READ, REPOSITORY));

    expect(error.message).toContain(READ);
    expect(error.message).not.toContain('acme');
  });
});

describe('credentials', () => {
  it('a token reaches one repository and can do no more than it was minted for', async () => {
    const client = clientOf(github, { repositoryId: 99, permissions: READ_PERMISSIONS });
    const pull = github.openPull({ files: { 'a.ts': 'a' } });

    const parameters = { ...REPOSITORY, issue_number: pull.number, body: 'x' };
    const error = await failureOf(client.request(COMMENT, parameters));

    expect(error.code).toBe('github.forbidden');
    const minted = github.calls.find(({ route }) => route?.endsWith('/access_tokens'));
    expect(minted?.body).toEqual({ repository_ids: [99], permissions: READ_PERMISSIONS });
  });

  it('a token is minted once and renewed when it is revoked', async () => {
    const client = clientOf(github);
    await client.request(READ, REPOSITORY);
    await client.request(READ, REPOSITORY);
    github.revokeTokens();
    await client.request(READ, REPOSITORY);

    const minted = github.calls.filter(({ route }) => route?.endsWith('/access_tokens'));
    expect(minted).toHaveLength(2);
    expect(client.calls).toBe(3);
  });

  it('an installation that is gone is gone', async () => {
    const client = appOf(github).installationClient(123);

    expect((await failureOf(client.request(READ, REPOSITORY))).code).toBe('github.not-found');
    expect((await failureOf(client.graphql('query { __typename }', {}))).code).toBe(
      'github.not-found',
    );
  });

  it('the app speaks for itself with its own key', async () => {
    const { data } = await appOf(github).appClient().request('GET /app');

    expect(data).toMatchObject({ slug: github.app.slug });
  });

  it('a person’s token serves the command line', async () => {
    const { data } = await createTokenClient(github.userToken, github.url).request('GET /user');

    expect(data).toMatchObject({ login: 'alice' });
    const error = await failureOf(createTokenClient('wrong', github.url).request('GET /user'));
    expect(error.code).toBe('github.forbidden');
  });

  it('every request names the version of the API', async () => {
    await clientOf(github).request(READ, REPOSITORY);

    for (const { headers } of github.calls)
      expect(headers['x-github-api-version']).toBe('2022-11-28');
  });
});

describe('the way out', () => {
  let elsewhere: Server;
  let redirect: Server;
  let reached: string[];

  beforeEach(async () => {
    reached = [];
    elsewhere = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((done) => elsewhere.listen(0, '127.0.0.1', done));
    redirect = createServer((request, response) => {
      const moved = request.url?.startsWith('/repos/old/');
      if (request.url === '/repositories/99') {
        response.setHeader('content-type', 'application/json').end('{"id":99}');
        return;
      }
      const there = moved ? '/repositories/99' : `${urlOf(elsewhere)}/stolen`;
      response.writeHead(301, { location: there }).end();
    });
    await new Promise<void>((done) => redirect.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    for (const server of [elsewhere, redirect]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it('leads to a renamed repository', async () => {
    const client = createTokenClient('t', urlOf(redirect), { throttleId: null });

    const { data } = await client.request(READ, { owner: 'old', repo: 'name' });

    expect(data).toEqual({ id: 99 });
  });

  it('never leads to another host, wherever an answer points', async () => {
    const client = createTokenClient('t', urlOf(redirect), { throttleId: null, retryBaseMs: 1 });

    const error = await failureOf(client.request(READ, { owner: 'new', repo: 'name' }));

    expect(error.code).toBe('github.forbidden');
    expect(error.remedy).toContain('GITHUB_API_URL');
    expect(reached).toEqual([]);
  });

  it('is paced per installation: comments three seconds apart there, not across', async () => {
    const pull = github.openPull({ files: { 'a.ts': 'a' } });
    const paced = createGitHubApp({
      appId: github.app.id,
      privateKey: github.app.privateKey,
      apiUrl: github.url,
    });
    const other = createTokenClient(github.userToken, github.url, { throttleId: 'another' });
    const parameters = { ...REPOSITORY, issue_number: pull.number, body: 'x' };
    const order: string[] = [];
    const write = async (client: typeof other, name: string): Promise<void> => {
      await client.request(COMMENT, parameters);
      order.push(name);
    };

    const installation = paced.installationClient(github.app.installationId);
    const again = paced.installationClient(github.app.installationId);
    await Promise.all([
      write(installation, 'first'),
      write(again, 'second of the installation'),
      write(other, 'another'),
    ]);

    expect(order.at(-1)).toBe('second of the installation');
  });
});

describe('questions about a repository', () => {
  it.each([
    ['root', 'admin'],
    ['alice', 'write'],
    ['bob', 'read'],
    ['eve', 'none'],
  ])('%s may %s', async (login, permission) => {
    expect(await readPermission(clientOf(github), REPOSITORY, login)).toBe(permission);
  });

  it('a stranger that GitHub does not know may nothing', async () => {
    github.failNext('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      status: 404,
    });

    expect(await readPermission(clientOf(github), REPOSITORY, 'ghost')).toBe('none');
  });

  it('a permission that cannot be read is no permission', async () => {
    github.failNext('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      status: 502,
      times: 3,
    });

    await expect(readPermission(clientOf(github), REPOSITORY, 'root')).rejects.toMatchObject({
      code: 'github.unavailable',
    });
  });

  it('a reaction is tried once and never fails a job', async () => {
    const pull = github.openPull({ files: { 'a.ts': 'a' } });
    const { id } = github.comment(pull.number, 'alice', '/ops recheck');

    expect(await tryAddReaction(clientOf(github), REPOSITORY, id, 'eyes')).toBe(true);
    expect(await tryAddReaction(clientOf(github), REPOSITORY, 1, 'eyes')).toBe(false);
    expect(github.reactionsOf(id).map(({ content }) => content)).toEqual(['eyes']);
  });

  it('open pull requests come from all pages', async () => {
    for (let at = 0; at < 101; at += 1) github.openPull({ files: { 'a.ts': `${at}` } });
    github.closePull(3);

    const pulls = await listOpenPulls(clientOf(github), REPOSITORY);

    expect(pulls).toHaveLength(100);
    expect(pulls[0]).toMatchObject({
      number: 101,
      headSha: github.pull(101).headSha,
      baseRef: 'main',
    });
    expect(pulls.some(({ number }) => number === 3)).toBe(false);
  });
});

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
