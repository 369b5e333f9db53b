import { type GitHubApp, READ_PERMISSIONS, WRITE_PERMISSIONS } from '../adapters/github/app.ts';
import { GitHubChangeSource } from '../adapters/github/change-source.ts';
import type { Identity } from '../adapters/github/identity.ts';
import { GitHubPublisher, type PublishNotice } from '../adapters/github/publisher.ts';
import { TreeCache } from '../adapters/github/tree-cache.ts';
import { modelFrom, readAgentFile } from '../cli/agent-setup.ts';
import { readVersion } from '../cli/version.ts';
import { loadAgent } from '../config/agent-definition.ts';
import { DEFAULT_CONFIG } from '../domain/configuration.ts';
import type { Language } from '../domain/vocabulary.ts';
import { DATABASE_FACT_FILES } from '../explorer/facts/database.ts';
import { ProcessPool } from '../explorer/pool/process-pool.ts';
import { registry } from '../explorer/registry.ts';
import { externalIdOf, keyOf, type ReviewJob } from '../jobs/job.ts';
import type { Log } from '../jobs/log.ts';
import type { JobResult, JobRun } from '../jobs/worker-deps.ts';
import type { Publisher } from '../publish/publisher.ts';
import { renderCheck } from '../publish/render/check.ts';
import { renderComment } from '../publish/render/comment.ts';
import { githubLinks } from '../publish/render/links.ts';
import { composeReview } from '../review/compose-review.ts';
import { runReview } from '../review/run-review.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { identityReader } from './app-identity.ts';
import { cancelledText, progressText } from './check-texts.ts';
import { namesOf } from './github-host.ts';
import { webUrlOf } from './web-url.ts';

export interface ReviewRunnerOptions {
  readonly app: GitHubApp;
  readonly apiUrl: string;
  readonly language: Language;
  /** What the model and the agent file are chosen by. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export interface ReviewRunner {
  run(job: ReviewJob, run: JobRun): Promise<JobResult>;
  close(): Promise<void>;
}

/** The agent stops this long before the worker does, so that what the rules found is still published. */
const RESERVE_MS = 60_000;

/** Puts one review of a pull request together from its parts, and runs it. */
export function createReviewRunner(options: ReviewRunnerOptions): ReviewRunner {
  const pool = new ProcessPool();
  pool.warm();
  const trees = new TreeCache();
  const identity = identityReader(options.app);
  const modelFor = modelFrom(options.env);
  const agents = new Map<Language | null, Promise<ReturnType<typeof loadAgent>>>();
  const agentFor = async (language: Language | null) => {
    const loading = agents.get(language) ?? readAgentFile(language, options.env).then(loadFile);
    agents.set(language, loading);
    return await loading;
  };
  return {
    run: async (job, run) => {
      const pull = { job, run, identity: await identity() };
      const seen: Seen = { snapshot: null, commentId: job.commentId };
      const deps = composeReview({
        source: sourceOf(pull, options, trees),
        publisher: withPhases(publisherOf(pull, seen, options), run),
        analyzer: pool,
        registry,
        language: null,
        loadAgent: agentFor,
        modelFor,
        permission: { switchedOff: false, askedByMaintainer: job.cause === 'recheck' },
        history: job.history,
        today: new Date().toISOString().slice(0, 10),
        opsVersion: readVersion(),
        signal: agentSignal(job, run),
      });
      const { review, assessment, outcome } = await runReview({
        ...deps,
        takeSnapshot: async () => (seen.snapshot = await deps.takeSnapshot()),
      });
      if (outcome.kind === 'superseded') return outcome;
      return {
        kind: 'published',
        verdict: review.report.verdict,
        commentId: seen.commentId,
        concerns: review.report.concerns,
        retryAfterMs: assessment.retryAfterMs,
      };
    },
    close: async () => await pool.close(),
  };
}

function loadFile([path, bytes]: readonly [string, Uint8Array]) {
  return loadAgent(path, bytes);
}

interface PullRun {
  readonly job: ReviewJob;
  readonly run: JobRun;
  readonly identity: Identity;
}

/** What later steps need of earlier ones. */
interface Seen {
  snapshot: Snapshot | null;
  commentId: number | null;
}

/** Reads with a token that can write nothing. */
function sourceOf(
  { job, run }: PullRun,
  { app }: ReviewRunnerOptions,
  trees: TreeCache,
): GitHubChangeSource {
  const client = app.installationClient(job.pull.installationId, {
    repositoryId: job.pull.repositoryId,
    permissions: READ_PERMISSIONS,
    signal: run.signal,
  });
  const repository = namesOf(job.pull);
  const { headSha } = job;
  const alsoRead = DATABASE_FACT_FILES;
  return new GitHubChangeSource({
    client,
    repository,
    pull: job.pull.pull,
    headSha,
    trees,
    alsoRead,
  });
}

/** Writes with a token that can read no code. */
function publisherOf(
  { job, run, identity }: PullRun,
  seen: Seen,
  { app, apiUrl, language, log }: ReviewRunnerOptions,
): GitHubPublisher {
  const client = app.installationClient(job.pull.installationId, {
    repositoryId: job.pull.repositoryId,
    permissions: WRITE_PERMISSIONS,
    signal: run.signal,
  });
  const webUrl = webUrlOf(apiUrl);
  return new GitHubPublisher({
    client,
    repository: namesOf(job.pull),
    pull: job.pull.pull,
    headSha: job.headSha,
    identity,
    writesCheck: true,
    externalId: externalIdOf(job),
    detailsUrl: null,
    checkId: job.checkId,
    comment: job.commentId === null ? null : { id: job.commentId, body: null },
    retry: job.attempt > 1,
    commentPolicy: () => (seen.snapshot?.config.config ?? DEFAULT_CONFIG).comment,
    renderComment: (review) =>
      renderComment(review, { links: githubLinks(webUrl, review.report.subject) }),
    renderCheck: (review) =>
      renderCheck(review, { links: githubLinks(webUrl, review.report.subject) }),
    renderProgress: (phase) => progressText(phase, language),
    renderCancelled: (reason) => cancelledText(reason, language),
    onCheckCreated: async () => {},
    onCommentStored: async ({ id }) => {
      seen.commentId = id;
    },
    onNotice: (notice) => logNotice(notice, job, log),
  });
}

function withPhases(publisher: GitHubPublisher, run: JobRun): Publisher {
  return {
    progress: async (phase) => {
      run.onPhase(phase);
      await publisher.progress(phase);
    },
    publish: async (review) => await publisher.publish(review),
  };
}

function logNotice(notice: PublishNotice, job: ReviewJob, log: Log): void {
  const fields = { pull: keyOf(job.pull), headSha: job.headSha, notice: notice.kind };
  const detail =
    notice.kind === 'annotations_refused' ? { count: notice.count } : { err: notice.error };
  log.warn({ ...fields, ...detail }, 'review published in part');
}

function agentSignal(job: ReviewJob, run: JobRun): AbortSignal {
  const leftMs = Math.max(job.deadlineAt - Date.now(), 0);
  const reserveMs = Math.min(RESERVE_MS, leftMs / 5);
  return AbortSignal.any([run.signal, AbortSignal.timeout(Math.round(leftMs - reserveMs))]);
}
