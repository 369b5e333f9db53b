import { createHmac, type Hmac, timingSafeEqual } from 'node:crypto';

/** The secret in use first, then the one that is being replaced. There is no default. */
export type Secrets = readonly [string, ...string[]];

const SIGNATURE = /^sha256=([0-9a-f]{64})$/u;

/** The digest that `X-Hub-Signature-256` claims; null when the header is not one. */
export function parseSignature(header: string | undefined): Buffer | null {
  const match = SIGNATURE.exec(header ?? '');
  return match === null ? null : Buffer.from(match[1]!, 'hex');
}

/**
 * HMAC-SHA256 over the raw bytes of a body as they come in. All secrets are compared, each in constant time.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export class Verifier {
  readonly #hmacs: readonly Hmac[];

  constructor(secrets: Secrets) {
    this.#hmacs = secrets.map((secret) => createHmac('sha256', secret));
  }

  update(chunk: Buffer): void {
    for (const hmac of this.#hmacs) hmac.update(chunk);
  }

  /** Ends the verifier. */
  matches(claimed: Buffer): boolean {
    const matched = this.#hmacs.map((hmac) => timingSafeEqual(hmac.digest(), claimed));
    return matched.includes(true);
  }
}
