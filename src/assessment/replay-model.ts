import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OpsError } from '../domain/ops-error.ts';
import type { Model, ModelReply, ModelRequest } from './model.ts';

/**
 * A cassette is a JSON file with replies that stand in for a model:
 *
 * ```json
 * {
 *   "model": "scripted",
 *   "scripted": true,
 *   "replies": [
 *     { "tools": [{ "name": "Read", "input": { "path": "src/db.ts" } }] },
 *     { "when": "The claim:", "json": { "verdict": "confirmed" } },
 *     { "json": { "what_breaks_first": "…" } },
 *     { "text": "{}", "stop": "max_tokens" }
 *   ]
 * }
 * ```
 *
 * - `model` is shown in reports; `scripted` (default true) says that a person wrote the replies.
 * - Each reply is used once. A request gets the first unused reply whose `when` stands in the request's text and
 *   whose `key` is the request's key; a reply without either fits every request. So replies in plain order work,
 *   and `when` keeps second looks apart, which run two at a time.
 * - A reply has `json` (an object, sent as text), `text`, or `tools` (calls; ids are given in order). `stop`
 *   defaults to `tool_use` with tools, `end_turn` otherwise. `usage` defaults to zeros.
 * - `key` is `requestKey(request)`: the digest of the request without its random tag.
 */
const Cassette = z.strictObject({
  model: z.string().min(1).default('scripted'),
  scripted: z.boolean().default(true),
  replies: z.array(
    z.strictObject({
      when: z.string().min(1).optional(),
      key: z.string().optional(),
      text: z.string().optional(),
      json: z.record(z.string(), z.unknown()).optional(),
      tools: z
        .array(z.strictObject({ name: z.string(), input: z.record(z.string(), z.unknown()) }))
        .optional(),
      stop: z.enum(['end_turn', 'tool_use', 'max_tokens', 'refusal', 'other']).optional(),
      usage: z
        .strictObject({
          inputTokens: z.int().min(0),
          cacheReadTokens: z.int().min(0),
          cacheWriteTokens: z.int().min(0),
          outputTokens: z.int().min(0),
        })
        .optional(),
    }),
  ),
});
export type Cassette = z.infer<typeof Cassette>;
type CassetteReply = Cassette['replies'][number];

/** Reads a cassette. Throws `OpsError('usage')` naming what does not fit. */
export function parseCassette(text: string): Cassette {
  const parsed = Cassette.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new OpsError(
    'usage',
    `the cassette does not fit its form: ${z.prettifyError(parsed.error)}`,
    {
      remedy: 'Correct the file; its form is described in src/assessment/replay-model.ts.',
    },
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OpsError('usage', 'the cassette is no JSON.', { remedy: 'Correct the file.', cause });
  }
}

/** Digest of a request, the same in every run: the tag of the fence, the only random part, does not count. */
export function requestKey(request: ModelRequest): string {
  const text = JSON.stringify(request).replaceAll(/ops-[0-9a-f]{16}/gu, 'ops-tag');
  return createHash('sha256').update(text).digest('hex');
}

const NO_USAGE: ModelReply['usage'] = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
};

/** Answers from a cassette. A request that no reply fits is `model.rejected`. */
export class ReplayModel implements Model {
  readonly id: string;
  readonly scripted: boolean;
  /** What was asked, in order. */
  readonly requests: ModelRequest[] = [];
  readonly #left: CassetteReply[];

  constructor(cassette: Cassette) {
    this.id = cassette.model;
    this.scripted = cassette.scripted;
    this.#left = [...cassette.replies];
  }

  /** Replies that nobody has asked for yet. */
  get unused(): number {
    return this.#left.length;
  }

  async reply(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    if (signal.aborted) throw new OpsError('cancelled', 'the request was given up.');
    this.requests.push(request);
    const index = this.#left.findIndex((reply) => fits(reply, request));
    const [reply] = index === -1 ? [] : this.#left.splice(index, 1);
    if (reply === undefined)
      throw new OpsError(
        'model.rejected',
        `the cassette has no reply for request ${this.requests.length}.`,
        {
          remedy: 'Record the cassette again.',
        },
      );
    return replyOf(reply, this.requests.length);
  }
}

function fits(reply: CassetteReply, request: ModelRequest): boolean {
  if (reply.key !== undefined && reply.key !== requestKey(request)) return false;
  return reply.when === undefined || textsOf(request).some((text) => text.includes(reply.when!));
}

function textsOf(request: ModelRequest): string[] {
  const blocks = request.turns.flatMap((turn) => turn.content);
  return [...request.system, ...blocks.map((b) => (b.type === 'text' ? b.text : ''))];
}

function replyOf(reply: CassetteReply, number: number): ModelReply {
  const text = reply.json === undefined ? reply.text : JSON.stringify(reply.json);
  const tools = (reply.tools ?? []).map((tool, index) => ({
    type: 'tool_use' as const,
    id: `call-${number}-${index + 1}`,
    ...tool,
  }));
  return {
    content: [...(text === undefined ? [] : [{ type: 'text' as const, text }]), ...tools],
    stop: reply.stop ?? (tools.length > 0 ? 'tool_use' : 'end_turn'),
    usage: reply.usage ?? NO_USAGE,
    requestId: null,
  };
}
