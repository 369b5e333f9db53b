import { readFile } from 'node:fs/promises';
import { openStore, type Store } from '../adapters/sqlite/open-store.ts';
import { type AppCredentials, isPem, type ServiceEnvironment } from '../config/environment.ts';
import { isOpsError, OpsError } from '../domain/ops-error.ts';
import type { Log } from '../jobs/log.ts';
import { Worker } from '../jobs/worker.ts';
import type { WorkerDeps } from '../jobs/worker-deps.ts';
import { createIntake, INTAKE_PATH } from '../webhooks/intake.ts';
import type { GitHubParts } from './github-parts.ts';
import { answer, type HttpHandler, type Listening, listen } from './http-server.ts';
import { ReconcileRounds } from './reconcile-rounds.ts';

export interface ServiceOptions {
  readonly environment: ServiceEnvironment;
  /** For what is chosen by the environment further in: model, agent file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** Drains and closes everything; at most `drainMs` and a few seconds. */
  stop(): Promise<void>;
}

/** Starts intake, worker and reconciler; without any credential only the setup page. Throws `OpsError`. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { app } = options.environment;
  return app === null ? await startSetup(options) : await startReviews(options, app);
}

/** Bound to the loopback whatever HOST says: the page is for whoever sits at this machine. */
async function startSetup({ environment, log }: ServiceOptions): Promise<Service> {
  const { setupPage } = await import('./setup-page.ts');
  const { webUrlOf } = await import('./web-url.ts');
  const notSetUp: HttpHandler = async (_, response) => await answer(response, 503, 'not set up\n');
  const routes = {
    '/': setupPage(webUrlOf(environment.githubApiUrl), environment.githubApiUrl),
    '/healthz': alive,
    '/readyz': notSetUp,
    [INTAKE_PATH]: notSetUp,
  };
  const listening = await listen(routes, { host: '127.0.0.1', port: environment.port }, log);
  log.warn({ url: listening.url }, 'no credentials are set; open the setup page');
  return { url: listening.url, stop: async () => await listening.stop() };
}

async function startReviews(options: ServiceOptions, app: AppCredentials): Promise<Service> {
  const { environment, log } = options;
  const privateKey = await readPrivateKey(app.privateKey);
  const store = await openStore({ dataDir: environment.dataDir, now: Date.now });
  // Deliveries are taken from the first moment on; the worker comes when its parts are loaded.
  let worker: Worker | null = null;
  let draining = false;
  const isWorking = () => worker?.isRunning === true && !draining;
  const routes = {
    '/healthz': alive,
    '/readyz': readiness(store, isWorking),
    [INTAKE_PATH]: createIntake({
      secrets: app.webhookSecrets,
      appId: app.appId,
      accept: async (arrival) => await store.ledger.accept(arrival),
      onQueued: () => worker?.wake(),
      log,
    }),
  };
  const listening = await listenOrClose(routes, environment, log, store);
  log.info({ url: listening.url, dataDir: environment.dataDir }, 'listening');
  const { createGitHubParts } = await import('./github-parts.ts');
  const github = createGitHubParts({ ...options, credentials: app, privateKey });
  const deps = workerDeps(options, store, github);
  worker = new Worker(deps);
  worker.start();
  const rounds = new ReconcileRounds(deps, async () => {
    await store.prune();
    worker?.wake();
  });
  rounds.start(environment.reconcileMs);
  return {
    url: listening.url,
    stop: async () => {
      draining = true;
      log.info({ drainMs: environment.drainMs }, 'draining');
      // The door stays open meanwhile: a delivery that is stored now is the next process's, a refused one is lost.
      await Promise.all([worker.stop(environment.drainMs), rounds.stop()]);
      await listening.stop();
      await github.close();
      await store.close();
      log.info({}, 'stopped');
    },
  };
}

async function listenOrClose(
  routes: Readonly<Record<string, HttpHandler>>,
  address: ServiceEnvironment,
  log: Log,
  store: Store,
): Promise<Listening> {
  try {
    return await listen(routes, address, log);
  } catch (error) {
    await store.close();
    throw error;
  }
}

const alive: HttpHandler = async (_, response) => await answer(response, 200, 'alive\n');

function readiness(store: Store, isWorking: () => boolean): HttpHandler {
  return async (_, response) => {
    if (!isWorking()) return await answer(response, 503, 'draining\n');
    try {
      await store.checkWritable();
    } catch (error) {
      if (!isOpsError(error)) throw error;
      return await answer(response, 503, 'store not writable\n');
    }
    await answer(response, 200, 'ready\n');
  };
}

async function readPrivateKey(key: AppCredentials['privateKey']): Promise<string> {
  if (key.kind === 'pem') return key.pem;
  const text = await readFile(key.path, 'utf8').catch((cause: unknown) => {
    throw new OpsError('environment.invalid', `PRIVATE_KEY_PATH: ${key.path} cannot be read.`, {
      remedy: 'Name the PEM file of the GitHub App, readable by this user.',
      cause,
    });
  });
  if (isPem(text)) return text;
  throw new OpsError('environment.invalid', `PRIVATE_KEY_PATH: ${key.path} holds no PEM key.`, {
    remedy: "Generate a private key on the App's settings page.",
  });
}

function workerDeps(options: ServiceOptions, store: Store, github: GitHubParts): WorkerDeps {
  const { concurrency, deadlineMs, debounceMs } = options.environment;
  return {
    queue: store.queue,
    ledger: store.ledger,
    host: github.host,
    runJob: github.runJob,
    log: options.log,
    now: Date.now,
    settings: { concurrency, deadlineMs, debounceMs },
  };
}
