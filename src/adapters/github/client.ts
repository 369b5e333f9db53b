import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { OpsError, isOpsError } from '../../domain/ops-error.ts';
import { translateFailure } from './errors.ts';
import { REQUEST_TIMEOUT_MS, boundedFetch } from './transport.ts';

/** GitHub serves a version for at least 24 months after the next one; we name ours. */
export const API_VERSION = '2022-11-28';

export const DEFAULT_API_URL = 'https://api.github.com';

export type RequestParameters = Readonly<Record<string, unknown>>;

export interface GitHubAnswer {
  readonly status: number;
  readonly data: unknown;
}

/** All that the adapter needs of GitHub's API, whoever the credentials belong to. */
export interface GitHubClient {
  /** `request('GET /repos/{owner}/{repo}', { owner, repo })`. Throws `OpsError` (`github.*`, `cancelled`). */
  request(route: string, parameters?: RequestParameters): Promise<GitHubAnswer>;
  /** The `data` of a query without errors; null when this API has no GraphQL. */
  graphql(query: string, variables: RequestParameters): Promise<unknown>;
  /** Requests made so far; repetitions of a failed one and the minting of tokens are not counted. */
  readonly calls: number;
}

/** What goes into the `authorization` header; asked for every request, because tokens live an hour. */
export interface Credentials {
  header(): Promise<string>;
  /** A fresh one after a 401; null for credentials that nobody can renew. */
  readonly renew: (() => Promise<string>) | null;
}

export interface ClientOptions {
  readonly apiUrl: string;
  readonly credentials: Credentials | null;
  /** Requests that share it share one pace; null sets no pace (tests, the emulator). */
  readonly throttleId: string | null;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Wait before the first repetition of a failed read; default 1,000 ms, then four times that. */
  readonly retryBaseMs?: number;
  readonly now?: () => number;
}

/** Answers that another try cannot change, and rate limits, which the queue waits out. */
const NEVER_REPEATED = [400, 401, 403, 404, 409, 410, 422, 429, 451];

/** Only reads are repeated: a lost answer to a write says nothing about whether it was applied. */
const READ_RETRIES = 2;

const PacedOctokit = Octokit.plugin(retry, throttling);

export function createClient(options: ClientOptions): GitHubClient {
  const octokit = makeOctokit(options);
  const context = (route: string): Parameters<typeof translateFailure>[1] => ({
    route,
    now: options.now ?? Date.now,
    signal: options.signal,
  });
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    request: async (route, parameters = {}) => {
      calls += 1;
      try {
        const { status, data } = await octokit.request(route, {
          ...parameters,
          // Named only to forbid: a number here would make the plugin repeat every failure, a 404 too.
          ...(!route.startsWith('GET ') && { request: { retries: 0 } }),
        });
        return { status, data: data as unknown };
      } catch (error) {
        throw translateFailure(error, context(route));
      }
    },
    graphql: async (query, variables) => {
      calls += 1;
      try {
        return await octokit.graphql<unknown>(query, { ...variables });
      } catch (error) {
        const translated = translateFailure(error, context('POST /graphql'));
        if (isMissingEndpoint(translated)) return null;
        throw translated;
      }
    },
  };
}

/** A client with a person's or a workflow's token, for `ops review --pr`. */
export function createTokenClient(
  token: string,
  apiUrl: string = DEFAULT_API_URL,
  options: Partial<Omit<ClientOptions, 'credentials' | 'apiUrl'>> = {},
): GitHubClient {
  const credentials: Credentials = { header: async () => `token ${token}`, renew: null };
  return createClient({ throttleId: 'token', ...options, apiUrl, credentials });
}

/** A repository that is not there is an error inside an answer of 200; a bare 404 is a missing endpoint. */
function isMissingEndpoint(error: unknown): boolean {
  return (
    isOpsError(error, 'github.not-found') && error.message.includes('answered 404 to POST /graphql')
  );
}

/** Octokit with our pace, our repetitions and our transport. */
export function makeOctokit(options: ClientOptions): Octokit {
  const octokit = new PacedOctokit({
    baseUrl: options.apiUrl.replace(/\/+$/u, ''),
    userAgent: 'ops-readiness',
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    request: {
      fetch: boundedFetch({
        apiUrl: options.apiUrl,
        timeoutMs: options.timeoutMs ?? REQUEST_TIMEOUT_MS,
        signal: options.signal,
      }),
    },
    retry: {
      doNotRetry: NEVER_REPEATED,
      retries: READ_RETRIES,
      retryAfterBaseValue: options.retryBaseMs ?? 1_000,
    },
    throttle: {
      enabled: options.throttleId !== null,
      id: options.throttleId ?? 'none',
      onRateLimit: () => false,
      onSecondaryRateLimit: () => false,
    },
  });
  octokit.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = API_VERSION;
  });
  if (options.credentials !== null) addCredentials(octokit, options.credentials);
  return octokit;
}

/** A token that was revoked before its hour is renewed once; a 401 means that nothing was applied. */
function addCredentials(octokit: Octokit, { header, renew }: Credentials): void {
  octokit.hook.wrap('request', async (request, requestOptions) => {
    requestOptions.headers.authorization = await header();
    try {
      return await request(requestOptions);
    } catch (error) {
      if (renew === null || !isUnauthorized(error)) throw error;
    }
    requestOptions.headers.authorization = await renew();
    try {
      return await request(requestOptions);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      // The token is seconds old: GitHub's replicas do not all know it yet.
      throw new OpsError('github.unavailable', 'GitHub does not accept a fresh token yet', {
        retryAfterMs: FRESH_TOKEN_WAIT_MS,
        cause: error,
      });
    }
  });
}

const FRESH_TOKEN_WAIT_MS = 5_000;

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401;
}

function ignore(): void {
  // Octokit would write to the console; what matters is in the errors that we throw.
}
