import { OpsError, type OpsErrorOptions } from '../domain/ops-error.ts';

/**
 * Why the provider will not answer a request however often it is sent: the account's money, its key or the
 * model's name, the size of the request, the schema of the answer, or anything else about the request.
 */
export type RejectionReason = 'budget' | 'credentials' | 'too_large' | 'schema' | 'request';

/** `model.rejected` with the reason, which decides what people are told. */
export class ModelRejected extends OpsError {
  readonly reason: RejectionReason;

  constructor(reason: RejectionReason, message: string, options: OpsErrorOptions = {}) {
    super('model.rejected', message, options);
    this.reason = reason;
  }
}
