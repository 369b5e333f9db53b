import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Model } from '../assessment/model.ts';
import { parseCassette, ReplayModel } from '../assessment/replay-model.ts';
import type { AgentDefinition } from '../config/agent-definition.ts';
import { OpsError } from '../domain/ops-error.ts';
import type { Language } from '../domain/vocabulary.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export const DEFAULT_DEADLINE_S = 600;

/** How long a review may work, milliseconds; `OPS_DEADLINE_S`. Throws `environment.invalid`. */
export function deadlineFrom(env: Environment): number {
  const text = env['OPS_DEADLINE_S'];
  if (text === undefined || text === '') return DEFAULT_DEADLINE_S * 1000;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 3_600) return seconds * 1000;
  throw new OpsError('environment.invalid', `OPS_DEADLINE_S is ${text}.`, {
    remedy: 'Write seconds between 1 and 3600.',
  });
}

/**
 * The model that the environment names: a cassette (`OPS_MODEL_REPLAY`), or the Messages API with
 * `ANTHROPIC_API_KEY` at `ANTHROPIC_BASE_URL`. Null without either: the review is rules only, and says so.
 */
export function modelFrom(env: Environment): ((agent: AgentDefinition) => Promise<Model>) | null {
  const cassette = env['OPS_MODEL_REPLAY'];
  if (cassette !== undefined && cassette !== '')
    return async () => new ReplayModel(parseCassette(await readCassette(cassette)));
  const apiKey = env['ANTHROPIC_API_KEY'];
  if (apiKey === undefined || apiKey.trim() === '') return null;
  const baseUrl = env['ANTHROPIC_BASE_URL'];
  return async (agent) => {
    // Loaded only for reviews that have an agent: the SDK is a third of the start-up time.
    const { AnthropicModel } = await import('../adapters/anthropic/anthropic-model.ts');
    return new AnthropicModel({
      apiKey,
      model: agent.model,
      ...(baseUrl !== undefined && baseUrl !== '' && { baseUrl }),
    });
  };
}

async function readCassette(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new OpsError('environment.invalid', `the cassette ${path} cannot be read.`, {
      remedy: 'Correct OPS_MODEL_REPLAY.',
      cause,
    });
  }
}

/** Path and bytes of the agent file: `OPS_AGENT_FILE`, or the shipped agent that speaks the language. */
export async function readAgentFile(
  language: Language | null,
  env: Environment,
): Promise<readonly [path: string, bytes: Uint8Array]> {
  const named = env['OPS_AGENT_FILE'];
  const path =
    named === undefined || named === ''
      ? fileURLToPath(
          new URL(`../../agents/production-readiness.${language ?? 'en'}.md`, import.meta.url),
        )
      : named;
  try {
    return [path, await readFile(path)];
  } catch (cause) {
    throw new OpsError('agent.invalid', `the agent file ${path} cannot be read.`, {
      remedy: 'Correct OPS_AGENT_FILE.',
      cause,
    });
  }
}
