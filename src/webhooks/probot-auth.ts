import { Probot, ProbotOctokit } from 'probot';
import type { Secrets } from './signature.ts';

/** The options of `octokit.auth()` for an app: `{ type: 'app' }` or `{ type: 'installation', installationId, … }`. */
interface TokenRequest {
  readonly type: 'app' | 'installation';
}

interface Credentials {
  readonly appId: number;
  readonly privateKey: string;
  /** Sends the requests that mint tokens; keeps to one API and its limits. */
  readonly request?: unknown;
}

export interface ProbotAuthOptions {
  readonly secrets: Secrets;
  readonly apiUrl: string;
}

/**
 * Lets Probot authenticate the app and its installations. Its server and its webhook receiver are never used: they
 * accept an empty secret, buffer without a limit, and lose accepted work on SIGTERM. Its pace and its repetitions
 * are off as well, because its key for the pace is the same for every installation.
 */
export function authenticateWithProbot(options: ProbotAuthOptions) {
  return (credentials: Credentials) => {
    const probot = new Probot({
      appId: credentials.appId,
      privateKey: credentials.privateKey,
      secret: options.secrets[0],
      baseUrl: options.apiUrl,
      logLevel: 'fatal',
      Octokit: octokitWith(credentials.request),
    });
    return async (request: TokenRequest): Promise<{ readonly token: string }> => {
      const octokit = await probot.auth();
      return tokenIn(await octokit.auth(request));
    };
  };
}

/** Probot would mint tokens at api.github.com whatever the base address is, so it gets our `request` instead. */
function octokitWith(request: unknown): typeof ProbotOctokit {
  return ProbotOctokit.defaults((given: { readonly auth?: object }) => ({
    ...given,
    throttle: { enabled: false },
    retry: { enabled: false },
    auth: { ...given.auth, ...(request !== undefined && { request }) },
  }));
}

function tokenIn(answer: unknown): { readonly token: string } {
  if (typeof answer === 'object' && answer !== null && 'token' in answer) {
    const { token } = answer;
    if (typeof token === 'string') return { token };
  }
  throw new TypeError('Probot answered without a token');
}
