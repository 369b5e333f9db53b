import { isOpsError } from '../../domain/ops-error.ts';
import type { Verdict } from '../../domain/vocabulary.ts';
import { MAX_ANNOTATIONS_PER_REQUEST } from '../../publish/limits.ts';
import type { RenderedCheck } from '../../publish/render/check.ts';
import { type CheckOutput, fitOutput, fitRendering } from './check-output.ts';
import type { GitHubClient } from './client.ts';
import { parseAnswer } from './parse-answer.ts';
import type { GitHubRepository } from './repository-ref.ts';
import { CheckRun, CheckRuns } from './schemas.ts';

/** What a branch protection rule names. Renaming it opens every gate that requires the old name. */
export const CHECK_NAME = 'Ops / production readiness';

/** `neutral` and `skipped` satisfy a required check on GitHub, so no review of ours ends in them. */
export type CheckConclusion = 'success' | 'failure' | 'action_required' | 'cancelled';

export function conclusionOf(verdict: Verdict): CheckConclusion {
  switch (verdict) {
    case 'ready':
    case 'ready_with_concerns':
      return 'success';
    case 'blocked':
      return 'failure';
    case 'not_assessed':
      return 'action_required';
  }
}

export interface NewCheck {
  readonly headSha: string;
  /** `pr=<n>;sha=<sha>;…`: a check of a fork names no pull request. */
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly output: CheckOutput;
}

/** Creates the check in state `queued` and answers its id. */
export async function createCheck(
  client: GitHubClient,
  repository: GitHubRepository,
  check: NewCheck,
): Promise<number> {
  const { data } = await client.request('POST /repos/{owner}/{repo}/check-runs', {
    ...repository,
    name: CHECK_NAME,
    head_sha: check.headSha,
    status: 'queued',
    external_id: check.externalId,
    ...(check.detailsUrl !== null && { details_url: check.detailsUrl }),
    output: fitOutput(check.output),
  });
  return parseAnswer(CheckRun, data, 'the new check run').id;
}

/** Shows that work has begun. */
export async function startCheck(
  client: GitHubClient,
  repository: GitHubRepository,
  checkId: number,
  output: CheckOutput,
): Promise<void> {
  await patch(client, repository, checkId, { status: 'in_progress', output: fitOutput(output) });
}

/** Ends a check without a review: superseded, called off, past its deadline, given up. */
export async function endCheck(
  client: GitHubClient,
  repository: GitHubRepository,
  checkId: number,
  conclusion: CheckConclusion,
  output: CheckOutput,
): Promise<void> {
  await patch(client, repository, checkId, completed(conclusion, fitOutput(output)));
}

export interface ConcludeResult {
  /** Annotations that GitHub refused; the verdict stands without them. */
  readonly refusedAnnotations: number;
}

/**
 * Writes the verdict, and annotations behind it in batches. GitHub appends annotations but replaces the
 * rest of the output, so every request carries the whole text. `alreadyThere` leaves out annotations that an
 * earlier attempt has written.
 */
export async function concludeCheck(
  client: GitHubClient,
  repository: GitHubRepository,
  checkId: number,
  conclusion: CheckConclusion,
  rendering: RenderedCheck,
  alreadyThere: number,
): Promise<ConcludeResult> {
  const { annotations, ...output } = fitRendering(rendering);
  const batches = inBatches(annotations.slice(alreadyThere));
  let refused = 0;
  for (const [at, batch] of batches.entries()) {
    const withBatch = batch.length === 0 ? output : { ...output, annotations: batch };
    try {
      await patch(client, repository, checkId, completed(conclusion, withBatch));
    } catch (error) {
      if (!isOpsError(error, 'github.invalid') || batch.length === 0) throw error;
      refused += batch.length;
      // The gate must stand even if GitHub finds fault with a remark in the margin.
      if (at === 0) await patch(client, repository, checkId, completed(conclusion, output));
    }
  }
  return { refusedAnnotations: refused };
}

/** Our checks of this commit that carry this external id, newest first. */
export async function findOwnChecks(
  client: GitHubClient,
  repository: GitHubRepository,
  headSha: string,
  appId: number,
): Promise<readonly CheckRun[]> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...repository,
    ref: headSha,
    check_name: CHECK_NAME,
    filter: 'all',
    per_page: 100,
  });
  const runs = parseAnswer(CheckRuns, data, 'the check runs').check_runs;
  return runs
    .filter(({ app, name }) => name === CHECK_NAME && (app === null || app.id === appId))
    .sort((a, b) => b.id - a.id);
}

export async function readCheck(
  client: GitHubClient,
  repository: GitHubRepository,
  checkId: number,
): Promise<CheckRun> {
  const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}';
  const { data } = await client.request(route, { ...repository, check_run_id: checkId });
  return parseAnswer(CheckRun, data, 'the check run');
}

function completed(conclusion: CheckConclusion, output: object): Record<string, unknown> {
  return { status: 'completed', conclusion, output };
}

async function patch(
  client: GitHubClient,
  repository: GitHubRepository,
  checkId: number,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const route = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
  await client.request(route, { ...repository, check_run_id: checkId, ...fields });
}

/** At least one batch: the verdict is written even when nothing is to be annotated. */
function inBatches<T>(items: readonly T[]): (readonly T[])[] {
  const batches: (readonly T[])[] = [items.slice(0, MAX_ANNOTATIONS_PER_REQUEST)];
  for (let at = MAX_ANNOTATIONS_PER_REQUEST; at < items.length; at += MAX_ANNOTATIONS_PER_REQUEST)
    batches.push(items.slice(at, at + MAX_ANNOTATIONS_PER_REQUEST));
  return batches;
}
