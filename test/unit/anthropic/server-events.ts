/** Bodies of the streaming Messages API, as far as the adapter reads them. */

export interface StreamedBlock {
  readonly start: Readonly<Record<string, unknown>>;
  readonly deltas: readonly Readonly<Record<string, unknown>>[];
}

export function textBlock(text: string): StreamedBlock {
  return { start: { type: 'text', text: '' }, deltas: [{ type: 'text_delta', text }] };
}

export function toolBlock(id: string, name: string, input: unknown): StreamedBlock {
  return {
    start: { type: 'tool_use', id, name, input: {} },
    deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }],
  };
}

export function thinkingBlock(thinking: string, signature: string): StreamedBlock {
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      { type: 'thinking_delta', thinking },
      { type: 'signature_delta', signature },
    ],
  };
}

const USAGE = {
  input_tokens: 12,
  cache_read_input_tokens: 300,
  cache_creation_input_tokens: 40,
  output_tokens: 1,
};

export function messageStart(): string {
  return event('message_start', {
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: USAGE,
    },
  });
}

export function messageStream(blocks: readonly StreamedBlock[], stopReason: string): string {
  return [
    messageStart(),
    ...blocks.flatMap((block, index) => [
      event('content_block_start', { index, content_block: block.start }),
      ...block.deltas.map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', {
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { ...USAGE, output_tokens: 57 },
    }),
    event('message_stop', {}),
  ].join('');
}

export function event(type: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
