import { randomUUID } from 'node:crypto';
import { charge } from './charge.ts';

const ATTEMPTS = 3;

/** Pays an order; the gateway is flaky, so a failed charge is tried again. */
export async function payOrder(amountCents: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await charge({ orderId: randomUUID(), amountCents });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}
