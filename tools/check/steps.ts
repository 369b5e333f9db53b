import { resolve } from 'node:path';
import { z } from 'zod';
import { findStale, generateFiles } from '../generate/generate.ts';
import { runTool, type ToolOutput } from './run-tool.ts';
import type { Step, StepResult } from './step.ts';

/** Everything but the tests, quickest to mend first. */
export const STEPS: readonly Step[] = [
  { name: 'generated', run: checkGenerated },
  { name: 'format', run: checkFormat },
  { name: 'types', run: checkTypes },
  { name: 'lint', run: checkLint },
  { name: 'knip', run: checkUnused },
];

async function checkGenerated(): Promise<StepResult> {
  const root = process.cwd();
  const { files, problems } = await generateFiles(root);
  const stale = findStale(root, files).map((path) => `${path}: run \`npm run generate\``);
  return { count: files.length, unit: 'files', problems: [...problems, ...stale] };
}

async function checkFormat(): Promise<StepResult> {
  const output = await runTool('oxfmt', ['--check']);
  const count = Number(/ on (\d+) files/u.exec(output.all)?.[1] ?? 0);
  const wrong = output.stdout.split('\n').filter((line) => / \(\d+ms\)$/u.test(line));
  const problems = wrong.map(
    (line) => `${line.replace(/ \(\d+ms\)$/u, '')}: run \`npm run format\``,
  );
  return withExitCode(output, { count, unit: 'files', problems });
}

async function checkTypes(): Promise<StepResult> {
  const output = await runTool('tsc', ['--noEmit', '--listFiles', '--pretty', 'false']);
  const lines = output.stdout.split('\n');
  const count = lines.filter((line) => isOwnSource(line)).length;
  const problems = lines.filter((line) => /\berror TS\d+:/u.test(line));
  return withExitCode(output, { count, unit: 'files', problems });
}

function isOwnSource(line: string): boolean {
  return line.startsWith(`${process.cwd()}/`) && !line.includes('/node_modules/');
}

const LintOutput = z.object({
  number_of_files: z.int(),
  diagnostics: z.array(
    z.object({
      message: z.string(),
      code: z.string().optional(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.int() }) })),
    }),
  ),
});

async function checkLint(): Promise<StepResult> {
  const output = await runTool('oxlint', ['--deny-warnings', '--format', 'json']);
  const lint = LintOutput.safeParse(parseJson(output.stdout));
  if (!lint.success) return { count: 0, unit: 'files', problems: [output.all] };
  const problems = lint.data.diagnostics.map(({ filename, labels, code, message }) => {
    return `${filename}:${labels[0]?.span.line ?? 1}: ${code ?? 'oxlint'}: ${message}`;
  });
  return withExitCode(output, { count: lint.data.number_of_files, unit: 'files', problems });
}

const KnipOutput = z.object({ files: z.int(), problems: z.array(z.string()) });

async function checkUnused(): Promise<StepResult> {
  const reporter = resolve('tools/check/knip-reporter.ts');
  const output = await runTool('knip', ['--no-progress', '--reporter', reporter]);
  const unused = KnipOutput.safeParse(parseJson(output.stdout));
  if (!unused.success) return { count: 0, unit: 'files', problems: [output.all] };
  const { files, problems } = unused.data;
  return withExitCode(output, { count: files, unit: 'files', problems });
}

/** A tool that fails without a problem that we can read shows its whole output. */
function withExitCode(output: ToolOutput, result: StepResult): StepResult {
  if (output.code === 0 || result.problems.length > 0) return result;
  return { ...result, problems: [output.all] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
