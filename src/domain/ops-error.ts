/**
 * Every way in which Ops fails on purpose. Adapters translate foreign errors into these;
 * `jobs/` and the command line decide what follows. Anything else is a bug and stays one.
 */
export type OpsErrorCode =
  | 'usage'
  | 'repository.unreadable'
  | 'revision.unknown'
  | 'config.invalid'
  | 'config.unavailable'
  | 'agent.invalid'
  | 'environment.invalid'
  | 'github.rate-limited'
  | 'github.unavailable'
  | 'github.forbidden'
  | 'github.not-found'
  | 'github.invalid'
  | 'model.overloaded'
  | 'model.unavailable'
  | 'model.rejected'
  | 'store.unavailable'
  | 'store.newer'
  | 'store.corrupt'
  | 'worker.failed'
  | 'cancelled';

export interface OpsErrorOptions {
  /** What the reader can do about it. */
  readonly remedy?: string;
  /** `path:line` of the input at fault. */
  readonly at?: string;
  /** How long to wait before trying again, milliseconds; only for the codes that are retried. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export class OpsError extends Error {
  override readonly name = 'OpsError';
  readonly code: OpsErrorCode;
  readonly remedy: string | undefined;
  readonly at: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: OpsErrorCode, message: string, options: OpsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
    this.at = options.at;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** One line for people: place, message, remedy. */
  explain(): string {
    const place = this.at === undefined ? '' : `${this.at}: `;
    const remedy = this.remedy === undefined ? '' : ` ${this.remedy}`;
    return `${place}${this.message}${remedy}`;
  }
}

export function isOpsError(error: unknown, ...codes: readonly OpsErrorCode[]): error is OpsError {
  return error instanceof OpsError && (codes.length === 0 || codes.includes(error.code));
}
