import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FakeGitHub } from '../../support/fake-github/index.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** The service as a process of its own, as an operator starts it. */
export interface MainProcess {
  readonly child: ChildProcess;
  /** Where it listens; rejects when it exits before. */
  readonly url: Promise<string>;
  readonly exit: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Every log line so far. */
  readonly lines: string[];
}

export interface ProcessFolder {
  readonly dataDir: string;
  remove(): void;
}

export function makeFolder(): ProcessFolder {
  const dataDir = mkdtempSync(join(tmpdir(), 'ops-main-'));
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

/** Starts `src/main.ts` with nothing but this environment. */
export function runMain(env: Readonly<Record<string, string>>): MainProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exit = once(child, 'exit').then(([code]) => ({ code: code as number | null, stderr }));
  const url = new Promise<string>((resolve, reject) => {
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const pieces = (rest + chunk.toString()).split('\n');
      rest = pieces.pop() ?? '';
      for (const line of pieces) {
        lines.push(line);
        const { url: found } = JSON.parse(line) as { url?: string };
        if (found !== undefined) resolve(found);
      }
    });
    void exit.then(({ code }) => reject(new Error(`exited with ${code}: ${stderr}`)));
  });
  url.catch(() => undefined);
  return { child, url, exit, lines };
}

/** What a process needs to serve the app of a fake GitHub. */
export function environmentFor(github: FakeGitHub, dataDir: string): Record<string, string> {
  return {
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.url,
    OPS_GITHUB_PACE: 'none',
    OPS_DEBOUNCE_S: '0',
    OPS_DATA_DIR: dataDir,
  };
}

/** The status of a page; 0 when nobody answers. */
export async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    // Refused or cut: the process is not there (any more).
    return 0;
  }
}
