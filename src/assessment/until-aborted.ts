import { OpsError } from '../domain/ops-error.ts';

/**
 * Settles when the work does or when the signal is aborted, whichever comes first; then with
 * `OpsError('cancelled')`. The work itself may go on, but nobody waits for it.
 */
export async function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = (): OpsError =>
    new OpsError('cancelled', 'the request was given up.', { cause: signal.reason });
  if (signal.aborted) throw cancelled();
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(cancelled());
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } catch (error) {
    // The sleep's own abort error says the same in other words.
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
