import { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { OpsError } from '../../domain/ops-error.ts';
import { redactSecrets } from '../../domain/redaction.ts';
import { ModelRejected } from '../../assessment/model-rejected.ts';

/** All of them are 429s, and waiting helps none of them. */
const SPEND_LIMITS: ReadonlySet<string> = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);

const MAX_MESSAGE_CHARS = 300;

/**
 * The provider's error as ours. Unknown errors come back as they are: they are defects, and hiding them in a
 * `model.*` would have them retried.
 */
export function translateError(error: unknown): unknown {
  if (error instanceof OpsError) return error;
  if (error instanceof APIConnectionError)
    return new OpsError('model.unavailable', 'the model provider cannot be reached.', {
      remedy: 'Check the network and the address of the provider.',
      cause: error,
    });
  if (error instanceof APIError) return translateApiError(error);
  // A stream that ends early, and a body that is no JSON.
  if (error instanceof AnthropicError || error instanceof SyntaxError)
    return new OpsError('model.unavailable', 'the answer of the model provider broke off.', {
      cause: error,
    });
  return error;
}

function translateApiError(error: APIError): OpsError {
  const message = describe(error);
  const retry = retryAfterMs(error);
  const options = { cause: error, ...(retry === null ? {} : { retryAfterMs: retry }) };
  const status = error.status ?? statusOfType(error.type);
  if (isSpendLimit(error, status)) return new ModelRejected('budget', message, { cause: error });
  if (status === 429 || status === 529) return new OpsError('model.overloaded', message, options);
  if (status === 401 || status === 403 || status === 404)
    return new ModelRejected('credentials', message, {
      remedy: 'Check the key, the model id and the address of the provider.',
      cause: error,
    });
  if (
    status === 413 ||
    (status === 400 && /too long|too many tokens|context window/iu.test(message))
  )
    return new ModelRejected('too_large', message, { cause: error });
  if (status === 400 && /schema|grammar|output_config|output_format/iu.test(message))
    return new ModelRejected('schema', message, { cause: error });
  // 408 and 409 are about this attempt, not about the request.
  if (status < 500 && status !== 408 && status !== 409)
    return new ModelRejected('request', message, { cause: error });
  return new OpsError('model.unavailable', message, options);
}

function isSpendLimit(error: APIError, status: number): boolean {
  return (
    status === 402 ||
    SPEND_LIMITS.has(error.errorCode ?? '') ||
    (status === 400 && /credit balance/iu.test(error.apiMessage ?? ''))
  );
}

/** An error event in the middle of a stream has a type but no status. */
function statusOfType(type: string | null): number {
  switch (type) {
    case 'overloaded_error':
      return 529;
    case 'rate_limit_error':
      return 429;
    case 'billing_error':
      return 402;
    case 'authentication_error':
    case 'permission_error':
      return 403;
    case 'not_found_error':
      return 404;
    case 'invalid_request_error':
      return 400;
    default:
      return 500;
  }
}

/** Without the body, which may quote the request; with the id that the provider's support asks for. */
function describe(error: APIError): string {
  const said = redactSecrets(error.apiMessage ?? error.type ?? 'no reason given').slice(
    0,
    MAX_MESSAGE_CHARS,
  );
  const id =
    error.requestID === null || error.requestID === undefined ? '' : `, request ${error.requestID}`;
  return `the model provider answered ${error.status ?? 'with an error'}${id}: ${said.toWellFormed()}`;
}

/** Milliseconds; null when the provider names no time, or names a date. */
function retryAfterMs(error: APIError): number | null {
  const ms = Number(error.headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  const seconds = Number(error.headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1_000) : null;
}
