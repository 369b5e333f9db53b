import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { runTool, type ToolOutput } from './run-tool.ts';
import type { StepResult } from './step.ts';

const VitestOutput = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

export interface TestResult extends StepResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NO_REPORT: z.input<typeof VitestOutput> = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  testResults: [],
};

/** Runs all tests; vitest writes its report to `reportPath`. */
export async function runTests(reportPath: string): Promise<TestResult> {
  const output = await runTool('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
  ]);
  // Vitest that cannot start, say for its configuration, writes no report.
  if (!existsSync(reportPath)) return judgeTests(NO_REPORT, output);
  return judgeTests(JSON.parse(readFileSync(reportPath, 'utf8')), output);
}

/** A file that does not even load counts as one failed test, and so does an error outside of any test. */
export function judgeTests(report: unknown, output: Pick<ToolOutput, 'code' | 'all'>): TestResult {
  const parsed = VitestOutput.parse(report);
  const unloaded = parsed.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const counted = parsed.numFailedTests + unloaded.length;
  const failed = output.code === 0 ? counted : Math.max(counted, 1);
  return {
    count: parsed.numPassedTests + failed,
    unit: 'tests',
    problems: failed === 0 ? [] : [output.all],
    passed: parsed.numPassedTests,
    failed,
    skipped: parsed.numPendingTests,
  };
}
