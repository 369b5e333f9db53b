import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';
import { type FakeGitHub, startFakeGitHub } from '../../support/fake-github/index.ts';
import {
  environmentFor,
  type MainProcess,
  makeFolder,
  type ProcessFolder,
  runMain,
  statusOf,
} from './run-main.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let github: FakeGitHub;
let folder: ProcessFolder;
let started: MainProcess[];

beforeEach(async () => {
  github = await startFakeGitHub();
  folder = makeFolder();
  started = [];
});
afterEach(async () => {
  for (const { child, exit } of started) {
    child.kill('SIGKILL');
    await exit;
  }
  await github.close();
  folder.remove();
});

function start(env: Record<string, string>): MainProcess {
  const main = runMain(env);
  started.push(main);
  return main;
}

const complete = () => environmentFor(github, folder.dataDir);

describe('a service that is not set up', () => {
  it.each(['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'])(
    'refuses to start without %s, and says what to do',
    async (name) => {
      const { [name]: _, ...rest } = complete();
      const { code, stderr } = await start(rest).exit;

      expect(code).toBe(64);
      expect(stderr).toMatch(new RegExp(`${name}.*: missing; .+`, 'u'));
      expect(stderr).not.toContain('PRIVATE KEY-----');
    },
  );

  it('refuses a key file that is not there', async () => {
    const { PRIVATE_KEY: _, ...rest } = complete();
    const { code, stderr } = await start({ ...rest, PRIVATE_KEY_PATH: '/nowhere.pem' }).exit;

    expect(code).toBe(64);
    expect(stderr).toContain('/nowhere.pem');
  });

  it('refuses a port that is taken', async () => {
    const first = new URL(await start(complete()).url);
    const other = makeFolder();
    const env = { ...complete(), OPS_DATA_DIR: other.dataDir, PORT: first.port };
    const { code, stderr } = await start(env).exit;
    other.remove();

    expect(code).toBe(64);
    expect(stderr).toMatch(/Cannot listen.*PORT/u);
  });

  it('without any credential it shows how to get them, on the loopback, and takes no webhook', async () => {
    const url = await start({ HOST: '0.0.0.0', OPS_DATA_DIR: folder.dataDir }).url;
    const page = await fetch(url);
    const text = await page.text();

    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('action="https://github.com/settings/apps/new"');
    expect(text).toContain('pull_requests');
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
    expect((await fetch(`${url}/api/github/webhooks`, { method: 'POST' })).status).toBe(503);
  });

  it('shows the command that turns the code of GitHub into credentials, and nothing else of the address', async () => {
    const url = await start({ OPS_DATA_DIR: folder.dataDir }).url;

    expect(await (await fetch(`${url}/?code=abc123`)).text()).toContain(
      '/app-manifests/abc123/conversions',
    );
    const forged = await (await fetch(`${url}/?code=${encodeURIComponent('"><script>')}`)).text();
    expect(forged).not.toContain('<script');
  });
});

describe('a service that runs', () => {
  it('is alive, gets ready, and knows nothing else', async () => {
    const url = await start(complete()).url;

    expect(await statusOf(`${url}/healthz`)).toBe(200);
    await expect.poll(async () => await statusOf(`${url}/readyz`), { timeout: 60_000 }).toBe(200);
    expect(await statusOf(`${url}/metrics`)).toBe(404);
    expect(await statusOf(`${url}/`)).toBe(404);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s drains and ends with 0', async (signal) => {
    const main = start(complete());
    const url = await main.url;
    await expect.poll(async () => await statusOf(`${url}/readyz`), { timeout: 60_000 }).toBe(200);
    main.child.kill(signal);

    expect((await main.exit).code).toBe(0);
    expect(main.lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain(
      'stopped',
    );
  });

  it('kill -9 during the intake loses no delivery that was acknowledged', async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const main = start({
        ...complete(),
        GITHUB_API_URL: 'http://127.0.0.1:9',
        LOG_LEVEL: 'info',
      });
      const url = `${await main.url}/api/github/webhooks`;
      const senders = Array.from({ length: 8 }, async (_, sender) => {
        for (let i = 0; ; i += 1) {
          const pull = 1 + round * 10_000 + sender * 1_000 + i;
          if ((await sendOpened(url, pull, github.app.webhookSecret)) !== 202) return;
          acknowledged.push(pull);
        }
      });
      await expect
        .poll(() => acknowledged.length, { timeout: 60_000 })
        .toBeGreaterThan(40 * (round + 1));
      main.child.kill('SIGKILL');
      await Promise.all(senders);
      if (main.child.exitCode === null && main.child.signalCode === null)
        await once(main.child, 'exit');
    }

    const store = await openStore({ dataDir: folder.dataDir, now: Date.now });
    const repository = { installationId: 1, repositoryId: 2, owner: 'acme', name: 'shop' };
    const lost: number[] = [];
    for (const pull of acknowledged) {
      const record = await store.ledger.readPull({ ...repository, pull });
      if (record?.wanted === null || record === null) lost.push(pull);
    }
    await store.close();
    expect(acknowledged.length).toBeGreaterThan(120);
    expect(lost).toEqual([]);
  });
});

/** The status of the answer; 0 when the connection broke off. */
async function sendOpened(url: string, pull: number, secret: string): Promise<number> {
  const body = JSON.stringify({
    action: 'opened',
    pull_request: {
      number: pull,
      state: 'open',
      updated_at: '2026-11-24T10:00:00Z',
      head: { sha: pull.toString(16).padStart(40, '0') },
    },
    repository: { id: 2, name: 'shop', owner: { login: 'acme' } },
    installation: { id: 1 },
  });
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'pull_request',
        'x-github-delivery': `d-${pull}`,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    // The process was killed under the request: nothing was acknowledged.
    return 0;
  }
}
