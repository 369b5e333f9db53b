import nock from 'nock';
import { afterEach, beforeEach } from 'vitest';

/**
 * The one door to HTTP in tests; no other file imports nock. Importing it closes the network for the test file:
 * a request that nobody expects fails the test, and so does an expectation that nothing met. That has to be said
 * here, because nock 15 answers an unexpected request of a known host with a 501 response, which a client takes
 * for an answer of the server, and retries.
 */

const unexpected: string[] = [];

nock.emitter.on('no match', (request: unknown) => {
  unexpected.push(describe(request));
});

beforeEach(() => {
  unexpected.length = 0;
  nock.disableNetConnect();
  // Servers of the test itself.
  nock.enableNetConnect(/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u);
});

afterEach(() => {
  const unmet = nock.pendingMocks();
  const unmatched = unexpected.filter(
    (request) => !/\/\/(?:127\.0\.0\.1|localhost)[:/]/u.test(request),
  );
  nock.abortPendingRequests();
  nock.cleanAll();
  nock.enableNetConnect();
  if (unmatched.length > 0)
    throw new Error(
      `The test sent requests that nobody expected: ${unmatched.join(', ')}. Declare them with expectHttp().`,
    );
  if (unmet.length > 0)
    throw new Error(
      `The test expected requests that were never sent: ${unmet.join(', ')}. Remove them, or find out why.`,
    );
});

/** Expects requests to one host. Reply functions take one argument, the fetch `Request`. */
export function expectHttp(baseUrl: string): nock.Scope {
  return nock(baseUrl);
}

function describe(request: unknown): string {
  return request instanceof Request ? `${request.method} ${request.url}` : String(request);
}
