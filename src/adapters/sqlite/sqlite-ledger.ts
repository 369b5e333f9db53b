import type { Kysely } from 'kysely';
import type { PullRef, RepositoryRef } from '../../jobs/job.ts';
import type {
  Acceptance,
  Arrival,
  AuditEntry,
  Hold,
  Ledger,
  PullRecord,
  ReviewEvent,
} from '../../jobs/ledger.ts';
import { acceptArrival, markProcessed } from './accept-arrival.ts';
import { holdReview } from './hold-review.ts';
import { readPullRecord } from './read-pull-record.ts';
import { recordReviewEvent } from './record-review-event.ts';
import { inStore } from './store-error.ts';
import type { Tables } from './tables.ts';

export class SqliteLedger implements Ledger {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  async accept(arrival: Arrival): Promise<Acceptance> {
    return await this.#transaction(async (tx) => await acceptArrival(tx, arrival, this.#now()));
  }

  async readPull(pull: PullRef): Promise<PullRecord | null> {
    return await this.#transaction(async (tx) => await readPullRecord(tx, pull));
  }

  async findPulls(
    where: { repository: RepositoryRef; headSha: string } | null,
  ): Promise<readonly PullRef[]> {
    const rows = await inStore(async () => {
      const pulls = this.#db
        .selectFrom('pulls')
        .select(['installation_id', 'repository_id', 'pull', 'owner', 'name']);
      if (where !== null) {
        return await pulls
          .where('installation_id', '=', where.repository.installationId)
          .where('repository_id', '=', where.repository.repositoryId)
          .where('head_sha', '=', where.headSha)
          .where('open', '=', 1)
          .execute();
      }
      return await pulls
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('reviews')
              .select('reviews.id')
              .whereRef('reviews.installation_id', '=', 'pulls.installation_id')
              .whereRef('reviews.repository_id', '=', 'pulls.repository_id')
              .whereRef('reviews.pull', '=', 'pulls.pull')
              .where('reviews.settled', '=', 0),
          ),
        )
        .execute();
    });
    return rows.map((row) => ({
      installationId: row.installation_id,
      repositoryId: row.repository_id,
      owner: row.owner,
      name: row.name,
      pull: row.pull,
    }));
  }

  async holdReview(reviewId: string, holder: string, leaseMs: number): Promise<Hold> {
    return await this.#transaction(
      async (tx) => await holdReview(tx, { reviewId, holder, leaseMs, now: this.#now() }),
    );
  }

  async record(reviewId: string, event: ReviewEvent): Promise<void> {
    await this.#transaction(
      async (tx) => await recordReviewEvent(tx, reviewId, event, this.#now()),
    );
  }

  async audit(entry: AuditEntry): Promise<void> {
    const now = this.#now();
    await this.#transaction(async (tx) => {
      await tx
        .insertInto('audit')
        .values({
          at: now,
          installation_id: entry.repository.installationId,
          repository_id: entry.repository.repositoryId,
          pull: entry.pull,
          actor: entry.actor,
          action: entry.action,
          outcome: entry.outcome,
        })
        .execute();
      if (entry.deliveryId !== null) await markProcessed(tx, entry.deliveryId, now);
    });
  }

  async #transaction<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return await inStore(async () => await this.#db.transaction().execute(work));
  }
}
