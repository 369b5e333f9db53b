import { createGitHubApp, type GitHubApp } from '../adapters/github/app.ts';
import type { AppCredentials, ServiceEnvironment } from '../config/environment.ts';
import type { Log } from '../jobs/log.ts';
import type { PullHost, WorkerDeps } from '../jobs/worker-deps.ts';
import { authenticateWithProbot } from '../webhooks/probot-auth.ts';
import { createGitHubHost } from './github-host.ts';
import type { ReviewRunner } from './review-job.ts';

export interface GitHubPartsOptions {
  readonly environment: ServiceEnvironment;
  readonly credentials: AppCredentials;
  /** PEM. */
  readonly privateKey: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export interface GitHubParts {
  readonly host: PullHost;
  readonly runJob: WorkerDeps['runJob'];
  close(): Promise<void>;
}

/** Everything that speaks to GitHub for the worker. What reviews need is loaded with the first of them. */
export function createGitHubParts(options: GitHubPartsOptions): GitHubParts {
  const { environment, credentials } = options;
  const apiUrl = environment.githubApiUrl;
  const app = createGitHubApp({
    appId: credentials.appId,
    privateKey: options.privateKey,
    apiUrl,
    pace: environment.paced ? 'github' : 'none',
    authenticate: authenticateWithProbot({ secrets: credentials.webhookSecrets, apiUrl }),
  });
  let loading: Promise<ReviewRunner> | null = null;
  return {
    host: createGitHubHost(app, environment.language),
    runJob: async (job, run) => {
      loading ??= loadRunner(app, options);
      return await (await loading).run(job, run);
    },
    close: async () => {
      if (loading !== null) await (await loading).close();
    },
  };
}

async function loadRunner(
  app: GitHubApp,
  { environment, env, log }: GitHubPartsOptions,
): Promise<ReviewRunner> {
  const { createReviewRunner } = await import('./review-job.ts');
  const { githubApiUrl: apiUrl, language } = environment;
  return createReviewRunner({ app, apiUrl, language, env, log });
}
