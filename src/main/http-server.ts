import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpsError } from '../domain/ops-error.ts';
import type { Log } from '../jobs/log.ts';

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** GitHub gives up after ten seconds; whoever is slower is not GitHub. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export interface Listening {
  readonly server: Server;
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Takes no new connection and resolves when the answers under way are out. */
  stop(): Promise<void>;
}

/** Serves exact paths; everything else is 404. Throws `OpsError` (`environment.invalid`) when the port is taken. */
export async function listen(
  routes: Readonly<Record<string, HttpHandler>>,
  address: { readonly host: string; readonly port: number },
  log: Log,
): Promise<Listening> {
  const table = new Map(Object.entries(routes));
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const handler = table.get(path) ?? notFound;
    handler(request, response).catch((error: unknown) => {
      log.error({ err: error, path: table.has(path) ? path : 'other' }, 'request failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await bind(server, address);
  return {
    server,
    url: urlOf(server, address.host),
    stop: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), HEADERS_TIMEOUT_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

async function bind(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new OpsError('environment.invalid', `Cannot listen on ${host}:${port}: ${cause.message}.`, {
          remedy: 'Free the port, or set HOST and PORT to another address.',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function notFound(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  await answer(response, 404, 'not found\n');
}

/** A short answer in plain text. */
export async function answer(
  response: ServerResponse,
  status: number,
  text: string,
): Promise<void> {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  await new Promise<void>((resolve) => void response.end(text, resolve));
}
