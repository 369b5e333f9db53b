import { expect, it } from 'vitest';
import { describeResult, hasPassed } from '../../../tools/check/step.ts';
import { judgeTests } from '../../../tools/check/tests.ts';

it.each([
  { name: 'looked and found nothing', count: 12, problems: [], passed: true, text: '12 files' },
  {
    name: 'looked at nothing',
    count: 0,
    problems: [],
    passed: false,
    text: 'failed: looked at no files',
  },
  {
    name: 'found one problem',
    count: 12,
    problems: ['a.ts:1: wrong'],
    passed: false,
    text: 'failed: 12 files, 1 problem',
  },
])('a step that $name', ({ count, problems, passed, text }) => {
  const result = { count, unit: 'files', problems };

  expect(hasPassed(result)).toBe(passed);
  expect(describeResult(result)).toBe(text);
});

const PASSED = { name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] };
const FAILED = { name: 'b.test.ts', status: 'failed', assertionResults: [{ status: 'failed' }] };
const UNLOADED = { name: 'c.test.ts', status: 'failed', assertionResults: [] };

it.each([
  { name: 'all passed', code: 0, tests: 0, files: [PASSED], failed: 0 },
  { name: 'a test failed', code: 1, tests: 1, files: [PASSED, FAILED], failed: 1 },
  { name: 'a file did not load', code: 1, tests: 0, files: [PASSED, UNLOADED], failed: 1 },
  { name: 'both', code: 1, tests: 1, files: [FAILED, UNLOADED], failed: 2 },
  { name: 'an error outside of any test', code: 1, tests: 0, files: [PASSED], failed: 1 },
])('tests: $name', ({ code, tests, files, failed }) => {
  const report = {
    numPassedTests: 3,
    numFailedTests: tests,
    numPendingTests: 0,
    testResults: files,
  };

  const result = judgeTests(report, { code, all: 'the whole output' });

  expect(result).toMatchObject({ passed: 3, failed, count: 3 + failed });
  expect(result.problems).toEqual(failed === 0 ? [] : ['the whole output']);
});
