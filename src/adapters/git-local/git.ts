import { spawn } from 'node:child_process';
import { OpsError } from '../../domain/ops-error.ts';

/**
 * Nothing of a repository is ever executed: no hook, no file system monitor, no external diff, no lazy fetch
 * from a promisor remote. `safe.directory` is granted because the repository is only read.
 */
const SAFE_SETTINGS = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'safe.directory=*',
  '-c',
  'core.quotePath=false',
  '-c',
  'protocol.allow=never',
];

const ENVIRONMENT: NodeJS.ProcessEnv = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  LC_ALL: 'C',
};

/** Larger answers than this mean a change that no review can hold. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The git that is found on PATH; the only thing that is taken from the surroundings. */
export interface Git {
  readonly directory: string;
  /** Runs git to its end. Throws `repository.unreadable` when git cannot be started. */
  run(args: readonly string[]): Promise<GitResult>;
  /** Arguments and environment for a git process that stays. */
  command(args: readonly string[]): { readonly args: string[]; readonly env: NodeJS.ProcessEnv };
}

export function gitIn(directory: string, path: string | undefined): Git {
  const env = path === undefined ? ENVIRONMENT : { ...ENVIRONMENT, PATH: path };
  const command: Git['command'] = (args) => ({
    args: ['-C', directory, ...SAFE_SETTINGS, ...args],
    env,
  });
  return { directory, command, run: async (args) => await runToEnd(command(args)) };
}

async function runToEnd(command: ReturnType<Git['command']>): Promise<GitResult> {
  return await new Promise((resolve, reject) => {
    const child = spawn('git', command.args, {
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let sizeBytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => reject(gitMissing(error)));
    child.on('close', (status) => {
      if (sizeBytes > MAX_OUTPUT_BYTES)
        reject(new OpsError('repository.unreadable', 'git printed more than 256 MB'));
      else
        resolve({
          status: status ?? 1,
          stdout: Buffer.concat(out),
          stderr: Buffer.concat(err).toString('utf8').trim(),
        });
    });
  });
}

export function gitMissing(cause: Error): OpsError {
  return new OpsError('repository.unreadable', `git could not be started: ${cause.message}.`, {
    remedy: 'Install git 2.36 or newer and make sure that it is on PATH.',
    cause,
  });
}
