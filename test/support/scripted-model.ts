import type { Model, ModelReply, ModelRequest, StopReason } from '../../src/assessment/model.ts';
import type { AgentReply, ReplyConcern } from '../../src/assessment/reply/schema.ts';
import { Item } from '../../src/domain/vocabulary.ts';

/** What a model does when it is asked: an answer, a call of tools, an error, or anything a function does. */
export type Step =
  | { readonly json: unknown; readonly stop?: StopReason }
  | { readonly text: string; readonly stop?: StopReason }
  | { readonly tools: readonly { readonly name: string; readonly input: unknown }[] }
  | Error
  | ((request: ModelRequest, signal: AbortSignal) => Promise<ModelReply>);

export const USAGE: ModelReply['usage'] = {
  inputTokens: 1_000,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 100,
};

/** Goes through its steps, one for each request, and remembers what it was asked. */
export class ScriptedModel implements Model {
  readonly id: string;
  readonly scripted = false;
  readonly requests: ModelRequest[] = [];
  readonly #steps: Step[];
  readonly #usage: ModelReply['usage'];

  constructor(steps: readonly Step[], id = 'claude-sonnet-5-5', usage = USAGE) {
    this.#steps = [...steps];
    this.id = id;
    this.#usage = usage;
  }

  async reply(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    this.requests.push(request);
    const step = this.#steps.shift();
    if (step === undefined) throw new Error(`request ${this.requests.length} was not scripted`);
    if (step instanceof Error) throw step;
    if (typeof step === 'function') return await step(request, signal);
    return this.#replyOf(step);
  }

  #replyOf(step: Exclude<Step, Error | ((...args: never[]) => unknown)>): ModelReply {
    const rest = { usage: this.#usage, requestId: null };
    if ('tools' in step) {
      const content = step.tools.map((tool, index) => ({
        type: 'tool_use' as const,
        id: `t${this.requests.length}-${index}`,
        ...tool,
      }));
      return { content, stop: 'tool_use', ...rest };
    }
    const text = 'json' in step ? JSON.stringify(step.json) : step.text;
    return { content: [{ type: 'text', text }], stop: step.stop ?? 'end_turn', ...rest };
  }
}

/** A reply without concerns. */
export function agentReply(overrides: Partial<AgentReply> = {}): AgentReply {
  return {
    what_breaks_first: 'Customers wait at checkout when the rates service hangs.',
    concerns: [],
    checklist: Item.options.map((item) => ({
      item,
      evidence: [],
      note: '',
      status: 'not_touched',
    })),
    user_journey: null,
    failure_modes: [],
    slo: { stated: [], effect_of_change: '' },
    finding_disputes: [],
    questions: [],
    ...overrides,
  };
}

/** A concern that no lint finds fault with, of high priority. */
export function replyConcern(overrides: Partial<ReplyConcern> = {}): ReplyConcern {
  return {
    id: 'N1',
    type: 'reliability',
    area: 'timeouts',
    title: 'Checkout hangs with the rates service',
    evidence: [],
    finding_refs: [],
    searched: ['timeout|AbortSignal'],
    trigger: 'The rates service accepts the connection and never answers.',
    technical_details: 'The call waits for ever and holds its request slot.',
    user_impact: 'Customers watch a spinner at checkout and give up.',
    description: 'The call to the rates service has no time limit.',
    recommendation: {
      short_term: 'Pass `signal: AbortSignal.timeout(2000)` in `src/rates.ts`.',
      long_term: 'Serve the last known rates when the service is away.',
    },
    category: 'no_graceful_degradation',
    origin: 'introduced',
    principle: 'chaos_is_constant',
    confidence: 'high',
    priority: 'high',
    deployment_blocker: false,
    ...overrides,
  };
}

/** The same as something that would stop a deployment. */
export function blockerConcern(overrides: Partial<ReplyConcern> = {}): ReplyConcern {
  return replyConcern({
    category: 'outage_on_deploy',
    priority: 'critical',
    deployment_blocker: true,
    ...overrides,
  });
}
