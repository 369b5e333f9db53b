/**
 * `npm run check`: all that must hold before a change is merged, on every machine the same. Runs every step,
 * also after one that failed, and closes with `N passed, N failed`: tests, and one more for each failed step.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeResult, hasPassed, type StepResult } from './check/step.ts';
import { STEPS } from './check/steps.ts';
import { runTests } from './check/tests.ts';

let failedSteps = 0;
for (const { name, run } of STEPS) {
  const result = await show(name, run);
  if (!hasPassed(result)) failedSteps += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'ops-check-'));
try {
  const tests = await show('tests', async () => await runTests(join(folder, 'vitest.json')));
  if (tests.skipped > 0) console.log(`           ${tests.skipped} skipped`);
  const failed = tests.failed + failedSteps + (tests.count === 0 ? 1 : 0);
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`${tests.passed} passed, ${failed} failed`);
} finally {
  rmSync(folder, { recursive: true });
}

async function show<R extends StepResult>(name: string, run: () => Promise<R>): Promise<R> {
  const start = performance.now();
  process.stdout.write(name.padEnd(11));
  const result = await run();
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`${describeResult(result)} (${seconds} s)`);
  for (const problem of result.problems) console.log(`  ${problem.trimEnd()}`);
  return result;
}
