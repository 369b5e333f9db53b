import type { ProposedConcern } from '../domain/assessment.ts';
import { Priority } from '../domain/vocabulary.ts';
import { type ConversationEnd, converse, type ConversationInput } from './conversation.ts';
import { groundAll } from './grounding/ground.ts';
import type { Fence } from './prompt/fence.ts';
import { refutationPrompt } from './prompt/refutation.ts';
import { RefutationReply } from './reply/schema.ts';
import { isBlockerCandidate } from './reply/shape.ts';
import type { Toolbox } from './tools/toolbox.ts';
import type { Views } from './views.ts';

const MAX_CRITICAL = 3;
const MAX_HIGH = 3;
const AT_ONCE = 2;
const MAX_TURNS = 8;
const MAX_TOKENS = 8_000;
export const REFUTATION_TOOL_CALLS = 6;

export type ModelUse = Pick<
  ConversationInput<RefutationReply>,
  'model' | 'maxUsd' | 'meter' | 'signal' | 'sleep'
>;

export interface RefuteInput {
  readonly concerns: readonly ProposedConcern[];
  readonly triggers: readonly string[];
  readonly views: Views;
  readonly fence: Fence;
  readonly use: ModelUse;
  /** A new one for each claim. */
  toolbox(): Toolbox;
}

export interface Refuted {
  readonly concerns: readonly ProposedConcern[];
  /** How the first second look that did not come to an end ended; null when all did. */
  readonly unfinished: Exclude<ConversationEnd<never>, { kind: 'answer' }>['kind'] | null;
  /** What the first one that failed threw. */
  readonly error: unknown;
}

/**
 * Has the weightiest concerns of the agent alone looked at again, two at a time. Never throws: what was found out
 * before a failure is kept, and the failure is told.
 */
export async function refuteConcerns(input: RefuteInput): Promise<Refuted> {
  const chosen = candidates(input.concerns);
  const results = new Map<number, Look>();
  const queue = [...chosen];
  const work = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift())
      results.set(index, await tryLook(input, index));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const looks = chosen.map((index) => results.get(index)!);
  return {
    concerns: input.concerns.map((concern, index) => {
      const look = results.get(index);
      return look === undefined ? concern : { ...concern, ...look.change };
    }),
    unfinished: looks.find((look) => look.unfinished !== null)?.unfinished ?? null,
    error: looks.find((look) => look.error !== null)?.error ?? null,
  };
}

/** Indices: critical ones that could block, then high ones; those that rules found too need no second look. */
function candidates(concerns: readonly ProposedConcern[]): number[] {
  const alone = concerns
    .map((concern, index) => ({ concern, index }))
    .filter((c) => c.concern.finding === null);
  const critical = alone
    .filter(({ concern }) => isBlockerCandidate(concern))
    .slice(0, MAX_CRITICAL);
  const high = alone.filter(({ concern }) => concern.priority === 'high').slice(0, MAX_HIGH);
  return [...critical, ...high].map(({ index }) => index);
}

interface Look {
  readonly change: Partial<Pick<ProposedConcern, 'refutation' | 'priority'>>;
  readonly unfinished: Refuted['unfinished'];
  readonly error: unknown;
}

async function tryLook(input: RefuteInput, index: number): Promise<Look> {
  try {
    return await lookAgain(input, index);
  } catch (error) {
    return { change: { refutation: 'undetermined' }, unfinished: null, error };
  }
}

async function lookAgain(input: RefuteInput, index: number): Promise<Look> {
  const concern = input.concerns[index]!;
  const prompt = await refutationPrompt(concern, input.triggers[index]!, input.views, input.fence);
  const end = await converse({
    ...input.use,
    ...prompt,
    toolbox: input.toolbox(),
    schema: RefutationReply,
    lint: () => [],
    effort: 'high',
    maxTokens: MAX_TOKENS,
    maxTurns: MAX_TURNS,
  });
  if (end.kind !== 'answer')
    return { change: { refutation: 'undetermined' }, unfinished: end.kind, error: null };
  const grounded = await groundAll(end.value.evidence, input.views);
  // Neither side of the argument counts without a line of code.
  const refutation = grounded.length === 0 ? 'undetermined' : end.value.verdict;
  return {
    change: { refutation, ...lowered(concern.priority, end.value, refutation) },
    unfinished: null,
    error: null,
  };
}

/** A second look may lower a claim that it confirms; raising one is not its business. */
function lowered(
  priority: Priority,
  { corrected_priority: corrected }: RefutationReply,
  refutation: string,
): Partial<Pick<ProposedConcern, 'priority'>> {
  if (corrected === null || refutation !== 'confirmed') return {};
  const lower = Priority.options.indexOf(corrected) > Priority.options.indexOf(priority);
  return lower ? { priority: corrected } : {};
}
