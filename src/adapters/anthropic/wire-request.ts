import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import type { ModelRequest, ModelTurn } from '../../assessment/model.ts';

export type WireRequest = Anthropic.MessageStreamParams;

/**
 * The request as the Messages API takes it. At most four cache breakpoints are allowed; this lays three: the end
 * of the system prompt (shared by every repository, so an hour), the first block of the conversation, and the
 * automatic one that moves along. Order matters: the longer-lived one has to stand first.
 * No temperature, no thinking budget, no prefill: current models answer 400 to them.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function wireRequest(
  model: string,
  request: ModelRequest,
  withFormat: boolean,
): WireRequest {
  const { schema, system, turns, tools, maxTokens } = request;
  const format =
    schema !== null && withFormat ? { type: 'json_schema' as const, schema: { ...schema } } : null;
  const config = {
    ...(takesEffort(model) ? { effort: request.effort } : {}),
    ...(format === null ? {} : { format }),
  };
  return {
    model,
    max_tokens: maxTokens,
    system: systemBlocks(schema !== null && !withFormat ? [...system, inWords(schema)] : system),
    messages: turns.map((turn, index) => message(turn, index === 0)),
    cache_control: { type: 'ephemeral' },
    ...(tools.length === 0 ? {} : { tools: tools.map(wireTool) }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
  };
}

/** The small models do not take an effort. */
function takesEffort(model: string): boolean {
  return !model.includes('haiku');
}

function inWords(schema: Readonly<Record<string, unknown>>): string {
  return `The answer is one JSON object of this JSON Schema:\n${JSON.stringify(schema)}`;
}

function systemBlocks(texts: readonly string[]): Anthropic.TextBlockParam[] {
  return texts.map((text, index) => ({
    type: 'text',
    text,
    ...(index === texts.length - 1 ? { cache_control: { type: 'ephemeral', ttl: '1h' } } : {}),
  }));
}

function message(turn: ModelTurn, first: boolean): Anthropic.MessageParam {
  return {
    role: turn.role,
    content: turn.content.map((block, index): Anthropic.ContentBlockParam => {
      switch (block.type) {
        case 'text':
          return first && index === 0
            ? { type: 'text', text: block.text, cache_control: { type: 'ephemeral' } }
            : { type: 'text', text: block.text };
        case 'tool_use':
          return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
        case 'tool_result':
          return {
            type: 'tool_result',
            tool_use_id: block.tool_use_id,
            content: block.content,
            is_error: block.is_error,
          };
        case 'opaque':
          return OpaqueValue.parse(block.value);
      }
    }),
  };
}

/** Blocks of the model that we only hand back: thoughts with their signature. */
const OpaqueValue = z.custom<Anthropic.ThinkingBlockParam | Anthropic.RedactedThinkingBlockParam>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    (value.type === 'thinking' || value.type === 'redacted_thinking'),
);

function wireTool(tool: ModelRequest['tools'][number]): Anthropic.Tool {
  return {
    name: tool.name,
    description: tool.description,
    input_schema: { ...tool.input_schema, type: 'object' },
    strict: true,
  };
}
