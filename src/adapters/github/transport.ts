import { OpsError } from '../../domain/ops-error.ts';

/** GitHub answers or gives up after ten seconds; the rest is for the way there and back. */
export const REQUEST_TIMEOUT_MS = 15_000;

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface TransportOptions {
  readonly apiUrl: string;
  readonly timeoutMs: number;
  /** Ends every request when the review ends. */
  readonly signal: AbortSignal | undefined;
}

/**
 * A `fetch` that speaks to the configured API origin only, never waits longer than the timeout, and follows
 * the redirects of renamed repositories without leaving that origin.
 */
export function boundedFetch(options: TransportOptions): typeof fetch {
  const { origin } = new URL(options.apiUrl);
  return async (input, init) => {
    const signal = joined([AbortSignal.timeout(options.timeoutMs), options.signal, init?.signal]);
    let url = new URL(input instanceof Request ? input.url : String(input));
    for (let hops = 0; ; hops += 1) {
      if (url.origin !== origin) throw foreignOrigin(url, origin);
      const response = await fetch(url, { ...init, signal, redirect: 'manual' });
      const location = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || location === null || hops === MAX_REDIRECTS)
        return response;
      if (!mayRepeat(response.status, init?.method ?? 'GET')) return response;
      await response.body?.cancel();
      url = new URL(location, url);
    }
  };
}

/** Only 307 and 308 keep the method and the body of a write. */
function mayRepeat(status: number, method: string): boolean {
  return method === 'GET' || status === 307 || status === 308;
}

function joined(signals: readonly (AbortSignal | null | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined && signal !== null));
}

function foreignOrigin(url: URL, origin: string): OpsError {
  return new OpsError('github.forbidden', `refused to send a request to ${url.origin}`, {
    remedy: `Only ${origin} is configured (GITHUB_API_URL).`,
  });
}
