import { createHmac, randomUUID } from 'node:crypto';
import { type Json, repoShape, userShape } from './shapes.ts';
import type { FakeApp, FakeState } from './state.ts';

/** One event that the fake has produced, and what became of every attempt to deliver it. */
export interface FakeDelivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string;
  readonly payload: Json;
  /** Status of each attempt; 0 when nobody answered. */
  readonly attempts: number[];
}

/** Produces webhooks from state changes and delivers them, signed, to one address. */
export class Webhooks {
  readonly deliveries: FakeDelivery[] = [];
  #target: { readonly url: string; readonly secret: string } | null = null;
  #losing = false;
  readonly #running = new Set<Promise<void>>();
  readonly #state: FakeState;
  readonly #app: FakeApp;

  constructor(state: FakeState, app: FakeApp) {
    this.#state = state;
    this.#app = app;
  }

  deliverTo(url: string | null, secret: string): void {
    this.#target = url === null ? null : { url, secret };
  }

  /** While true, events are made and recorded but never sent: an outage of the receiver. */
  lose(losing: boolean): void {
    this.#losing = losing;
  }

  emit(event: string, action: string, payload: Json, sender: string): void {
    const delivery: FakeDelivery = {
      id: this.#state.nextId(),
      guid: randomUUID(),
      event,
      action,
      payload: {
        action,
        ...payload,
        repository: repoShape(this.#state),
        sender: userShape(sender),
        installation: { id: this.#app.installationId, node_id: 'I_1' },
      },
      attempts: [],
    };
    this.deliveries.push(delivery);
    if (!this.#losing) this.send(delivery);
  }

  /** Sends a recorded event again, under its first GUID. */
  send(delivery: FakeDelivery): void {
    if (this.#target === null) return;
    const running = this.#post(delivery, this.#target);
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** Resolves when every delivery under way has been answered. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** As `GET /app/hook/deliveries` lists them, oldest first. */
  listed(): Json[] {
    return this.deliveries.flatMap((delivery) =>
      (delivery.attempts.length === 0 ? [0] : delivery.attempts).map((statusCode, at) => ({
        id: delivery.id,
        guid: delivery.guid,
        event: delivery.event,
        action: delivery.action,
        redelivery: at > 0,
        status: statusCode >= 200 && statusCode < 300 ? 'OK' : 'Invalid HTTP Response',
        status_code: statusCode,
        delivered_at: this.#state.now().toISOString(),
        installation_id: this.#app.installationId,
        repository_id: this.#state.repo.id,
      })),
    );
  }

  async #post(
    delivery: FakeDelivery,
    target: { readonly url: string; readonly secret: string },
  ): Promise<void> {
    const body = JSON.stringify(delivery.payload);
    const signature = createHmac('sha256', target.secret).update(body).digest('hex');
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/fake',
          'x-github-event': delivery.event,
          'x-github-delivery': delivery.guid,
          'x-github-hook-installation-target-id': String(this.#app.id),
          'x-hub-signature-256': `sha256=${signature}`,
        },
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      delivery.attempts.push(response.status);
    } catch {
      // Nobody there, or no answer in GitHub's ten seconds: GitHub records it and goes on.
      delivery.attempts.push(0);
    }
  }
}
