import { isOpsError } from '../../domain/ops-error.ts';
import type { Review } from '../../domain/review.ts';
import type { PublishOutcome, Publisher, ReviewPhase } from '../../publish/publisher.ts';
import type { RenderedCheck } from '../../publish/render/check.ts';
import { type CheckOutput, fitComment } from './check-output.ts';
import { concludeCheck, conclusionOf, createCheck, endCheck } from './check-run.ts';
import { findOwnChecks, readCheck, startCheck } from './check-run.ts';
import type { GitHubClient } from './client.ts';
import type { Identity } from './identity.ts';
import { parseAnswer } from './parse-answer.ts';
import type { GitHubRepository } from './repository-ref.ts';
import { Pull } from './schemas.ts';
import { type StoredComment, writeStickyComment } from './sticky-comment.ts';

export type CommentPolicy = 'always' | 'when_concerns' | 'never';

export interface GitHubPublisherOptions {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  readonly pull: number;
  readonly headSha: string;
  readonly identity: Identity;
  /** False for tokens that may not write checks. */
  readonly writesCheck: boolean;
  /** `pr=<n>;sha=<sha>;…`, different for every review. */
  readonly externalId: string;
  readonly detailsUrl: string | null;
  /** What an earlier attempt, or an earlier review, has stored. */
  readonly checkId: number | null;
  readonly comment: StoredComment | null;
  /** An earlier attempt at this review may have written something whose answer was lost. */
  readonly retry: boolean;
  /** Most requests for showing phases; default 2. */
  readonly progressWrites?: number;
  commentPolicy(review: Review): CommentPolicy;
  renderComment(review: Review): string;
  renderCheck(review: Review): RenderedCheck;
  /** Shown while the review waits (`queued`) and runs. */
  renderProgress(phase: ReviewPhase | 'queued'): CheckOutput;
  /** Shown on a check whose review nobody needs any more. */
  renderCancelled(reason: 'superseded' | 'closed'): CheckOutput;
  onCheckCreated(checkId: number): Promise<void>;
  onCommentStored(comment: StoredComment): Promise<void>;
  /** Something could not be written, and the review stands without it. */
  onNotice(notice: PublishNotice): void;
}

export type PublishNotice =
  | { readonly kind: 'progress_not_shown'; readonly error: unknown }
  | { readonly kind: 'comment_not_written'; readonly error: unknown }
  | { readonly kind: 'annotations_refused'; readonly count: number };

/** `reading` says that work has begun, `agent` is the phase that takes minutes; the others pass at once. */
const SHOWN_PHASES: ReadonlySet<ReviewPhase> = new Set(['reading', 'agent']);

/**
 * One review on GitHub: its check run and the pull request's one comment. Every method can be repeated after
 * a crash or a lost answer without leaving a second comment or check.
 */
export class GitHubPublisher implements Publisher {
  readonly #options: GitHubPublisherOptions;
  #checkId: number | null;
  #comment: StoredComment | null;
  #progressLeft: number;

  constructor(options: GitHubPublisherOptions) {
    this.#options = options;
    this.#checkId = options.checkId;
    this.#comment = options.comment;
    this.#progressLeft = options.progressWrites ?? 2;
  }

  /** The check run's id; null before `announce` and where no check is written. */
  get checkId(): number | null {
    return this.#checkId;
  }

  /** Puts the check on the commit, in state `queued`. */
  async announce(): Promise<void> {
    const { client, repository, headSha, externalId, detailsUrl, writesCheck } = this.#options;
    if (!writesCheck || this.#checkId !== null) return;
    const known = this.#options.retry ? await this.#findAnnounced() : undefined;
    const output = this.#options.renderProgress('queued');
    this.#checkId =
      known ?? (await createCheck(client, repository, { headSha, externalId, detailsUrl, output }));
    await this.#options.onCheckCreated(this.#checkId);
  }

  async progress(phase: ReviewPhase): Promise<void> {
    const { client, repository, renderProgress, onNotice } = this.#options;
    if (this.#checkId === null || this.#progressLeft === 0 || !SHOWN_PHASES.has(phase)) return;
    this.#progressLeft -= 1;
    try {
      await startCheck(client, repository, this.#checkId, renderProgress(phase));
    } catch (error) {
      if (!isOpsError(error) || error.code === 'cancelled') throw error;
      onNotice({ kind: 'progress_not_shown', error });
    }
  }

  async publish(review: Review): Promise<PublishOutcome> {
    const current = await this.#readPull();
    if (current.head.sha !== this.#options.headSha || current.state === 'closed') {
      await this.#end(current.state === 'closed' ? 'closed' : 'superseded');
      return { kind: 'superseded' };
    }
    await this.announce();
    await this.#writeVerdict(review);
    await this.#writeComment(review);
    return { kind: 'published' };
  }

  /** Ends the check of a review that nobody needs any more; writes nothing else. */
  async cancel(reason: 'superseded' | 'closed'): Promise<void> {
    await this.#end(reason);
  }

  async #findAnnounced(): Promise<number | undefined> {
    const { client, repository, headSha, identity, externalId } = this.#options;
    if (identity.kind !== 'app') return undefined;
    const checks = await findOwnChecks(client, repository, headSha, identity.appId);
    return checks.find((check) => check.external_id === externalId)?.id;
  }

  async #readPull(): Promise<Pull> {
    const { client, repository, pull } = this.#options;
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
    const { data } = await client.request(route, { ...repository, pull_number: pull });
    return parseAnswer(Pull, data, 'the pull request');
  }

  /** First of all: whatever fails after it, the gate shows the verdict. */
  async #writeVerdict(review: Review): Promise<void> {
    const { client, repository, retry, renderCheck, onNotice } = this.#options;
    if (this.#checkId === null) return;
    const alreadyThere = retry
      ? (await readCheck(client, repository, this.#checkId)).output.annotations_count
      : 0;
    const { refusedAnnotations } = await concludeCheck(
      client,
      repository,
      this.#checkId,
      conclusionOf(review.report.verdict),
      renderCheck(review),
      alreadyThere,
    );
    if (refusedAnnotations > 0)
      onNotice({ kind: 'annotations_refused', count: refusedAnnotations });
  }

  /** A conversation that is locked, or a body that GitHub refuses, does not undo the verdict. */
  async #writeComment(review: Review): Promise<void> {
    const policy = this.#options.commentPolicy(review);
    if (policy === 'never') return;
    const worthIt = review.report.verdict !== 'ready' || review.report.concerns.length > 0;
    const create = policy === 'always' || worthIt;
    const body = fitComment(this.#options.renderComment(review));
    try {
      const written = await writeStickyComment(this.#options, this.#comment, body, create);
      this.#comment = written;
      if (written !== null) await this.#options.onCommentStored(written);
    } catch (error) {
      if (!isOpsError(error, 'github.forbidden', 'github.invalid', 'github.not-found')) throw error;
      this.#options.onNotice({ kind: 'comment_not_written', error });
    }
  }

  async #end(reason: 'superseded' | 'closed'): Promise<void> {
    const { client, repository, renderCancelled } = this.#options;
    if (this.#checkId === null) return;
    await endCheck(client, repository, this.#checkId, 'cancelled', renderCancelled(reason));
  }
}
