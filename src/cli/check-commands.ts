import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { explainAgent, loadAgent } from '../config/agent-definition.ts';
import { parseConfig } from '../config/load-config.ts';
import type { ConfigLoad } from '../domain/configuration.ts';
import { OpsError } from '../domain/ops-error.ts';
import type { Surroundings } from './surroundings.ts';

/** `ops agent check FILE`: 0 and what was understood, or 1 and what is wrong, with file and line. */
export async function checkAgent(file: string, around: Surroundings): Promise<number> {
  const bytes = await readInput(file, around);
  try {
    around.stdout.write(`${explainAgent(loadAgent(file, bytes))}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    around.stderr.write(`${error.explain()}\n`);
    return 1;
  }
}

/** `ops config check FILE`: 0 and every value, or 1 and each problem with its line. */
export async function checkConfig(file: string, around: Surroundings): Promise<number> {
  const text = new TextDecoder().decode(await readInput(file, around));
  const isWaivers = /waivers\.ya?ml$/u.test(basename(file));
  const load = isWaivers ? parseConfig(null, text) : parseConfig(text, null);
  if (load.kind === 'invalid') {
    // The loader names the file where a repository keeps it; here the caller's own path is of more use.
    for (const problem of load.problems)
      around.stderr.write(`${problem.replace(load.path, file)}\n`);
    return 1;
  }
  around.stdout.write(`${file}: valid\n${valuesOf(load, isWaivers)}`);
  return 0;
}

function valuesOf(load: ConfigLoad, isWaivers: boolean): string {
  if (isWaivers)
    return load.waivers
      .map((w) => `  ${w.concern} until ${w.until}, ${w.owner}: ${w.reason}\n`)
      .join('');
  return Object.entries(load.config)
    .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

export async function readInput(file: string, around: Surroundings): Promise<Uint8Array> {
  try {
    return await readFile(resolve(around.workingDirectory, file));
  } catch (cause) {
    throw new OpsError('usage', `${file} cannot be read.`, {
      remedy: 'Name an existing file.',
      cause,
    });
  }
}
