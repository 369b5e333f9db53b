import { createVerify } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Faults } from './faults.ts';
import { APP_ROUTES } from './routes-app.ts';
import { CHECK_ROUTES } from './routes-checks.ts';
import { COMMENT_ROUTES } from './routes-comments.ts';
import { REPO_ROUTES } from './routes-repo.ts';
import { type Actor, type Answer, HttpProblem, type Hooks } from './routing.ts';
import { matchRoute, requirePermission } from './routing.ts';
import type { FakeApp, FakeState } from './state.ts';
import { problemsOf } from './validate.ts';

/** One request that reached the fake, as it came. */
export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `POST /repos/{owner}/{repo}/check-runs`; null for a route that the fake does not have. */
  readonly route: string | null;
  /** Filled in when the answer is known; 0 for a cut connection. */
  status: number;
}

export interface ServerParts {
  readonly state: FakeState;
  readonly app: FakeApp;
  readonly hooks: Hooks;
  readonly faults: Faults;
  readonly calls: FakeCall[];
  readonly disabled: Set<string>;
  /** Ends every delay when the fake closes. */
  readonly closing: AbortSignal;
}

const ROUTES = [...APP_ROUTES, ...CHECK_ROUTES, ...COMMENT_ROUTES, ...REPO_ROUTES];

/** Serves the fake on a free port of the loopback. */
export async function listen(parts: ServerParts): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    void serve(parts, request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

async function serve(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const method = request.method ?? 'GET';
  const body = parseBody(await readAll(request));
  const matched = matchRoute(ROUTES, method, url.pathname);
  const template = matched?.route.template;
  const call: FakeCall = {
    method,
    path: url.pathname,
    query: url.searchParams,
    body,
    headers: request.headers,
    route: template === undefined ? null : `${method} ${template}`,
    status: 0,
  };
  parts.calls.push(call);
  const fault = parts.faults.take(call);
  if (fault?.delayMs !== undefined) await pause(fault.delayMs, parts.closing);
  const struck = fault?.status !== undefined || fault?.drop === true;
  const answer =
    struck && fault?.after !== 'apply' ? null : await answerTo(parts, call, matched, request);
  if (fault?.drop === true) {
    request.socket.destroy();
    return;
  }
  send(call, response, struck ? faultAnswer(fault) : answer!);
}

/** Cut short when the fake closes. */
async function pause(ms: number, closing: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: closing, ref: false }).catch(() => undefined);
}

async function answerTo(
  parts: ServerParts,
  call: FakeCall,
  matched: ReturnType<typeof matchRoute>,
  request: IncomingMessage,
): Promise<Answer> {
  try {
    if (matched === undefined || parts.disabled.has(call.route!))
      throw new HttpProblem(404, 'Not Found');
    const actor = actorOf(parts, request);
    requirePermission(actor, matched.route.needs);
    if (matched.route.template !== '/graphql') {
      const problems = problemsOf(call.method, matched.route.template, call.body, call.query);
      if (problems.length > 0)
        throw new HttpProblem(422, `Invalid request. ${problems.join('; ')}`);
    }
    return await matched.route.handle({
      ...parts,
      actor,
      params: matched.params,
      query: call.query,
      body: call.body,
      accept: request.headers.accept ?? '',
    });
  } catch (error) {
    if (error instanceof HttpProblem) {
      const { status, message, errors } = error;
      return {
        status,
        body: { message, errors, documentation_url: 'https://docs.github.com/rest' },
      };
    }
    return { status: 500, body: { message: `the fake failed: ${String(error)}` } };
  }
}

/** Reads the credential: the app's signed token, an installation's, or a person's. */
function actorOf({ state, app }: ServerParts, request: IncomingMessage): Actor {
  const credential = (request.headers.authorization ?? '').replace(/^(?:bearer|token) /iu, '');
  if (credential.split('.').length === 3 && isAppToken(credential, app)) return { kind: 'app' };
  const token = state.tokens.get(credential);
  if (token === undefined || token.revoked) throw new HttpProblem(401, 'Bad credentials');
  return token.kind === 'user'
    ? { kind: 'user', login: token.login }
    : { kind: 'installation', permissions: token.permissions };
}

function isAppToken(token: string, app: FakeApp): boolean {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
  if (!verify.verify(app.publicKey, signature, 'base64url')) return false;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss?: unknown };
  return String(claims.iss) === String(app.id);
}

const RATE_HEADERS = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999' };

function faultAnswer(fault: Fault): Answer {
  const body = fault.body ?? { message: `injected ${fault.status}` };
  return { status: fault.status ?? 500, body, ...(fault.headers && { headers: fault.headers }) };
}

function send(call: FakeCall, response: ServerResponse, answer: Answer): void {
  call.status = answer.status;
  const raw = Buffer.isBuffer(answer.body);
  const type = raw ? 'application/octet-stream' : 'application/json; charset=utf-8';
  response.writeHead(answer.status, { 'content-type': type, ...RATE_HEADERS, ...answer.headers });
  if (answer.body === undefined) response.end();
  else response.end(raw ? answer.body : JSON.stringify(answer.body));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parseBody(bytes: Buffer): Record<string, unknown> {
  return bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as Record<string, unknown>);
}
