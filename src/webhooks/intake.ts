import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { isOpsError } from '../domain/ops-error.ts';
import type { Acceptance, Arrival } from '../jobs/ledger.ts';
import type { Log } from '../jobs/log.ts';
import { handlerOf } from './handlers.ts';
import { actionOf } from './payload.ts';
import { BodyReader } from './read-body.ts';
import { parseSignature, type Secrets } from './signature.ts';

export const INTAKE_PATH = '/api/github/webhooks';

/** What a sender without a valid body may still send before the connection is cut, milliseconds. */
const LINGER_MS = 1_000;

export interface IntakeDeps {
  readonly secrets: Secrets;
  readonly appId: number;
  /** Stores the arrival durably; rejects with `OpsError` when it cannot. */
  accept(arrival: Arrival): Promise<Acceptance>;
  /** Called after something was queued. */
  onQueued(): void;
  readonly log: Log;
}

interface Answer {
  readonly status: number;
  readonly outcome: string;
}

type Envelope = { readonly event: string; readonly deliveryId: string; readonly claimed: Buffer };

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The door for GitHub's webhooks. A delivery is acknowledged with 202 only when it is stored or means nothing to
 * us; a store that fails answers 503, so that GitHub keeps it as failed and it can be sent again. Nothing of a
 * payload is ever logged.
 */
export function createIntake(deps: IntakeDeps): RequestHandler {
  const bodies = new BodyReader(deps.secrets);
  return async (request, response) => {
    const envelope = readEnvelope(request);
    if ('status' in envelope) return refuse(request, response, envelope, deps.log);
    const body = await bodies.read(request, envelope.claimed);
    switch (body.kind) {
      case 'verified': {
        const answer = await take(envelope, body.bytes, deps);
        return reply(response, answer);
      }
      case 'forged':
        return refuse(request, response, { status: 401, outcome: 'wrong signature' }, deps.log);
      case 'too_large':
        return refuse(request, response, { status: 413, outcome: 'body too large' }, deps.log);
      case 'busy':
        return refuse(request, response, { status: 503, outcome: 'busy' }, deps.log);
      case 'aborted':
        return;
    }
  };
}

/** Everything that can be refused before a byte of the body is read. */
function readEnvelope(request: IncomingMessage): Envelope | Answer {
  if (request.method !== 'POST') return { status: 405, outcome: 'only POST' };
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json(?:\s*;|$)/iu.test(type)) {
    return { status: 415, outcome: 'content type must be application/json' };
  }
  const event = headerOf(request, 'x-github-event');
  const deliveryId = headerOf(request, 'x-github-delivery');
  if (event === null || deliveryId === null) {
    return { status: 400, outcome: 'X-GitHub-Event or X-GitHub-Delivery missing' };
  }
  const claimed = parseSignature(request.headers['x-hub-signature-256']?.toString());
  if (claimed === null) return { status: 401, outcome: 'X-Hub-Signature-256 missing' };
  return { event, deliveryId, claimed };
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && /^[\w-]{1,100}$/u.test(value) ? value : null;
}

/** The body is GitHub's from here on. */
async function take(envelope: Envelope, bytes: Buffer, deps: IntakeDeps): Promise<Answer> {
  const { event, deliveryId } = envelope;
  const fields = { delivery: deliveryId, event };
  const handler = handlerOf(event);
  if (handler === null) return done(deps.log, fields, { status: 202, outcome: 'ignored' });
  const payload = parseJson(bytes);
  if (payload === undefined) return done(deps.log, fields, { status: 400, outcome: 'not JSON' });
  const action = actionOf(payload);
  try {
    const request = handler(payload, { appId: deps.appId });
    if (request.kind === 'ignored') {
      const noop = { ...fields, action, reason: request.reason };
      return done(deps.log, noop, { status: 202, outcome: 'ignored' });
    }
    const outcome = await deps.accept({ deliveryId, request });
    if (outcome === 'queued') deps.onQueued();
    return done(deps.log, { ...fields, action }, { status: 202, outcome });
  } catch (error) {
    return failure({ ...fields, action }, error, deps.log);
  }
}

function failure(fields: object, error: unknown, log: Log): Answer {
  if (error instanceof z.ZodError) {
    // Names of fields, never their values.
    const problems = error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`);
    log.error({ ...fields, problems }, 'webhook of unknown shape');
    return { status: 422, outcome: 'unknown shape' };
  }
  if (isOpsError(error)) {
    log.error({ ...fields, err: error }, 'webhook not stored');
    return { status: 503, outcome: 'not stored' };
  }
  throw error;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function done(log: Log, fields: object, answer: Answer): Answer {
  log.info({ ...fields, outcome: answer.outcome }, 'webhook');
  return answer;
}

/** Nobody has proven anything: one short line at debug, so that a flood does not fill the disk. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  log: Log,
): void {
  log.debug({ status: answer.status, outcome: answer.outcome }, 'webhook refused');
  reply(response, answer);
  if (request.complete) return;
  // What still comes is thrown away for a moment: cutting the connection now could cut off the answer as well.
  request.resume();
  setTimeout(() => request.destroy(), LINGER_MS).unref();
}

function reply(response: ServerResponse, { status, outcome }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify({ outcome })}\n`);
}
