import { setTimeout } from 'node:timers/promises';
import { isOpsError } from '../domain/ops-error.ts';
import type { Model, ModelReply, ModelRequest } from './model.ts';
import { untilAborted } from './until-aborted.ts';

const MAX_RETRIES = 2;
/** Longer waits belong to the queue: a worker that sleeps reviews nothing. */
export const MAX_WAIT_MS = 20_000;
const FIRST_WAIT_MS = 1_000;

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleepFor: Sleep = async (ms, signal) => {
  await setTimeout(ms, undefined, { signal });
};

/**
 * One reply, after at most two retries of what may pass by itself. Throws `OpsError`: `cancelled` as soon as the
 * signal is aborted, whatever the model does; `model.*` otherwise.
 */
export async function callModel(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
  sleep: Sleep = sleepFor,
): Promise<ModelReply> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await untilAborted(async () => await model.reply(request, signal), signal);
    } catch (error) {
      if (!isOpsError(error, 'model.overloaded', 'model.unavailable')) throw error;
      const wait = error.retryAfterMs ?? FIRST_WAIT_MS * 4 ** retry;
      if (retry === MAX_RETRIES || wait > MAX_WAIT_MS) throw error;
      await untilAborted(async () => await sleep(wait, signal), signal);
    }
  }
}
