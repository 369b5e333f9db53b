import { randomBytes } from 'node:crypto';
import { type Assessment, emptyAssessment } from '../domain/assessment.ts';
import type { Exploration } from '../domain/finding.ts';
import { isOpsError } from '../domain/ops-error.ts';
import type { AgentStatus, Language } from '../domain/vocabulary.ts';
import type { AgentDefinition } from '../config/agent-definition.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { MAX_WAIT_MS, type Sleep, sleepFor } from './call-model.ts';
import { type ConversationEnd, converse } from './conversation.ts';
import { Meter } from './meter.ts';
import type { Model } from './model.ts';
import { ModelRejected } from './model-rejected.ts';
import { droppedText, type Ending, endingText } from './phrases.ts';
import { buildPrompt, type Prompt } from './prompt/build-prompt.ts';
import { fenceFor } from './prompt/fence.ts';
import { PROMPT_VERSION } from './prompt/version.ts';
import { isWithheld } from './prompt/withheld.ts';
import { refuteConcerns, REFUTATION_TOOL_CALLS, type Refuted } from './refute.ts';
import { lintReply } from './reply/lints.ts';
import { ownWordsFor } from './reply/own-words.ts';
import { AgentReply } from './reply/schema.ts';
import { type Shaped, shapeReply } from './reply/shape.ts';
import { surfacesOf } from './surfaces.ts';
import { toolboxFor } from './tools/toolbox.ts';
import { untilAborted } from './until-aborted.ts';
import { viewsOf } from './views.ts';

export interface AssessmentLimits {
  /** US dollars for the whole assessment; 0 does not ask the model at all. */
  readonly maxUsd: number;
  readonly maxTurns: number;
  readonly maxToolCalls?: number;
  readonly maxToolBytes?: number;
  readonly maxOutputTokens?: number;
}

export type AssessmentProgress =
  | { readonly step: 'investigating'; readonly turn: number }
  | { readonly step: 'checking'; readonly concerns: number };

export interface AssessDeps {
  /** Null reviews with the rules only. */
  readonly model: Model | null;
  /** Takes the whole conversation over when the first model declines. */
  readonly fallback?: Model | null;
  readonly agent: AgentDefinition;
  readonly language: Language;
  readonly limits: AssessmentLimits;
  /** The deadline: aborting it ends the assessment at once, with a result. */
  readonly signal: AbortSignal;
  /** The caller has decided already that the agent does not run. */
  readonly skip?: { readonly status: AgentStatus; readonly detail: string } | null;
  /** Secret of the fence around foreign text; random when absent. */
  readonly tagKey?: string;
  readonly sleep?: Sleep;
  readonly onProgress?: (progress: AssessmentProgress) => void;
}

const DEFAULT_LIMITS = { maxToolCalls: 40, maxToolBytes: 600_000, maxOutputTokens: 32_000 };
const DEFAULT_RETRY_MS = 60_000;

/**
 * Lets the agent investigate a change and keeps what it can prove. Total for everything that a model, a
 * repository or a deadline can do: it always ends in an assessment with a status and one sentence for people.
 * Errors of the source tree (`github.*`, `repository.*`) are thrown on; they are not the agent's to explain.
 */
export async function assess(
  snapshot: Snapshot,
  exploration: Exploration,
  deps: AssessDeps,
): Promise<Assessment> {
  const versions = { promptVersion: PROMPT_VERSION, agentVersion: deps.agent.digest };
  const skip = skipOf(snapshot, deps);
  if (skip !== null) return { ...emptyAssessment(skip.status, skip.detail), ...versions };
  const run = new Run(snapshot, exploration, deps, deps.model!);
  return { ...(await run.assess()), ...versions };
}

function skipOf(
  snapshot: Snapshot,
  deps: AssessDeps,
): { readonly status: AgentStatus; readonly detail: string } | null {
  if (deps.skip !== null && deps.skip !== undefined) return deps.skip;
  if (deps.model === null) return endingText('no_model', deps.language);
  if (deps.limits.maxUsd <= 0) return endingText('no_budget', deps.language);
  const readable = snapshot.files.some(
    (file) =>
      file.limited === null && !isWithheld(file.path) && (file.head !== null || file.base !== null),
  );
  return readable ? null : endingText('nothing_to_read', deps.language);
}

type Unfinished = Exclude<ConversationEnd<never>, { kind: 'answer' }>['kind'];

/** One assessment: what it may use, what it has used, what it has seen. */
class Run {
  readonly #snapshot: Snapshot;
  readonly #exploration: Exploration;
  readonly #deps: AssessDeps;
  readonly #views;
  readonly #fence;
  readonly #meter: Meter;
  readonly #limits: Required<AssessmentLimits>;
  #model: Model;
  #shown: readonly string[] = [];

  constructor(snapshot: Snapshot, exploration: Exploration, deps: AssessDeps, model: Model) {
    this.#snapshot = snapshot;
    this.#exploration = exploration;
    this.#deps = deps;
    this.#model = model;
    this.#views = viewsOf(snapshot);
    const key = deps.tagKey ?? randomBytes(16).toString('hex');
    this.#fence = fenceFor(key, snapshot.subject.head_sha);
    this.#meter = new Meter(model.id);
    const maxTurns = Math.min(deps.limits.maxTurns, deps.agent.maxTurns ?? Infinity);
    this.#limits = { ...DEFAULT_LIMITS, ...deps.limits, maxTurns };
  }

  async assess(): Promise<Assessment> {
    const { signal } = this.#deps;
    try {
      const prompt = await untilAborted(async () => await this.#prompt(), signal);
      this.#shown = prompt.shown;
      const end = await this.#investigate(prompt);
      if (end.kind !== 'answer') return this.#unfinished(end.kind);
      const shaped = await untilAborted(async () => await this.#shape(end.value), signal);
      return this.#finish(shaped, await this.#refute(shaped));
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #prompt(): Promise<Prompt> {
    return await buildPrompt({
      snapshot: this.#snapshot,
      exploration: this.#exploration,
      views: this.#views,
      fence: this.#fence,
      persona: this.#deps.agent.body,
      language: this.#deps.language,
      maxToolCalls: this.#limits.maxToolCalls,
    });
  }

  /** A model that declines is replaced once, from the start: its thoughts do not carry over to another model. */
  async #investigate(prompt: Prompt): Promise<ConversationEnd<AgentReply>> {
    const first = await this.#converse(prompt);
    const fallback = this.#deps.fallback ?? null;
    if (first.kind !== 'refused' || fallback === null) return first;
    this.#model = fallback;
    return await this.#converse(prompt);
  }

  async #converse(prompt: Prompt): Promise<ConversationEnd<AgentReply>> {
    const { onProgress, agent } = this.#deps;
    return await converse({
      ...this.#use(),
      ...prompt,
      toolbox: this.#toolbox(this.#limits.maxToolCalls),
      schema: AgentReply,
      lint: lintReply,
      effort: agent.effort,
      maxTokens: this.#limits.maxOutputTokens,
      maxTurns: this.#limits.maxTurns,
      onTurn: (turn) => onProgress?.({ step: 'investigating', turn }),
    });
  }

  async #shape(reply: AgentReply): Promise<Shaped> {
    const pull = this.#snapshot.pull;
    return await shapeReply(reply, {
      views: this.#views,
      findings: this.#exploration.findings,
      surfaces: surfacesOf(this.#snapshot.files),
      words: ownWordsFor(pull === null ? '' : `${pull.title}\n${pull.body}`),
    });
  }

  async #refute(shaped: Shaped): Promise<Refuted> {
    this.#deps.onProgress?.({ step: 'checking', concerns: shaped.concerns.length });
    return await refuteConcerns({
      concerns: shaped.concerns,
      triggers: shaped.triggers,
      views: this.#views,
      fence: this.#fence,
      use: this.#use(),
      toolbox: () => this.#toolbox(REFUTATION_TOOL_CALLS),
    });
  }

  #use(): Pick<Parameters<typeof converse>[0], 'model' | 'maxUsd' | 'meter' | 'signal' | 'sleep'> {
    return {
      model: this.#model,
      maxUsd: this.#limits.maxUsd,
      meter: this.#meter,
      signal: this.#deps.signal,
      sleep: this.#deps.sleep ?? sleepFor,
    };
  }

  #toolbox(maxToolCalls: number): ReturnType<typeof toolboxFor> {
    const limits = { maxToolCalls, maxToolBytes: this.#limits.maxToolBytes };
    return toolboxFor(this.#deps.agent.tools, this.#views, this.#fence, limits);
  }

  #finish({ triggers: _triggers, ...shaped }: Shaped, refuted: Refuted): Assessment {
    const whole = { ...shaped, concerns: refuted.concerns };
    // A blocker that nobody could look at twice must not pass as a concern that nobody had to.
    if (refuted.error !== null) return { ...this.#failed(refuted.error), ...whole };
    if (refuted.unfinished !== null) return { ...this.#unfinished(refuted.unfinished), ...whole };
    const files = this.#filesRead();
    const { status, detail } = this.#model.scripted
      ? endingText('scripted', this.#deps.language)
      : endingText('ok', this.#deps.language, { files });
    const dropped = shaped.dropped > 0 ? droppedText(shaped.dropped, this.#deps.language) : '';
    return { ...this.#ended({ status, detail: `${detail}${dropped}` }), ...whole };
  }

  #unfinished(kind: Unfinished): Assessment {
    return this.#end(kind, null);
  }

  /** Names what it knows; anything else is a defect of ours or of a tree, and goes on. */
  #failed(error: unknown): Assessment {
    if (error instanceof ModelRejected) return this.#end(rejectedEnding(error.reason), null);
    if (isOpsError(error, 'cancelled')) return this.#end('deadline', null);
    if (isOpsError(error, 'model.overloaded', 'model.unavailable')) {
      const wait = error.retryAfterMs ?? DEFAULT_RETRY_MS;
      return this.#end(
        wait > MAX_WAIT_MS && error.retryAfterMs !== undefined ? 'overloaded' : 'unavailable',
        wait,
      );
    }
    if (isOpsError(error, 'model.rejected')) return this.#end('rejected', null);
    throw error;
  }

  #end(ending: Ending, retryAfterMs: number | null): Assessment {
    const values = {
      turns: this.#limits.maxTurns,
      budget: `$${this.#limits.maxUsd.toFixed(2)}`,
      seconds: Math.ceil((retryAfterMs ?? 0) / 1_000),
      tries: 3,
    };
    return { ...this.#ended(endingText(ending, this.#deps.language, values)), retryAfterMs };
  }

  #ended({
    status,
    detail,
  }: {
    readonly status: AgentStatus;
    readonly detail: string;
  }): Assessment {
    return {
      ...emptyAssessment(status, detail),
      filesRead: this.#filesRead(),
      usage: this.#meter.usage(),
      scripted: this.#model.scripted,
    };
  }

  #filesRead(): number {
    const seen = new Set([...this.#shown, ...this.#views.shown]);
    return this.#snapshot.files.filter(
      (file) => seen.has(file.path) || seen.has(`base:${file.previousPath ?? file.path}`),
    ).length;
  }
}

function rejectedEnding(reason: ModelRejected['reason']): Ending {
  switch (reason) {
    case 'budget':
      return 'provider_budget';
    case 'credentials':
      return 'credentials';
    case 'too_large':
      return 'too_large';
    case 'schema':
    case 'request':
      return 'rejected';
  }
}
