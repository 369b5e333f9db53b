import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/domain/ops-error.ts';
import type { Arrival } from '../../../src/jobs/ledger.ts';
import { createIntake, INTAKE_PATH } from '../../../src/webhooks/intake.ts';

const SECRET = 'the secret in use';
const PREVIOUS = 'the secret before';
const MARK = 'payload-text-that-must-not-be-logged';

const payload = {
  action: 'opened',
  pull_request: {
    number: 7,
    state: 'open',
    updated_at: '2026-11-24T10:00:00Z',
    head: { sha: 'c'.repeat(40) },
    title: MARK,
  },
  repository: { id: 2, name: 'shop', owner: { login: 'acme' } },
  installation: { id: 1 },
};

interface Sending {
  readonly body?: string | Buffer;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
}

let server: Server;
let url: string;
let arrivals: Arrival[];
let queued: number;
let lines: string[];
let failWith: Error | null;

beforeEach(async () => {
  arrivals = [];
  queued = 0;
  lines = [];
  failWith = null;
  const write = (fields: object, message: string) =>
    void lines.push(JSON.stringify({ fields, message }));
  const seen = new Set<string | null>();
  const intake = createIntake({
    secrets: [SECRET, PREVIOUS],
    appId: 42,
    accept: async (arrival) => {
      if (failWith !== null) throw failWith;
      if (seen.has(arrival.deliveryId)) return 'duplicate';
      seen.add(arrival.deliveryId);
      arrivals.push(arrival);
      return 'queued';
    },
    onQueued: () => {
      queued += 1;
    },
    log: { debug: write, info: write, warn: write, error: write },
  });
  server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${INTAKE_PATH}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function send(sending: Sending = {}): Promise<{ status: number; outcome: string }> {
  const body = sending.body ?? JSON.stringify(payload);
  const signature = createHmac('sha256', sending.secret ?? SECRET)
    .update(body)
    .digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'pull_request',
    'x-github-delivery': 'd-1',
    'x-hub-signature-256': `sha256=${signature}`,
    ...sending.headers,
  };
  const method = sending.method ?? 'POST';
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).filter((entry) => entry[1] !== undefined),
    ) as Record<string, string>,
    ...(method === 'POST' && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const answer = (await response.json()) as { outcome: string };
  return { status: response.status, outcome: answer.outcome };
}

describe('the intake', () => {
  it('stores what is signed and answers 202', async () => {
    expect(await send()).toEqual({ status: 202, outcome: 'queued' });
    expect(arrivals).toMatchObject([{ deliveryId: 'd-1', request: { kind: 'review' } }]);
    expect(queued).toBe(1);
  });

  it.each<{ name: string; sending: Sending; status: number; stored?: number }>([
    { name: 'the secret before', sending: { secret: PREVIOUS }, status: 202, stored: 1 },
    { name: 'a wrong secret', sending: { secret: 'guess' }, status: 401 },
    { name: 'the empty secret', sending: { secret: '' }, status: 401 },
    { name: "Probot's default secret", sending: { secret: 'development' }, status: 401 },
    {
      name: 'no signature',
      sending: { headers: { 'x-hub-signature-256': undefined } },
      status: 401,
    },
    {
      name: 'a SHA-1 signature',
      sending: { headers: { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` } },
      status: 401,
    },
    {
      name: 'a signature in upper case',
      sending: { headers: { 'x-hub-signature-256': `SHA256=${'A'.repeat(64)}` } },
      status: 401,
    },
    {
      name: 'form encoding',
      sending: { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      status: 415,
    },
    {
      name: 'almost JSON',
      sending: { headers: { 'content-type': 'application/jsonp' } },
      status: 415,
    },
    {
      name: 'JSON with a charset',
      sending: { headers: { 'content-type': 'application/json; charset=utf-8' } },
      status: 202,
      stored: 1,
    },
    { name: 'no event', sending: { headers: { 'x-github-event': undefined } }, status: 400 },
    {
      name: 'no delivery id',
      sending: { headers: { 'x-github-delivery': undefined } },
      status: 400,
    },
    {
      name: 'a delivery id with odd signs',
      sending: { headers: { 'x-github-delivery': 'a b' } },
      status: 400,
    },
    { name: 'a GET', sending: { method: 'GET' }, status: 405 },
    { name: 'signed text that is not JSON', sending: { body: 'null and void' }, status: 400 },
    { name: 'signed null', sending: { body: 'null' }, status: 202 },
    {
      name: 'an event of no interest',
      sending: { headers: { 'x-github-event': 'star' } },
      status: 202,
    },
    {
      name: 'an event that is named like a property of every object',
      sending: { headers: { 'x-github-event': 'constructor' } },
      status: 202,
    },
    {
      name: 'an action of no interest',
      sending: { body: JSON.stringify({ ...payload, action: 'labeled' }) },
      status: 202,
    },
    {
      name: 'a shape that GitHub does not document',
      sending: { body: JSON.stringify({ ...payload, pull_request: { number: MARK } }) },
      status: 422,
    },
  ])('$name → $status', async ({ sending, status, stored = 0 }) => {
    expect((await send(sending)).status).toBe(status);
    expect(arrivals).toHaveLength(stored);
  });

  it('a repeated delivery is acknowledged and wakes nobody', async () => {
    await send();
    expect(await send()).toEqual({ status: 202, outcome: 'duplicate' });
    expect(queued).toBe(1);
  });

  it('a store that fails is never acknowledged', async () => {
    failWith = new OpsError('store.unavailable', 'disk full');
    expect(await send()).toEqual({ status: 503, outcome: 'not stored' });
  });

  it('refuses an announced body of more than 25 MB before reading it', async () => {
    const status = await declareLength(25 * 1024 * 1024 + 1);
    expect(status).toBe(413);
  });

  it('stops reading a body that grows beyond 25 MB without saying so', async () => {
    const { status, sentBytes } = await stream(60);
    expect(status).toBe(413);
    expect(sentBytes).toBeLessThan(60 * 1024 * 1024);
  });

  it('takes a body of exactly 25 MB', async () => {
    const head = JSON.stringify(payload);
    const body = Buffer.from(head + ' '.repeat(25 * 1024 * 1024 - head.length));
    expect((await send({ body })).status).toBe(202);
  });

  it('logs nothing of a payload, whatever becomes of it', async () => {
    await send();
    await send({ secret: 'guess' });
    await send({ body: JSON.stringify({ ...payload, pull_request: { number: MARK } }) });
    failWith = new OpsError('store.unavailable', 'disk full');
    await send();

    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines.join('\n')).not.toContain(MARK);
  });

  it('answers garbage of any kind without falling over', async () => {
    for (let i = 0; i < 200; i += 1) {
      const { status } = await send({
        body: randomBytes(i * 7),
        secret: i % 2 === 0 ? SECRET : 'guess',
      });
      expect([400, 401]).toContain(status);
    }
    expect((await send()).status).toBe(202);
  });

  it('acknowledges every recorded payload of GitHub', async () => {
    const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
    const recorded: { name: string; examples: object[] }[] = JSON.parse(readFileSync(file, 'utf8'));
    const statuses: number[] = [];
    for (const { name, examples } of recorded) {
      for (const [i, example] of examples.entries()) {
        const headers = { 'x-github-event': name, 'x-github-delivery': `${name}-${i}` };
        statuses.push((await send({ body: JSON.stringify(example), headers })).status);
      }
    }
    expect(statuses).toHaveLength(329);
    expect(new Set(statuses)).toEqual(new Set([202]));
  });
});

/** Announces a length and sends no body at all. */
async function declareLength(sizeBytes: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': String(sizeBytes),
        'x-github-event': 'pull_request',
        'x-github-delivery': 'd-2',
        'x-hub-signature-256': `sha256=${'a'.repeat(64)}`,
      },
    });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on('error', reject);
    request.flushHeaders();
  });
}

/** Sends up to so many megabytes in chunks until somebody answers. */
async function stream(megabytes: number): Promise<{ status: number; sentBytes: number }> {
  return await new Promise((resolve, reject) => {
    let sentBytes = 0;
    let answered = false;
    const request = httpRequest(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'pull_request',
        'x-github-delivery': 'd-3',
        'x-hub-signature-256': `sha256=${'a'.repeat(64)}`,
      },
    });
    request.on('response', (response) => {
      answered = true;
      resolve({ status: response.statusCode ?? 0, sentBytes });
      request.destroy();
    });
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const push = (): void => {
      if (answered || sentBytes >= megabytes * chunk.length) return;
      sentBytes += chunk.length;
      request.write(chunk, () => setImmediate(push));
    };
    push();
  });
}
