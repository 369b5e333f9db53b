import type { Hooks } from './routing.ts';
import type { Webhooks } from './webhooks.ts';

/** What requests set off in the fake: webhooks, and lists that lag behind. */
export class FakeHooks implements Hooks {
  readonly #webhooks: Webhooks;
  readonly #hiddenFor = new Map<number, number>();
  #lag = 0;

  constructor(webhooks: Webhooks) {
    this.#webhooks = webhooks;
  }

  lag(answers: number): void {
    this.#lag = answers;
  }

  emit(...event: Parameters<Hooks['emit']>): void {
    this.#webhooks.emit(...event);
  }

  created(id: number): void {
    if (this.#lag > 0) this.#hiddenFor.set(id, this.#lag);
  }

  isHidden(id: number): boolean {
    const left = this.#hiddenFor.get(id) ?? 0;
    if (left > 0) this.#hiddenFor.set(id, left - 1);
    return left > 0;
  }

  deliveries(): ReturnType<Hooks['deliveries']> {
    return this.#webhooks.listed();
  }

  redeliver(id: number): boolean {
    const delivery = this.#webhooks.deliveries.find((candidate) => candidate.id === id);
    if (delivery !== undefined) this.#webhooks.send(delivery);
    return delivery !== undefined;
  }
}
