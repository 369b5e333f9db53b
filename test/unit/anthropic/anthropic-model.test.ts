import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnthropicModel } from '../../../src/adapters/anthropic/anthropic-model.ts';
import type { ModelRequest } from '../../../src/assessment/model.ts';
import { ModelRejected } from '../../../src/assessment/model-rejected.ts';
import { isOpsError } from '../../../src/domain/ops-error.ts';
import { expectHttp } from '../../support/http.ts';
import {
  event,
  messageStart,
  messageStream,
  textBlock,
  thinkingBlock,
  toolBlock,
} from './server-events.ts';

const BASE_URL = 'https://model.test';
const KEY = 'key-for-tests';
const STREAM = { 'content-type': 'text/event-stream', 'request-id': 'req_1' };
const never = new AbortController().signal;

const REQUEST: ModelRequest = {
  system: ['persona', 'contract'],
  turns: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'profile' },
        { type: 'text', text: 'change' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'opaque', value: { type: 'thinking', thinking: 'hm', signature: 'sig' } },
        { type: 'tool_use', id: 't1', name: 'Read', input: { path: 'a.ts' } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't1', content: '1\tx', is_error: false }],
    },
  ],
  tools: [{ name: 'Read', description: 'reads', input_schema: { type: 'object', properties: {} } }],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  maxTokens: 1_000,
  effort: 'medium',
};

function modelAt(baseUrl = BASE_URL, model = 'claude-sonnet-5-5'): AnthropicModel {
  return new AnthropicModel({ apiKey: KEY, model, baseUrl });
}

describe('the request on the wire', () => {
  it('is exactly this', async () => {
    const bodies: unknown[] = [];
    expectHttp(BASE_URL)
      .post('/v1/messages', (body) => bodies.push(body) > 0)
      .matchHeader('authorization', `Bearer ${KEY}`)
      .reply(200, messageStream([textBlock('{}')], 'end_turn'), STREAM);

    await modelAt().reply(REQUEST, never);

    await expect(`${JSON.stringify(bodies[0], null, 2)}\n`).toMatchFileSnapshot(
      '../../golden/assessment/wire-request.json',
    );
    expect(JSON.stringify(bodies[0]).match(/cache_control/gu)).toHaveLength(3);
  });

  it.each([
    { name: 'sends an effort to a large model', model: 'claude-opus-5-5', effort: 'medium' },
    { name: 'sends none to a small one', model: 'claude-haiku-5-5', effort: undefined },
  ])('$name', async ({ model, effort }) => {
    let sent: { output_config?: { effort?: string } } = {};
    expectHttp(BASE_URL)
      .post('/v1/messages', (body) => {
        sent = body;
        return true;
      })
      .reply(200, messageStream([textBlock('{}')], 'end_turn'), STREAM);

    await modelAt(BASE_URL, model).reply(REQUEST, never);

    expect(sent.output_config?.effort).toBe(effort);
  });
});

describe('the reply', () => {
  it('keeps text, calls, thoughts, usage and the request id', async () => {
    const blocks = [
      thinkingBlock('let me see', 'sig-1'),
      toolBlock('t1', 'Read', { path: 'a.ts' }),
    ];
    expectHttp(BASE_URL).post('/v1/messages').reply(200, messageStream(blocks, 'tool_use'), STREAM);

    const reply = await modelAt().reply(REQUEST, never);

    expect(reply).toMatchObject({
      stop: 'tool_use',
      requestId: 'req_1',
      content: [
        { type: 'opaque', value: { type: 'thinking', thinking: 'let me see', signature: 'sig-1' } },
        { type: 'tool_use', id: 't1', name: 'Read', input: { path: 'a.ts' } },
      ],
      usage: { inputTokens: 12, cacheReadTokens: 300, cacheWriteTokens: 40, outputTokens: 57 },
    });
  });

  it.each([
    ['end_turn', 'end_turn'],
    ['max_tokens', 'max_tokens'],
    ['refusal', 'refusal'],
    ['pause_turn', 'other'],
  ])('stop reason %s is %s', async (reason, stop) => {
    expectHttp(BASE_URL)
      .post('/v1/messages')
      .reply(200, messageStream([textBlock('x')], reason), STREAM);

    expect((await modelAt().reply(REQUEST, never)).stop).toBe(stop);
  });
});

describe('errors', () => {
  const cases = [
    { name: 'overloaded', status: 529, type: 'overloaded_error', code: 'model.overloaded' },
    { name: 'rate limited', status: 429, type: 'rate_limit_error', code: 'model.overloaded' },
    { name: 'a server error', status: 500, type: 'api_error', code: 'model.unavailable' },
    { name: 'a gateway error', status: 503, type: 'api_error', code: 'model.unavailable' },
    { name: 'a wrong key', status: 401, type: 'authentication_error', reason: 'credentials' },
    { name: 'an unknown model', status: 404, type: 'not_found_error', reason: 'credentials' },
    { name: 'no credit', status: 402, type: 'billing_error', reason: 'budget' },
    { name: 'too large a body', status: 413, type: 'request_too_large', reason: 'too_large' },
    {
      name: 'too long a prompt',
      status: 400,
      type: 'invalid_request_error',
      message: 'prompt is too long: 1200000 tokens > 1000000 maximum',
      reason: 'too_large',
    },
    {
      name: 'a malformed request',
      status: 400,
      type: 'invalid_request_error',
      message: 'messages.0: unexpected role',
      reason: 'request',
    },
  ];
  it.each(cases)('$name', async ({ status, type, message, code, reason }) => {
    expectHttp(BASE_URL)
      .post('/v1/messages')
      .reply(
        status,
        { type: 'error', error: { type, message: message ?? 'no' } },
        { 'request-id': 'req_9' },
      );

    const error: unknown = await modelAt()
      .reply(REQUEST, never)
      .catch((e: unknown) => e);

    expect(isOpsError(error) && error.code).toBe(code ?? 'model.rejected');
    expect(error instanceof ModelRejected ? error.reason : undefined).toBe(reason);
    expect(String(error)).toContain('req_9');
  });

  it('a spending limit is a 429 that waiting does not heal', async () => {
    const details = { error_code: 'enforced_spend_limit_reached' };
    expectHttp(BASE_URL)
      .post('/v1/messages')
      .reply(429, {
        type: 'error',
        error: { type: 'rate_limit_error', message: 'limit', details },
      });

    await expect(modelAt().reply(REQUEST, never)).rejects.toMatchObject({ reason: 'budget' });
  });

  it('passes on how long the provider asks to wait', async () => {
    expectHttp(BASE_URL)
      .post('/v1/messages')
      .reply(
        529,
        { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
        { 'retry-after': '90' },
      );

    await expect(modelAt().reply(REQUEST, never)).rejects.toMatchObject({ retryAfterMs: 90_000 });
  });

  it('an error event inside the stream counts as its type says', async () => {
    const body =
      messageStart() + event('error', { error: { type: 'overloaded_error', message: 'busy' } });
    expectHttp(BASE_URL).post('/v1/messages').reply(200, body, STREAM);

    await expect(modelAt().reply(REQUEST, never)).rejects.toMatchObject({
      code: 'model.overloaded',
    });
  });

  it('a stream that breaks off is unavailable, not an answer', async () => {
    const body = messageStream([textBlock('{"a":1}')], 'end_turn').slice(0, 500);
    expectHttp(BASE_URL).post('/v1/messages').reply(200, body, STREAM);

    await expect(modelAt().reply(REQUEST, never)).rejects.toMatchObject({
      code: 'model.unavailable',
    });
  });

  it('an unreachable host is unavailable', async () => {
    expectHttp(BASE_URL).post('/v1/messages').replyWithError('ECONNREFUSED');

    await expect(modelAt().reply(REQUEST, never)).rejects.toMatchObject({
      code: 'model.unavailable',
    });
  });

  it('a schema that is too complex goes into the prompt, from then on', async () => {
    const bodies: { output_config?: { format?: unknown }; system: { text: string }[] }[] = [];
    const record = (body: (typeof bodies)[number]): boolean => bodies.push(body) > 0;
    expectHttp(BASE_URL)
      .post('/v1/messages', record)
      .reply(400, {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'compiled grammar is too large' },
      })
      .post('/v1/messages', record)
      .twice()
      .reply(200, messageStream([textBlock('{}')], 'end_turn'), STREAM);
    const model = modelAt();

    await model.reply(REQUEST, never);
    await model.reply(REQUEST, never);

    expect(bodies.map((body) => body.output_config?.format !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
    expect(bodies[2]!.system.at(-1)!.text).toContain('"additionalProperties":false');
  });

  it('does not exist without a key', () => {
    expect(() => new AnthropicModel({ apiKey: ' ', model: 'claude-sonnet-5-5' })).toThrow(
      /no key/u,
    );
  });
});

describe('a server that stalls in the middle of the body', () => {
  let server: Server;
  let baseUrl: string;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, STREAM);
      response.write(messageStart());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is left as soon as the deadline strikes', async () => {
    const deadline = new AbortController();
    const reply = modelAt(baseUrl).reply(REQUEST, deadline.signal);
    server.once('request', () => setImmediate(() => deadline.abort()));

    await expect(reply).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('counts as unavailable when the request has had its time', async () => {
    const model = new AnthropicModel({ apiKey: KEY, model: 'm', baseUrl, requestTimeoutMs: 50 });

    await expect(model.reply(REQUEST, never)).rejects.toMatchObject({ code: 'model.unavailable' });
  });
});
