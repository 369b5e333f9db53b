import { noDirectNock } from '../../../../tools/lint/rules/no-direct-nock.ts';
import { noProcessEnv } from '../../../../tools/lint/rules/no-process-env.ts';
import { noToMatchSnapshot } from '../../../../tools/lint/rules/no-to-match-snapshot.ts';
import { ruleShape } from '../../../../tools/lint/rules/rule-shape.ts';
import { staticLogMessage } from '../../../../tools/lint/rules/static-log-message.ts';
import { tester } from './tester.ts';

tester.run('static-log-message', staticLogMessage, {
  valid: [
    { filename: 'src/jobs/a.ts', code: "log.warn({ ruleId, path }, 'rule failed');" },
    { filename: 'src/jobs/a.ts', code: "deps.log.info('started');" },
    { filename: 'src/jobs/a.ts', code: 'log.error(fields);' },
    { filename: 'src/jobs/a.ts', code: 'document.info(`${name} done`);' },
    { filename: 'test/a.ts', code: 'log.info(`${name} done`);' },
  ],
  invalid: [
    { filename: 'src/jobs/a.ts', code: 'log.info(`${name} done`);', errors: 1 },
    { filename: 'src/jobs/a.ts', code: "deps.log.error('failed: ' + text);", errors: 1 },
    {
      filename: 'src/jobs/a.ts',
      code: 'class A { #logger; b() { this.#logger.warn({ path }, message); } }',
      errors: 1,
    },
    {
      filename: 'src/jobs/a.ts',
      code: 'log.warn({ path }, `rule ${id} failed`);',
      errors: [/constant/u],
    },
  ],
});

tester.run('no-process-env', noProcessEnv, {
  valid: [
    { filename: 'src/main.ts', code: 'start(process.env);' },
    { filename: 'src/cli.ts', code: 'start(process.env);' },
    { filename: 'src/jobs/a.ts', code: 'const id = process.pid;' },
    { filename: 'tools/check.ts', code: 'process.env.CI;' },
  ],
  invalid: [
    {
      filename: 'src/jobs/a.ts',
      code: 'process.env.PORT;',
      errors: [/main\.ts and src\/cli\.ts/u],
    },
    { filename: 'src/cli/review.ts', code: "process['env'];", errors: 1 },
    { filename: 'src/jobs/a.ts', code: 'const { env } = process;', errors: 1 },
    { filename: 'src/jobs/a.ts', code: "import { env } from 'node:process';", errors: 1 },
  ],
});

tester.run('no-to-match-snapshot', noToMatchSnapshot, {
  valid: [
    "expect(text).toMatchFileSnapshot('golden/a.md');",
    'expect(text).toMatchInlineSnapshot();',
  ],
  invalid: [{ code: 'expect(text).toMatchSnapshot();', errors: [/toMatchFileSnapshot/u] }],
});

tester.run('no-direct-nock', noDirectNock, {
  valid: [
    { filename: 'test/support/http.ts', code: "import nock from 'nock';" },
    { filename: 'test/unit/a.test.ts', code: "import { http } from '../support/http.ts';" },
  ],
  invalid: [
    {
      filename: 'test/unit/a.test.ts',
      code: "import nock from 'nock';",
      errors: [/test\/support\/http\.ts only/u],
    },
    { filename: 'test/unit/a.test.ts', code: "await import('nock');", errors: 1 },
  ],
});

const rule = 'src/explorer/rules/compose/no-healthcheck.ts';

tester.run('rule-shape', ruleShape, {
  valid: [
    { filename: rule, code: "export default defineFileRule({ id: 'compose/no-healthcheck' });" },
    { filename: rule, code: "export default defineComposeRule({ id: 'compose/no-healthcheck' });" },
    { filename: 'src/explorer/rules/compose/define-compose-rule.ts', code: 'export const a = 1;' },
    { filename: 'src/explorer/rule.ts', code: 'export const a = 1;' },
  ],
  invalid: [
    {
      filename: rule,
      code: "export default defineFileRule({ id: 'compose/no-probe' });",
      errors: [/write id: 'compose\/no-healthcheck'/u],
    },
    {
      filename: rule,
      code: "export default { id: 'compose/no-healthcheck' };",
      errors: [/defineFileRule/u],
    },
    { filename: rule, code: 'export const rule = 1;', errors: [/has no default export/u] },
  ],
});
