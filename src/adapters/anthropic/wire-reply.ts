import type Anthropic from '@anthropic-ai/sdk';
import type { ModelReply, StopReason } from '../../assessment/model.ts';
import { ModelRejected } from '../../assessment/model-rejected.ts';

/** A finished message in our words. Throws `ModelRejected('too_large')` when the context window overflowed. */
export function replyOf(message: Anthropic.Message, requestId: string | null): ModelReply {
  const { usage } = message;
  return {
    content: message.content.flatMap(blockOf),
    stop: stopOf(message.stop_reason),
    usage: {
      inputTokens: usage.input_tokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? 0,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
      outputTokens: usage.output_tokens,
    },
    requestId,
  };
}

function blockOf(block: Anthropic.ContentBlock): ModelReply['content'] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text }];
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
    case 'thinking':
    case 'redacted_thinking':
      return [{ type: 'opaque', value: block }];
    default:
      // Blocks of server-side tools, none of which we offer.
      return [];
  }
}

function stopOf(reason: Anthropic.StopReason | null): StopReason {
  switch (reason) {
    case 'end_turn':
    case 'tool_use':
    case 'max_tokens':
    case 'refusal':
      return reason;
    case 'model_context_window_exceeded':
      throw new ModelRejected('too_large', 'the conversation has outgrown the context window.');
    default:
      return 'other';
  }
}
