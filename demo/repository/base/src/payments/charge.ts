export interface Charge {
  readonly orderId: string;
  readonly amountCents: number;
}

/** Charges a card once; the gateway drops repeats of the same idempotency key. */
export async function charge({ orderId, amountCents }: Charge): Promise<void> {
  const response = await fetch('https://payments.example.com/v1/charges', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': orderId },
    body: JSON.stringify({ amount: amountCents }),
    signal: AbortSignal.timeout(3_000),
  });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
}
