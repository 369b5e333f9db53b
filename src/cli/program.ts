import { Command, CommanderError, Option } from 'commander';
import { OpsError } from '../domain/ops-error.ts';
import { FORMATS } from '../publish/render/index.ts';
import { Language, Tier } from '../domain/vocabulary.ts';
import { ProcessPool } from '../explorer/pool/process-pool.ts';
import { exitCodes } from './exit-codes.ts';
import type { ReviewOptions } from './review-command.ts';
import type { Surroundings } from './surroundings.ts';
import { readVersion } from './version.ts';

/**
 * Runs one command line and answers with the exit code. Never throws, never ends the process. The pool may
 * have been started already; it is closed in the end.
 */
export async function runProgram(
  args: readonly string[],
  around: Surroundings,
  pool: ProcessPool = new ProcessPool(),
): Promise<number> {
  let exitCode: number = exitCodes.ready;
  const settle = (code: number): void => {
    exitCode = code;
  };
  try {
    await buildProgram(around, settle, pool).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, around, args.includes('--verbose'));
  } finally {
    await pool.close();
  }
}

type Settle = (exitCode: number) => void;

function buildProgram(around: Surroundings, settle: Settle, pool: ProcessPool): Command {
  const program = new Command('ops')
    .description(
      'Reviews a change for production readiness: if this deploys tomorrow, what breaks?',
    )
    .version(readVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void around.stdout.write(text),
      writeErr: (text) => void around.stderr.write(text),
    })
    .showHelpAfterError('Run `ops --help` for what there is.');
  addReview(program, around, settle, pool);
  addScan(program, around, settle, pool);
  addRules(program, around, settle);
  addAgent(program, around, settle);
  addConfig(program, around, settle);
  // Commander hands these to subcommands only when they are added after this point.
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

function withCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', `how to print (${FORMATS.join(', ')}); may be repeated`)
        .argParser(collect)
        .default([] as string[], 'terminal'),
    )
    .addOption(
      new Option('--output <file>', 'where the format before it goes; - is standard output')
        .argParser(collect)
        .default([] as string[], 'standard output'),
    )
    .option('--no-agent', 'rules only, even when a model key is configured')
    .addOption(new Option('--lang <language>', 'language of the review').choices(Language.options))
    .addOption(new Option('--tier <tier>', 'how much there is to lose').choices(Tier.options))
    .option('--config <file>', 'use this file instead of .github/ops.yml of the base')
    .option('--quiet', 'no progress', false)
    .option('--verbose', 'the causes of an error too', false);
}

function addReview(
  program: Command,
  around: Surroundings,
  settle: Settle,
  pool: ProcessPool,
): void {
  withCommonOptions(program.command('review'))
    .description('review a range of a git repository, or a pull request')
    .option('--repo <dir>', 'the repository, bare ones too', '.')
    .option('--base <rev>', 'what the change is compared with (default: the default branch)')
    .option('--head <rev>', 'the reviewed revision (default: HEAD)')
    .option('--staged', 'review what is staged for the next commit', false)
    .option('--pr <owner/repo#number>', 'review a pull request on GitHub; needs GITHUB_TOKEN')
    .option('--post', 'with --pr: write the review comment', false)
    .action(async (options: ReviewOptions) => {
      const { review } = await import('./review-command.ts');
      settle(await review(options, around, pool));
    });
}

function addScan(program: Command, around: Surroundings, settle: Settle, pool: ProcessPool): void {
  withCommonOptions(program.command('scan'))
    .description('look at files as if a change had just added them')
    .argument('<path...>', 'files and folders')
    .action(async (paths: string[], options: ReviewOptions) => {
      const { scan } = await import('./review-command.ts');
      settle(await scan(paths, options, around, pool));
    });
}

function addRules(program: Command, around: Surroundings, settle: Settle): void {
  program
    .command('rules')
    .description('list the rules, or explain one')
    .argument('[id]', 'the rule to explain')
    .addOption(new Option('--format <format>').choices(['terminal', 'json']).default('terminal'))
    .addOption(new Option('--lang <language>').choices(Language.options).default('en'))
    .addOption(new Option('--family <family>', 'only this family'))
    .action(async (id: string | undefined, options: RulesOptions) => {
      const { printRules } = await import('./rules-command.ts');
      settle(await printRules(id ?? null, options, around));
    });
}

export interface RulesOptions {
  readonly format: 'terminal' | 'json';
  readonly lang: Language;
  readonly family?: string;
}

function addAgent(program: Command, around: Surroundings, settle: Settle): void {
  program
    .command('agent')
    .description('agent files')
    .command('check')
    .description('say what Ops understands of an agent file')
    .argument('<file>')
    .action(async (file: string) => {
      const { checkAgent } = await import('./check-commands.ts');
      settle(await checkAgent(file, around));
    });
}

function addConfig(program: Command, around: Surroundings, settle: Settle): void {
  program
    .command('config')
    .description('configuration files')
    .command('check')
    .description('check an ops.yml or ops-waivers.yml')
    .argument('<file>')
    .action(async (file: string) => {
      const { checkConfig } = await import('./check-commands.ts');
      settle(await checkConfig(file, around));
    });
}

/** One line for a mistake of the caller; the whole story only for a defect, or when asked for. */
function report(error: unknown, around: Surroundings, verbose: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (error instanceof OpsError) {
    around.stderr.write(`ops: ${error.explain()}\n`);
    if (verbose && error.cause instanceof Error)
      around.stderr.write(`${error.cause.stack ?? error.cause.message}\n`);
    return exitCodeOf(error);
  }
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  around.stderr.write(`ops: this is a defect of Ops, please report it.\n${story}\n`);
  return exitCodes.internal;
}

/** Errors of the surroundings mean that nothing could be assessed; errors of the call are the caller's. */
function exitCodeOf(error: OpsError): number {
  switch (error.code) {
    case 'usage':
    case 'repository.unreadable':
    case 'revision.unknown':
    case 'environment.invalid':
    case 'agent.invalid':
    case 'config.invalid':
      return exitCodes.usage;
    case 'worker.failed':
      return exitCodes.internal;
    default:
      return exitCodes.notAssessed;
  }
}
