/**
 * The model as the assessment sees it: one request, one reply, no hidden conversation.
 * Implemented by the Anthropic adapter and by the replay of a recorded cassette.
 */
export interface Model {
  /** Full model id, as it is shown in the report. */
  readonly id: string;
  /** The replies were written by a person, not by a model: every rendering says so. */
  readonly scripted: boolean;
  /** Streams inside and honours `signal` also while the body comes in. Throws `OpsError` (`model.*`, `cancelled`). */
  reply(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}

export interface TextBlock {
  readonly type: 'text';
  readonly text: string;
}

export interface ToolUseBlock {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface ToolResultBlock {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error: boolean;
}

/** A block of the model that goes back unchanged in the next request (thinking and its signature). */
export interface OpaqueBlock {
  readonly type: 'opaque';
  readonly value: unknown;
}

export interface ModelTurn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly (TextBlock | ToolUseBlock | ToolResultBlock | OpaqueBlock)[];
}

export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input, in the subset that strict tools accept. */
  readonly input_schema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** Stable blocks first: the end of the last one is a cache breakpoint. */
  readonly system: readonly string[];
  readonly turns: readonly ModelTurn[];
  readonly tools: readonly ModelTool[];
  /** JSON Schema of the final answer; null asks for free text. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly maxTokens: number;
  readonly effort: 'low' | 'medium' | 'high';
}

export type StopReason = 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal' | 'other';

export interface ModelReply {
  readonly content: ModelTurn['content'];
  readonly stop: StopReason;
  readonly usage: {
    readonly inputTokens: number;
    readonly cacheReadTokens: number;
    readonly cacheWriteTokens: number;
    readonly outputTokens: number;
  };
  readonly requestId: string | null;
}
