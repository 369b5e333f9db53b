import type { FakeCall } from './server.ts';

/** Which requests a fault strikes: `METHOD /route/{template}`, or a test of the call. */
export type FaultMatcher = string | ((call: FakeCall) => boolean);

export interface Fault {
  /** The HTTP status to answer. Left out with `drop` or `delayMs`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `apply`: GitHub does the work and the answer is lost. Default `before`: nothing happens. */
  readonly after?: 'before' | 'apply';
  /** Cuts the connection instead of answering. */
  readonly drop?: boolean;
  /** Waits before the request is served. */
  readonly delayMs?: number;
  /** How many matching requests are struck; default 1. */
  readonly times?: number;
}

interface Armed {
  readonly matcher: FaultMatcher;
  readonly fault: Fault;
  left: number;
}

/** Faults that wait for their request, first armed first used. */
export class Faults {
  readonly #armed: Armed[] = [];

  arm(matcher: FaultMatcher, fault: Fault): void {
    this.#armed.push({ matcher, fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed.length = 0;
  }

  take(call: FakeCall): Fault | undefined {
    const armed = this.#armed.find(({ matcher, left }) => left > 0 && matches(matcher, call));
    if (armed === undefined) return undefined;
    armed.left -= 1;
    return armed.fault;
  }
}

function matches(matcher: FaultMatcher, call: FakeCall): boolean {
  if (typeof matcher === 'function') return matcher(call);
  return matcher === call.route || matcher === `${call.method} ${call.path}`;
}
