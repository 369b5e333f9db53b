import { isOpsError } from '../domain/ops-error.ts';
import { reconcile } from '../jobs/reconcile.ts';
import type { WorkerDeps } from '../jobs/worker-deps.ts';

/** Reconciles at the start and then again and again, one round at a time. */
export class ReconcileRounds {
  readonly #deps: WorkerDeps;
  readonly #onRound: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: WorkerDeps, onRound: () => Promise<void>) {
    this.#deps = deps;
    this.#onRound = onRound;
  }

  start(everyMs: number): void {
    this.#round = this.#run().finally(() => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.start(everyMs), everyMs);
    });
  }

  /** Resolves when the round under way is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  /** A round that breaks off is logged; the next one sees the same state and more. */
  async #run(): Promise<void> {
    try {
      await reconcile(this.#deps, () => this.#stopped);
      await this.#onRound();
    } catch (error) {
      const level = isOpsError(error) ? 'warn' : 'error';
      this.#deps.log[level]({ err: error }, 'reconcile round broke off');
    }
  }
}
