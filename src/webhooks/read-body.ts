import type { IncomingMessage } from 'node:http';
import { type Secrets, Verifier } from './signature.ts';

/** GitHub sends no larger payload. https://docs.github.com/webhooks/webhook-events-and-payloads */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;

/** All bodies that are being read together: whoever sends them has proven nothing yet. */
const MAX_BUFFERED_BYTES = 100 * 1024 * 1024;

export type BodyRead =
  | { readonly kind: 'verified'; readonly bytes: Buffer }
  | { readonly kind: 'forged' }
  | { readonly kind: 'too_large' }
  /** Too much is being read at once; the sender may come again. */
  | { readonly kind: 'busy' }
  /** The sender went away. */
  | { readonly kind: 'aborted' };

export class BodyReader {
  #buffered = 0;
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Reads and verifies while the bytes come in, and stops reading as soon as they are too many. */
  async read(request: IncomingMessage, claimed: Buffer): Promise<BodyRead> {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      return { kind: 'too_large' };
    const verifier = new Verifier(this.#secrets);
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of rawChunks(request)) {
        sizeBytes += chunk.length;
        this.#buffered += chunk.length;
        if (sizeBytes > MAX_BODY_BYTES) return { kind: 'too_large' };
        if (this.#buffered > MAX_BUFFERED_BYTES) return { kind: 'busy' };
        verifier.update(chunk);
        chunks.push(chunk);
      }
    } catch (error) {
      if (request.destroyed) return { kind: 'aborted' };
      throw error;
    } finally {
      this.#buffered -= sizeBytes;
    }
    return verifier.matches(claimed)
      ? { kind: 'verified', bytes: Buffer.concat(chunks) }
      : { kind: 'forged' };
  }
}

/** Leaves the socket open when reading stops early, so that the refusal can still be answered. */
function rawChunks(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}
