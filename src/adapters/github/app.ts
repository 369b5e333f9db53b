import {
  type AppAuthOptions,
  createAppAuth,
  type InstallationAuthOptions,
  type StrategyOptions,
} from '@octokit/auth-app';
import { type ClientOptions, DEFAULT_API_URL, type GitHubClient } from './client.ts';
import { createClient, makeOctokit } from './client.ts';
import { translateFailure } from './errors.ts';

export interface GitHubAppOptions {
  readonly appId: number;
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey: string;
  /** `https://HOST/api/v3` for GitHub Enterprise Server. */
  readonly apiUrl?: string;
  /** `none` sends as fast as it can: for tests and the emulator. Default `github`. */
  readonly pace?: 'github' | 'none';
  readonly timeoutMs?: number;
  readonly retryBaseMs?: number;
  readonly now?: () => number;
  /** Who mints the tokens; default `@octokit/auth-app` itself. */
  readonly authenticate?: Authenticate;
}

/** Makes what mints tokens, from the credentials and a `request` that keeps to our transport. */
export type Authenticate = (
  credentials: Pick<StrategyOptions, 'request'> & { appId: number; privateKey: string },
) => (options: AppAuthOptions | InstallationAuthOptions) => Promise<{ readonly token: string }>;

/** What a token may do: less than the app where possible. */
export interface TokenScope {
  /** The only repository that the token can reach. */
  readonly repositoryId?: number;
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
  /** Ends the requests of one review. */
  readonly signal?: AbortSignal;
}

/** Enough to read a change; can write nothing. */
export const READ_PERMISSIONS = {
  metadata: 'read',
  contents: 'read',
  pull_requests: 'read',
} as const;

/** Enough to write the check, the comment and reactions; cannot read code. */
export const WRITE_PERMISSIONS = {
  metadata: 'read',
  checks: 'write',
  pull_requests: 'write',
} as const;

export interface GitHubApp {
  readonly appId: number;
  /** Speaks for the app itself: installations, webhook deliveries. */
  appClient(): GitHubClient;
  /** Speaks for one installation. All clients of an installation share one pace. */
  installationClient(installationId: number, scope?: TokenScope): GitHubClient;
}

/** The credentials of the app, and clients made from them. Tokens are kept for 59 minutes. */
export function createGitHubApp(options: GitHubAppOptions): GitHubApp {
  const apiUrl = options.apiUrl ?? DEFAULT_API_URL;
  const shared = sharedOptions(options, apiUrl);
  const paced = options.pace !== 'none';
  const unsigned = makeOctokit({ ...shared, credentials: null, throttleId: null });
  const authenticate = options.authenticate ?? authenticateAlone;
  const { appId, privateKey } = options;
  const auth = authenticate({ appId, privateKey, request: unsigned.request });
  const named = async (minted: Promise<{ token: string }>, prefix: string): Promise<string> => {
    try {
      return `${prefix} ${(await minted).token}`;
    } catch (error) {
      const route = 'POST /app/installations/{installation_id}/access_tokens';
      throw translateFailure(error, { route, now: options.now ?? Date.now, signal: undefined });
    }
  };
  return {
    appId: options.appId,
    appClient: () =>
      createClient({
        ...shared,
        credentials: {
          header: async () => await named(auth({ type: 'app' }), 'bearer'),
          renew: null,
        },
        throttleId: paced ? 'app' : null,
      }),
    installationClient: (installationId, scope = {}) => {
      const request = {
        type: 'installation' as const,
        installationId,
        ...(scope.repositoryId !== undefined && { repositoryIds: [scope.repositoryId] }),
        ...(scope.permissions !== undefined && { permissions: { ...scope.permissions } }),
      };
      return createClient({
        ...shared,
        ...(scope.signal !== undefined && { signal: scope.signal }),
        credentials: {
          header: async () => await named(auth({ ...request }), 'token'),
          renew: async () => await named(auth({ ...request, refresh: true }), 'token'),
        },
        throttleId: paced ? `installation-${installationId}` : null,
      });
    },
  };
}

const authenticateAlone: Authenticate = (credentials) => {
  const auth = createAppAuth({ ...credentials, log: { warn: () => undefined } });
  return async (options) =>
    options.type === 'app' ? await auth(options) : await auth({ ...options });
};

type Shared = Pick<ClientOptions, 'apiUrl' | 'timeoutMs' | 'retryBaseMs' | 'now'>;

function sharedOptions(options: GitHubAppOptions, apiUrl: string): Shared {
  return {
    apiUrl,
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    ...(options.retryBaseMs !== undefined && { retryBaseMs: options.retryBaseMs }),
    ...(options.now !== undefined && { now: options.now }),
  };
}
