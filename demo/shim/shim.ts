import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { APP_ID, APP_SLUG, INSTALLATION_ID, OWNER, REPO } from './emulator.ts';
import { answerGraphQL } from './graphql.ts';
import { Upstream } from './upstream.ts';

/**
 * What GitHub does and the emulator does not, and nothing else: files of a pull request, a pull request that
 * follows its branch with a `synchronize` event, reading blobs by GraphQL, reactions, the list of an
 * installation's repositories, and a merge that is gated on the live head. Everything else is passed on unchanged.
 */
export interface ShimOptions {
  readonly emulatorUrl: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  /** Speaks for GitHub itself where it has to look into its own state. */
  readonly insider: Upstream;
}

interface Pull {
  number: number;
  state: string;
  merged: boolean;
  draft: boolean;
  head: { ref: string; sha: string; repo: { full_name: string } };
  base: { ref: string; sha: string };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  /** In the name of whoever calls. */
  readonly upstream: Upstream;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

type Route = readonly [
  method: string,
  pattern: RegExp,
  answer: (call: Call, match: RegExpExecArray) => Promise<Reply | null>,
];

export interface RunningShim {
  readonly url: string;
  /** Reactions that were given to comments, in order. */
  readonly reactions: readonly string[];
  close(): Promise<void>;
}

export async function startShim(options: ShimOptions): Promise<RunningShim> {
  const reactions: string[] = [];
  const routes = routesOf(options, reactions);
  const server = createServer((request, response) => {
    void serve(request, response, options, routes).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  await listen(server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the shim has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    reactions,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ShimOptions,
  routes: readonly Route[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const call: Call = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.search,
    body: await bodyOf(request),
    upstream: new Upstream(options.emulatorUrl, request.headers.authorization ?? ''),
  };
  for (const [method, pattern, answer] of routes) {
    const match = method === call.method ? pattern.exec(call.path) : null;
    const reply = match === null ? null : await answer(call, match);
    if (reply === null) continue;
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(reply.body));
    return;
  }
  await passOn(call, response);
}

async function passOn(call: Call, response: ServerResponse): Promise<void> {
  const body = call.body === '' ? undefined : call.body;
  const answer = await call.upstream.send(call.method, `${call.path}${call.query}`, body);
  const type = answer.headers.get('content-type') ?? 'application/json';
  const link = answer.headers.get('link');
  response.writeHead(answer.status, { 'content-type': type, ...(link !== null && { link }) });
  response.end(answer.text);
}

function routesOf(options: ShimOptions, reactions: string[]): readonly Route[] {
  const { insider } = options;
  return [
    ['POST', /^\/graphql$/u, async (call) => await graphqlReply(call)],
    [
      'GET',
      /^(\/repos\/[^/]+\/[^/]+)\/pulls\/(\d+)$/u,
      async (call, [, repository, number]) => {
        const answer = await call.upstream.send('GET', call.path);
        if (answer.status !== 200) return { status: answer.status, body: parsed(answer.text) };
        return { status: 200, body: await livePull(insider, repository!, Number(number)) };
      },
    ],
    [
      'GET',
      /^(\/repos\/[^/]+\/[^/]+)\/pulls\/(\d+)\/files$/u,
      async (_call, [, repository, number]) => {
        const { base, head } = await livePull(insider, repository!, Number(number));
        const compared = await insider.json<{ files: unknown[] }>(
          'GET',
          `${repository}/compare/${base.sha}...${head.sha}`,
        );
        return { status: 200, body: compared.files };
      },
    ],
    [
      'PATCH',
      /^(\/repos\/[^/]+\/[^/]+)\/git\/refs\/heads\/(.+)$/u,
      async (call, [, repository, branch]) => {
        const before = await call.upstream.send('GET', `${repository}/git/ref/heads/${branch}`);
        const answer = await call.upstream.send('PATCH', call.path, call.body);
        if (answer.status === 200)
          await announcePush(options, repository!, branch!, shaOf(before.text));
        return { status: answer.status, body: parsed(answer.text) };
      },
    ],
    [
      'PUT',
      /^(\/repos\/[^/]+\/[^/]+)\/pulls\/(\d+)\/merge$/u,
      async (call, [, repository, number]) =>
        await merge(call, insider, repository!, Number(number)),
    ],
    [
      'POST',
      /^\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)\/reactions$/u,
      async (call) => {
        const { content } = parsed(call.body) as { content: string };
        reactions.push(content);
        return { status: 201, body: { id: reactions.length, content } };
      },
    ],
    [
      'GET',
      /^\/repos\/[^/]+\/[^/]+\/(?:check-runs\/\d+|commits\/[^/]+\/check-runs)$/u,
      async (call) => await checksWithApp(call),
    ],
    [
      'GET',
      /^\/installation\/repositories$/u,
      async () => {
        const repository = await insider.json('GET', `/repos/${OWNER}/${REPO}`);
        return { status: 200, body: { total_count: 1, repositories: [repository] } };
      },
    ],
    ['POST', /^\/repos\/[^/]+\/[^/]+\/check-runs$/u, async (call) => await checksWithApp(call)],
    [
      'PATCH',
      /^\/repos\/[^/]+\/[^/]+\/check-runs\/\d+$/u,
      async (call) => await checksWithApp(call),
    ],
  ];
}

async function graphqlReply(call: Call): Promise<Reply> {
  const { query, variables } = parsed(call.body) as {
    query: string;
    variables?: Record<string, unknown>;
  };
  return { status: 200, body: await answerGraphQL(call.upstream, query, variables ?? {}) };
}

/** The emulator leaves out which App a check belongs to; only our App writes checks in the demo. */
async function checksWithApp(call: Call): Promise<Reply> {
  const body = call.body === '' ? undefined : call.body;
  const answer = await call.upstream.send(call.method, `${call.path}${call.query}`, body);
  const app = { id: APP_ID, slug: APP_SLUG, name: 'Ops' };
  const data = parsed(answer.text) as { check_runs?: object[] };
  const filled =
    data.check_runs === undefined
      ? { ...data, ...(answer.status < 300 && { app }) }
      : { ...data, check_runs: data.check_runs.map((run) => ({ ...run, app })) };
  return { status: answer.status, body: filled };
}

/** The pull request as GitHub would show it: its head is where its branch is. */
async function livePull(insider: Upstream, repository: string, number: number): Promise<Pull> {
  const pull = await insider.json<Pull>('GET', `${repository}/pulls/${number}`);
  if (pull.state !== 'open') return pull;
  const head = await insider.json<unknown>('GET', `${repository}/git/ref/heads/${pull.head.ref}`);
  return { ...pull, head: { ...pull.head, sha: shaOf(JSON.stringify(head)) } };
}

async function announcePush(
  options: ShimOptions,
  repository: string,
  branch: string,
  before: string,
): Promise<void> {
  const { insider } = options;
  const pulls = await insider.json<Pull[]>('GET', `${repository}/pulls?state=open`);
  for (const { number, head } of pulls) {
    if (head.ref !== branch) continue;
    const pull = await livePull(insider, repository, number);
    const payload = {
      action: 'synchronize',
      number,
      before,
      after: pull.head.sha,
      pull_request: pull,
      repository: await insider.json('GET', repository),
      sender: await insider.json('GET', '/user'),
      installation: { id: INSTALLATION_ID },
    };
    await deliver(options, 'pull_request', payload);
  }
}

async function deliver(options: ShimOptions, event: string, payload: unknown): Promise<void> {
  const body = JSON.stringify(payload);
  const signature = createHmac('sha256', options.webhookSecret).update(body).digest('hex');
  const response = await fetch(options.webhookUrl, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
  });
  if (!response.ok) throw new Error(`the service answered ${response.status} to a delivery`);
}

/**
 * The emulator gates and merges the head that a pull request was opened with. A fast-forward of the base
 * branch to the live head stands in for the merge: under `enforce_admins` the emulator itself refuses it
 * until the required check of exactly that commit has succeeded.
 */
async function merge(
  call: Call,
  insider: Upstream,
  repository: string,
  number: number,
): Promise<Reply> {
  const pull = await livePull(insider, repository, number);
  const answer = await call.upstream.send(
    'PATCH',
    `${repository}/git/refs/heads/${pull.base.ref}`,
    JSON.stringify({ sha: pull.head.sha }),
  );
  if (answer.status !== 200) return { status: 405, body: parsed(answer.text) };
  await call.upstream.json('PATCH', `${repository}/pulls/${number}`, { state: 'closed' });
  return {
    status: 200,
    body: { sha: pull.head.sha, merged: true, message: 'Pull Request merged' },
  };
}

function shaOf(ref: string): string {
  return (parsed(ref) as { object: { sha: string } }).object.sha;
}

function parsed(text: string): unknown {
  return text === '' ? {} : (JSON.parse(text) as unknown);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
