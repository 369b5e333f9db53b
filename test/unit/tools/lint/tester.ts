import { RuleTester } from 'oxlint/plugins-dev';
import { describe, it } from 'vitest';

RuleTester.describe = describe;
RuleTester.it = it;

/** Runs a rule as oxlint would on the repository; file names are relative to its root. */
export const tester = new RuleTester({
  cwd: process.cwd(),
  languageOptions: { sourceType: 'module' },
});
