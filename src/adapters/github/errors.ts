import { z } from 'zod';
import { OpsError } from '../../domain/ops-error.ts';

/** GitHub asks for at least a minute when a secondary limit names no time. */
const SECONDARY_LIMIT_MS = 60_000;

/** A reset that lies further away than the window of an hour is a clock that is wrong. */
const LONGEST_WAIT_MS = 3_600_000;

const RequestFailure = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({ headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])) })
    .optional(),
});
type RequestFailure = z.infer<typeof RequestFailure>;

const GraphQLFailure = z.object({
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});

export interface FailureContext {
  /** `GET /repos/{owner}/{repo}/pulls/{pull_number}`: names the request, never its values. */
  readonly route: string;
  readonly now: () => number;
  /** The review's own signal: its abort is no failure of GitHub's. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Puts what a request threw into our words. Rate limits carry the wait that GitHub asks for and are never
 * slept through here: the queue takes the job back.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function translateFailure(error: unknown, context: FailureContext): unknown {
  const known = opsErrorIn(error);
  if (known !== undefined) return known;
  if (context.signal?.aborted === true)
    return new OpsError('cancelled', 'the review was called off', { cause: error });
  const graphql = GraphQLFailure.safeParse(error);
  if (graphql.success) return translateGraphQL(graphql.data.errors, error, context);
  const failure = RequestFailure.safeParse(error);
  return failure.success ? translateStatus(failure.data, error, context) : error;
}

/** Octokit wraps what a `fetch` throws. */
function opsErrorIn(error: unknown): OpsError | undefined {
  if (error instanceof OpsError) return error;
  return error instanceof Error && error.cause instanceof OpsError ? error.cause : undefined;
}

function translateStatus(
  failure: RequestFailure,
  cause: unknown,
  { route, now }: FailureContext,
): OpsError {
  const { status } = failure;
  const retryAfterMs = rateLimitWait(failure, now());
  if (retryAfterMs !== undefined)
    return new OpsError('github.rate-limited', `GitHub limits our requests: ${route}`, {
      retryAfterMs,
      cause,
    });
  const what = `GitHub answered ${status} to ${route}: ${firstLine(failure.message)}`;
  switch (status) {
    case 401:
      return new OpsError('github.forbidden', what, {
        remedy: 'Check the app id, the private key or the token, and the clock of this machine.',
        cause,
      });
    case 403:
    case 451:
      return new OpsError('github.forbidden', what, {
        remedy:
          'Check the permissions of the app or token, and that the repository is not archived.',
        cause,
      });
    case 404:
    case 410:
      return new OpsError('github.not-found', what, { cause });
    case 400:
    case 409:
    case 422:
      return new OpsError('github.invalid', what, { cause });
    default:
      return new OpsError('github.unavailable', what, { cause });
  }
}

function translateGraphQL(
  errors: readonly { readonly type?: string | undefined; readonly message: string }[],
  cause: unknown,
  { route }: FailureContext,
): OpsError {
  const types = errors.map(({ type }) => type);
  const what = `GitHub answered errors to ${route}: ${firstLine(errors[0]!.message)}`;
  if (types.includes('RATE_LIMITED'))
    return new OpsError('github.rate-limited', what, { retryAfterMs: SECONDARY_LIMIT_MS, cause });
  if (types.includes('FORBIDDEN')) return new OpsError('github.forbidden', what, { cause });
  if (types.includes('NOT_FOUND')) return new OpsError('github.not-found', what, { cause });
  return new OpsError('github.unavailable', what, { cause });
}

/** Milliseconds to wait, or undefined when the answer is no rate limit. */
function rateLimitWait(failure: RequestFailure, now: number): number | undefined {
  if (failure.status !== 403 && failure.status !== 429) return undefined;
  const headers = failure.response?.headers ?? {};
  const retryAfter = secondsIn(headers['retry-after']);
  if (retryAfter !== undefined) return Math.min(retryAfter * 1_000, LONGEST_WAIT_MS);
  const reset = secondsIn(headers['x-ratelimit-reset']);
  if (String(headers['x-ratelimit-remaining']) === '0' && reset !== undefined)
    return Math.min(Math.max(reset * 1_000 - now, 0) + 1_000, LONGEST_WAIT_MS);
  const limited = failure.status === 429 || /secondary rate limit|abuse/iu.test(failure.message);
  return limited ? SECONDARY_LIMIT_MS : undefined;
}

function secondsIn(header: string | number | undefined): number | undefined {
  const seconds = Number(header);
  return header === undefined || !Number.isFinite(seconds) || seconds < 0 ? undefined : seconds;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.slice(0, 300);
}
