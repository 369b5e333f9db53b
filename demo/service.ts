import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { APP_ID } from './shim/emulator.ts';

export interface ServiceOptions {
  /** Folder of the package: this checkout, or an installed tarball. */
  readonly packageFolder: string;
  readonly port: number;
  readonly githubUrl: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly dataFolder: string;
  /** A cassette that plays the model; null runs without a model. */
  readonly replay: string | null;
}

export interface RunningService {
  readonly webhookUrl: string;
  /** What the service has logged, for when a step fails. */
  log(): string;
  /** SIGTERM, then waits for the drain; answers with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the compiled program as a process of its own, as an operator would. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const lines: string[] = [];
  const child = spawn(process.execPath, [join(options.packageFolder, 'dist/main.js')], {
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));
  const service: RunningService = {
    webhookUrl: webhookUrl(options.port),
    log: () => lines.join(''),
    stop: async () => await stop(child),
  };
  await untilReady(options.port, child, service);
  return service;
}

export function webhookUrl(port: number): string {
  return `http://127.0.0.1:${port}/api/github/webhooks`;
}

function environmentOf(options: ServiceOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    PORT: String(options.port),
    APP_ID: String(APP_ID),
    PRIVATE_KEY: options.privateKey,
    WEBHOOK_SECRET: options.webhookSecret,
    GITHUB_API_URL: options.githubUrl,
    OPS_DATA_DIR: options.dataFolder,
    LOG_LEVEL: 'info',
    ...(options.replay !== null && { OPS_MODEL_REPLAY: options.replay }),
  };
}

const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 50;

async function untilReady(
  port: number,
  child: ChildProcess,
  service: RunningService,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`the service ended with ${child.exitCode}:\n${service.log()}`);
    if (await isReady(port)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  child.kill('SIGKILL');
  throw new Error(`the service was not ready in time:\n${service.log()}`);
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGTERM');
  const [code] = await ended;
  return code;
}

/** A port of loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
