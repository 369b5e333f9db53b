import type { Item } from '../../domain/vocabulary.ts';

/**
 * The inventory of safeguards: what stands between a fault and the users. It is read on both sides of a
 * change; what base has and head lacks, while the guarded thing is still there, was removed.
 */
export type SafeguardKind =
  | 'readiness_probe'
  | 'liveness_probe'
  | 'startup_probe'
  | 'healthcheck'
  | 'timeout'
  | 'retry'
  | 'circuit_breaker'
  | 'dead_letter_queue'
  | 'graceful_shutdown'
  | 'autoscaler'
  | 'fallback';

export interface Safeguard {
  readonly kind: SafeguardKind;
  readonly item: Item;
  /**
   * Structural identity of the guarded thing, never a line number or, where it can be helped, a path:
   * `Deployment/api:container/app`, `service/api`, `aws_sqs_queue.orders`, for code the innermost named
   * function and the guarded call (`PaymentClient.charge:axios.post`). When the owner is gone at head,
   * its safeguard went with it and nothing is reported.
   */
  readonly owner: string;
  /** The owner for sentences, where its identity does not read well. */
  readonly label?: string;
  /** What people call it: `readinessProbe`, `timeout`, `AbortSignal.timeout`, `@Retryable`. */
  readonly name: string;
  /** 1-based, inclusive: the lines that make the safeguard, fit to be cited when it is removed. */
  readonly line: number;
  readonly endLine: number;
  /** A number that grows with the protection (attempts, replicas …); null where none applies. */
  readonly strength: number | null;
}

/** The area of the checklist that a kind counts for. */
export const ITEM_OF_KIND: Readonly<Record<SafeguardKind, Item>> = {
  readiness_probe: 'error_handling',
  liveness_probe: 'error_handling',
  startup_probe: 'error_handling',
  healthcheck: 'error_handling',
  timeout: 'timeouts',
  retry: 'retries',
  circuit_breaker: 'circuit_breakers',
  dead_letter_queue: 'retries',
  graceful_shutdown: 'deployment',
  autoscaler: 'horizontal_scaling',
  fallback: 'circuit_breakers',
};
