import { expect, it } from 'vitest';
import { describeResult, hasPassed } from '../../../tools/check/step.ts';

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
