import Anthropic from '@anthropic-ai/sdk';
import type { Model, ModelReply, ModelRequest } from '../../assessment/model.ts';
import { ModelRejected } from '../../assessment/model-rejected.ts';
import { OpsError } from '../../domain/ops-error.ts';
import { translateError } from './translate-error.ts';
import { replyOf } from './wire-reply.ts';
import { wireRequest } from './wire-request.ts';

export const ANTHROPIC_BASE_URL = 'https://api.anthropic.com';

/** From sending to the last byte. A long answer takes minutes; a stalled one takes for ever. */
const REQUEST_TIMEOUT_MS = 240_000;
/** Until the first byte of the headers. */
const HEADERS_TIMEOUT_MS = 60_000;

export interface AnthropicModelOptions {
  readonly apiKey: string;
  /** Full model id. */
  readonly model: string;
  /** A gateway that speaks the same protocol; default: the provider itself. */
  readonly baseUrl?: string;
  readonly requestTimeoutMs?: number;
}

/** A model behind the Messages API. One request is one attempt: retries are the caller's. */
export class AnthropicModel implements Model {
  readonly id: string;
  readonly scripted = false;
  readonly #client: Anthropic;
  readonly #requestTimeoutMs: number;
  /** The provider found the schema too complex once; for this model it goes into the prompt from then on. */
  #schemaInPrompt = false;

  constructor({ apiKey, model, baseUrl, requestTimeoutMs }: AnthropicModelOptions) {
    // Without a key the client would look for credentials in files and the environment.
    if (apiKey.trim() === '')
      throw new OpsError('environment.invalid', 'there is no key for the model provider.', {
        remedy: 'Set ANTHROPIC_API_KEY, or run with the rules only.',
      });
    this.id = model;
    this.#requestTimeoutMs = requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#client = new Anthropic({
      apiKey,
      authToken: null,
      baseURL: baseUrl ?? ANTHROPIC_BASE_URL,
      maxRetries: 0,
      timeout: HEADERS_TIMEOUT_MS,
      // Given here because ANTHROPIC_LOG=debug would log whole requests, source code and all.
      logLevel: 'off',
      // The trace headers and baggage of this process are none of the provider's business.
      openTelemetry: { propagation: false },
    });
  }

  async reply(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const withFormat = !this.#schemaInPrompt;
    try {
      return await this.#attempt(request, withFormat, signal);
    } catch (error) {
      const noSchema = error instanceof ModelRejected && error.reason === 'schema';
      if (!noSchema || !withFormat || request.schema === null) throw error;
      this.#schemaInPrompt = true;
      return await this.#attempt(request, false, signal);
    }
  }

  async #attempt(
    request: ModelRequest,
    withFormat: boolean,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    // The client's own timeout ends with the headers; a stalled body is ended by the signal alone.
    const timeout = AbortSignal.timeout(this.#requestTimeoutMs);
    try {
      const stream = this.#client.messages.stream(wireRequest(this.id, request, withFormat), {
        signal: AbortSignal.any([signal, timeout]),
      });
      const message = await stream.finalMessage();
      return replyOf(message, stream.request_id ?? null);
    } catch (error) {
      if (signal.aborted)
        throw new OpsError('cancelled', 'the request was given up.', { cause: error });
      if (timeout.aborted)
        throw new OpsError(
          'model.unavailable',
          `the model provider gave no whole answer in ${this.#requestTimeoutMs / 1_000} s.`,
          { cause: error },
        );
      throw translateError(error);
    }
  }
}
