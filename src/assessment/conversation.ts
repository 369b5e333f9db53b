import type { z } from 'zod';
import { callModel, type Sleep } from './call-model.ts';
import type { Meter } from './meter.ts';
import type { Model, ModelReply, ModelRequest, ModelTurn } from './model.ts';
import { parseReply } from './reply/parse.ts';
import { wireSchema } from './reply/wire-schema.ts';
import type { Toolbox } from './tools/toolbox.ts';
import { untilAborted } from './until-aborted.ts';

/** How a conversation ends when nothing is thrown. */
export type ConversationEnd<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'invalid_output' | 'refused' | 'cut_short' | 'turns' | 'budget' };

export interface ConversationInput<T> {
  readonly model: Model;
  readonly system: readonly string[];
  readonly user: readonly string[];
  readonly toolbox: Toolbox;
  readonly schema: z.ZodType<T>;
  /** What is wrong with an answer that has the right shape, for the one repair that there is. */
  readonly lint: (value: T) => readonly string[];
  readonly effort: ModelRequest['effort'];
  readonly maxTokens: number;
  readonly maxTurns: number;
  readonly maxUsd: number;
  readonly meter: Meter;
  readonly signal: AbortSignal;
  readonly sleep: Sleep;
  readonly onTurn?: (turn: number) => void;
}

/**
 * Lets the model use its tools until it gives an answer of the wanted shape. One repair, shared by malformed,
 * cut and poor answers; a poor one that does not get better is taken as it is. Throws `OpsError`.
 */
export async function converse<T>(input: ConversationInput<T>): Promise<ConversationEnd<T>> {
  const turns: ModelTurn[] = [{ role: 'user', content: input.user.map(textBlock) }];
  const schema = wireSchema(input.schema);
  let repaired = false;
  let poor: T | null = null;
  for (let turn = 1; turn <= input.maxTurns; turn += 1) {
    if (input.meter.spent >= input.maxUsd) return fallBack(poor, 'budget');
    input.onTurn?.(turn);
    const reply = await ask(input, schema, turns);
    turns.push({ role: 'assistant', content: reply.content });
    if (reply.stop === 'refusal') return { kind: 'refused' };
    const results = await untilAborted(
      async () => await runTools(reply, input.toolbox),
      input.signal,
    );
    if (results.length > 0) {
      turns.push({ role: 'user', content: [...results, ...lastCall(turn, input.maxTurns)] });
      continue;
    }
    const judged = judge(reply, input);
    if (judged.value !== null && (judged.problems === null || repaired))
      return { kind: 'answer', value: judged.value };
    if (repaired)
      return fallBack(poor, reply.stop === 'max_tokens' ? 'cut_short' : 'invalid_output');
    repaired = true;
    poor = judged.value;
    turns.push({ role: 'user', content: [textBlock(repairText(judged.problems ?? '', reply))] });
  }
  return fallBack(poor, 'turns');
}

async function ask<T>(
  input: ConversationInput<T>,
  schema: Readonly<Record<string, unknown>>,
  turns: readonly ModelTurn[],
): Promise<ModelReply> {
  const request: ModelRequest = {
    system: input.system,
    turns: [...turns],
    tools: input.toolbox.wire,
    schema,
    maxTokens: input.maxTokens,
    effort: input.effort,
  };
  const reply = await callModel(input.model, request, input.signal, input.sleep);
  input.meter.add(input.model.id, reply.usage);
  return reply;
}

async function runTools(
  reply: ModelReply,
  toolbox: Toolbox,
): Promise<ModelTurn['content'][number][]> {
  const results: ModelTurn['content'][number][] = [];
  // A reply that was cut off may hold half a call; every call still needs its result.
  for (const block of reply.content)
    if (block.type === 'tool_use') results.push(await toolbox.run(block));
  return results;
}

interface Judged<T> {
  readonly value: T | null;
  /** Null when there is nothing to mend. */
  readonly problems: string | null;
}

function judge<T>(reply: ModelReply, input: ConversationInput<T>): Judged<T> {
  const text = reply.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const parsed = parseReply(input.schema, text);
  if (!parsed.ok) return { value: null, problems: parsed.problems };
  const lints = input.lint(parsed.value);
  return { value: parsed.value, problems: lints.length === 0 ? null : lints.join('\n') };
}

function repairText(problems: string, reply: ModelReply): string {
  if (reply.stop === 'max_tokens')
    return 'Your answer was cut off at its length limit. Give the whole JSON object again, shorter: at most 10 concerns.';
  return `Your answer needs correction:\n${problems}\nGive the whole corrected JSON object.`;
}

function fallBack<T>(
  poor: T | null,
  kind: Exclude<ConversationEnd<T>['kind'], 'answer'>,
): ConversationEnd<T> {
  return poor === null ? { kind } : { kind: 'answer', value: poor };
}

function lastCall(turn: number, maxTurns: number): ModelTurn['content'] {
  return turn + 1 === maxTurns
    ? [textBlock('This was the last round of tools. Give the JSON object now.')]
    : [];
}

function textBlock(text: string): { readonly type: 'text'; readonly text: string } {
  return { type: 'text', text };
}
