import { spawn } from 'node:child_process';
import { delimiter, resolve } from 'node:path';

export interface ToolOutput {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, in the order in which they came. */
  readonly all: string;
}

/** Runs a program of `node_modules/.bin`. Rejects when it cannot be started or is killed. */
export async function runTool(command: string, args: readonly string[]): Promise<ToolOutput> {
  const path = [resolve('node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, NO_COLOR: '1' },
  });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const { promise, resolve: settle, reject } = Promise.withResolvers<ToolOutput>();
  child.on('error', reject);
  child.on('close', (code, signal) => {
    if (code === null) reject(new Error(`${command} was ended by ${signal}`));
    else settle({ code, stdout, all });
  });
  return await promise;
}
