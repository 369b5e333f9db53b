import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import picocolors from 'picocolors';
import { DiskChangeSource } from '../adapters/files/disk-change-source.ts';
import { FilesPublisher } from '../adapters/files/files-publisher.ts';
import { GitChangeSource } from '../adapters/git-local/git-change-source.ts';
import { type AgentDefinition, loadAgent } from '../config/agent-definition.ts';
import { parseConfig } from '../config/load-config.ts';
import type { ConfigLoad } from '../domain/configuration.ts';
import { OpsError } from '../domain/ops-error.ts';
import type { Language, Tier, Verdict } from '../domain/vocabulary.ts';
import type { ProcessPool } from '../explorer/pool/process-pool.ts';
import { registry } from '../explorer/registry.ts';
import type { Links } from '../publish/render/links.ts';
import { composeReview, type ReviewParts } from '../review/compose-review.ts';
import { runReview } from '../review/run-review.ts';
import type { ChangeSource } from '../snapshot/change-source.ts';
import { NO_HISTORY } from '../synthesis/context.ts';
import { deadlineFrom, modelFrom, readAgentFile } from './agent-setup.ts';
import { exitCodes } from './exit-codes.ts';
import { pairFormats } from './formats.ts';
import { createProgress } from './progress.ts';
import { type Output, type Surroundings, wantsColour } from './surroundings.ts';
import { readVersion } from './version.ts';

export interface ReviewOptions {
  readonly format: readonly string[];
  readonly output: readonly string[];
  readonly agent: boolean;
  readonly lang?: Language;
  readonly tier?: Tier;
  readonly config?: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly repo: string;
  readonly base?: string;
  readonly head?: string;
  readonly staged: boolean;
  readonly pr?: string;
  readonly post: boolean;
}

const EXIT_CODE: Readonly<Record<Verdict, number>> = {
  ready: exitCodes.ready,
  ready_with_concerns: exitCodes.ready,
  blocked: exitCodes.blocked,
  not_assessed: exitCodes.notAssessed,
};

const DEFAULT_WIDTH = 100;

/** `ops review`: a range of a local repository, or a pull request. Answers with the exit code. */
export async function review(
  options: ReviewOptions,
  around: Surroundings,
  pool: ProcessPool,
): Promise<number> {
  refuseContradictions(options);
  if (options.pr !== undefined) {
    const { openPullRequest } = await import('./pull-request.ts');
    const opened = openPullRequest(options.pr, around);
    return await run(opened.source, options, around, pool, opened);
  }
  const notes: string[] = [];
  const source = new GitChangeSource({
    directory: resolve(around.workingDirectory, options.repo),
    base: options.base ?? null,
    head: options.head ?? null,
    staged: options.staged,
    path: around.env['PATH'],
    onChosen: (text) => notes.push(text),
  });
  try {
    return await run(source, options, around, pool, { notes });
  } finally {
    source.close();
  }
}

/** `ops scan`: files as if newly added. */
export async function scan(
  paths: readonly string[],
  options: ReviewOptions,
  around: Surroundings,
  pool: ProcessPool,
): Promise<number> {
  const source = new DiskChangeSource(around.workingDirectory, paths);
  return await run(source, options, around, pool, {});
}

function refuseContradictions(options: ReviewOptions): void {
  const refuse = (message: string, remedy: string): never => {
    throw new OpsError('usage', message, { remedy });
  };
  if (options.post && options.pr === undefined)
    refuse('--post needs a pull request.', 'Add --pr OWNER/REPO#NUMBER.');
  if (options.pr !== undefined && (options.base ?? options.head) !== undefined)
    refuse('--pr names its own range.', 'Leave --base and --head away.');
  if (options.staged && options.base !== undefined)
    refuse('--staged is compared with the last commit.', 'Leave --base away.');
}

/** What a pull request adds to a local run. */
export interface RunExtras {
  /** Said to the person at the terminal once the change is open. */
  readonly notes?: readonly string[];
  readonly links?: Links;
  /** Writes the comment; only with `--post`. */
  readonly post?: (review: Parameters<FilesPublisher['publish']>[0]) => Promise<void>;
}

async function run(
  source: ChangeSource,
  options: ReviewOptions,
  around: Surroundings,
  pool: ProcessPool,
  extras: RunExtras,
): Promise<number> {
  const outputs = pairFormats(options.format, options.output).map((target) => ({
    ...target,
    output: target.output === null ? null : resolve(around.workingDirectory, target.output),
  }));
  const language = options.lang ?? null;
  const progress = createProgress(around.stderr, { quiet: options.quiet, language });
  const publisher = new FilesPublisher({
    outputs,
    render: {
      terminal: {
        colors: picocolors.createColors(wantsColour(around.stdout, around.env)),
        width: around.stdout.columns ?? DEFAULT_WIDTH,
      },
      links: extras.links ?? null,
    },
    write: async (text) => {
      progress.end();
      await writeAll(around.stdout, text);
    },
    onProgress: (phase) => progress.phase(phase),
  });
  try {
    const parts = await partsOf(source, publisher, pool, options, around);
    const { review: finished } = await runReview(
      composeReview({ ...parts, source: noting(source, extras, progress) }),
    );
    if (options.post) await extras.post?.(finished);
    return EXIT_CODE[finished.report.verdict];
  } finally {
    progress.end();
  }
}

function noting(
  source: ChangeSource,
  extras: RunExtras,
  progress: { note(text: string): void },
): ChangeSource {
  return {
    open: async () => {
      const opened = await source.open();
      for (const note of extras.notes ?? []) progress.note(note);
      if (opened.changes.length === 0)
        progress.note('The two sides are equal: there is nothing to review.');
      return opened;
    },
  };
}

async function partsOf(
  source: ChangeSource,
  publisher: FilesPublisher,
  analyzer: ProcessPool,
  options: ReviewOptions,
  around: Surroundings,
): Promise<ReviewParts> {
  const loadAgentFor = memoised(async (language) =>
    loadAgent(...(await readAgentFile(language, around.env))),
  );
  // Read while git works; whoever asks for it later gets the same answer, errors included.
  loadAgentFor(options.lang ?? null).catch(() => {});
  return {
    source,
    publisher,
    analyzer,
    registry,
    language: options.lang ?? null,
    loadAgent: loadAgentFor,
    modelFor: options.agent ? modelFrom(around.env) : null,
    permission: { switchedOff: !options.agent, askedByMaintainer: true },
    history: NO_HISTORY,
    overrideConfig: await overrideFrom(options, around),
    today: new Date().toISOString().slice(0, 10),
    opsVersion: readVersion(),
    signal: AbortSignal.timeout(deadlineFrom(around.env)),
  };
}

function memoised(
  load: (language: Language | null) => Promise<AgentDefinition>,
): (language: Language | null) => Promise<AgentDefinition> {
  const loaded = new Map<Language | null, Promise<AgentDefinition>>();
  return async (language) => {
    let agent = loaded.get(language);
    if (agent === undefined) {
      agent = load(language);
      loaded.set(language, agent);
    }
    return await agent;
  };
}

/** `--config` replaces what the base says; `--tier` wins over both. */
async function overrideFrom(
  options: ReviewOptions,
  around: Surroundings,
): Promise<(load: ConfigLoad) => ConfigLoad> {
  const named = options.config === undefined ? null : await readConfig(options.config, around);
  return (load) => {
    const chosen = named ?? load;
    if (options.tier === undefined) return chosen;
    return { ...chosen, config: { ...chosen.config, tier: options.tier } };
  };
}

async function readConfig(file: string, around: Surroundings): Promise<ConfigLoad> {
  try {
    const text = await readFile(resolve(around.workingDirectory, file), 'utf8');
    const load = parseConfig(text, null);
    if (load.kind !== 'invalid') return load;
    throw new OpsError(
      'config.invalid',
      load.problems.map((problem) => problem.replace(load.path, file)).join('\n'),
    );
  } catch (cause) {
    if (cause instanceof OpsError) throw cause;
    throw new OpsError('usage', `${file} cannot be read.`, {
      remedy: 'Name an existing file.',
      cause,
    });
  }
}

/** A pipe that is full takes the rest later: without waiting, `ops review | less` would lose its end. */
async function writeAll(output: Output, text: string): Promise<void> {
  await new Promise<void>((done) => void output.write(text, done));
}
