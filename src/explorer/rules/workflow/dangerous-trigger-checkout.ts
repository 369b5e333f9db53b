import {
  actionOf,
  type Job,
  type Step,
  WORKFLOW_FILES,
  workflowParser,
} from '../../parsers/workflow.ts';
import { asText } from '../../parsers/yaml.ts';
import { defineFileRule } from '../../rule.ts';

/** Both run with the token and secrets of the base repository, whoever opened the pull request. */
const PRIVILEGED: ReadonlySet<string> = new Set(['pull_request_target', 'workflow_run']);

const FOREIGN_REF =
  /github\.head_ref|github\.event\.pull_request\.head\.|github\.event\.workflow_run\.head_|github\.event\.pull_request\.merge_commit_sha|refs\/pull\//iu;

const FOREIGN_FETCH =
  /\bgh\s+pr\s+checkout\b|\bgit\s+fetch\b[^\n]*\bpull\/|\bgit\s+checkout\b[^\n]*\$\{\{\s*github\.(?:head_ref|event\.pull_request\.head)/iu;

/** Commands that run what the checkout brought: scripts, build files, package hooks. */
const EXECUTES =
  /(?:^|[;&|(]|\b(?:then|do|sudo|exec))[ \t]*(?:\w+=\S*[ \t]+)*(?:(?:npm|npx|yarn|pnpm|bun|node|make|cmake|pip3?|poetry|uv|tox|pytest|python3?|go|cargo|mvn|gradle|bundle|rake|composer|php|dotnet|docker|terraform|bazel|ruby|deno|sh|bash)(?=[\s;&|)]|$)|\.\.?\/\S)/mu;

/** Conditions that keep strangers out: a branch of this repository, or one named author. */
const TRUSTED_ONLY =
  /head\.repo\.(?:full_name|fork|owner\.login)|head_repository\.|pull_request\.user\.login\s*==/iu;

/** Conditions that let a maintainer look first, or that an attacker may get around. */
const GATED = /labels|author_association|github\.(?:triggering_)?actor\s*==|sender\.login\s*==/iu;

export default defineFileRule({
  id: 'workflow/dangerous-trigger-checkout',
  wave: 1,
  item: 'input_validation',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'happy_path_is_rare',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'security_vulnerability',
    when: {
      en: 'A job triggered by `pull_request_target` or `workflow_run` checks out the pull request’s code, runs it in a later step, and nothing in the job (label, environment, author check) stands between.',
      vi: 'Một job được kích hoạt bởi `pull_request_target` hoặc `workflow_run` checkout code của pull request rồi chạy nó ở step sau, mà trong job không có gì chặn lại (label, environment, kiểm tra tác giả).',
    },
  },
  surfaces: ['GitHub Actions'],
  files: WORKFLOW_FILES,
  optOuts: ['zizmor: ignore'],
  title: {
    en: 'Job `{job}` gives a stranger’s code the repository’s secrets',
    vi: 'Job `{job}` cho code của người lạ dùng secret của repository',
  },
  impact: {
    en: 'Anybody who opens a pull request from a fork can read the secrets of job `{job}` and push with its token.',
    vi: 'Bất kỳ ai mở pull request từ fork đều đọc được secret của job `{job}` và push được bằng token của nó.',
  },
  why: {
    en: 'The trigger `{trigger}` runs with the token and secrets of this repository, and step `{step}` fetches the unreviewed head of the pull request into the same job.',
    vi: 'Trigger `{trigger}` chạy với token và secret của repository này, còn step `{step}` lấy phần head chưa được review của pull request vào chính job đó.',
  },
  fix: {
    en: 'Build and test under `pull_request`; leave `{trigger}` only to a job that handles the results without checking out the head.',
    vi: 'Build và test dưới `pull_request`; chỉ để `{trigger}` cho job xử lý kết quả mà không checkout head.',
  },
  later: {
    en: 'Split the workflow in two: an unprivileged one that uploads artifacts, and a privileged one that treats them as untrusted data.',
    vi: 'Tách workflow làm hai: một workflow không đặc quyền upload artifact, một workflow có quyền và coi artifact đó là dữ liệu không tin cậy.',
  },
  references: [
    'https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/',
    'https://docs.zizmor.sh/audits/#dangerous-triggers',
  ],

  *check(file) {
    const workflow = file.parse(workflowParser);
    const trigger = workflow.triggers.find((name) => PRIVILEGED.has(name));
    if (trigger === undefined) return;
    for (const job of workflow.jobs) {
      for (const step of job.steps) {
        if (!fetchesHead(step) || isTrustedOnly(job, step)) continue;
        const gated = isGated(job, step, workflow.value['on']);
        yield {
          ...step.range,
          // The trigger, a gate or a later command may be what the change touches.
          span: { line: 1, endLine: file.lines.length },
          anchor: `${trigger}:${job.id}/${step.label}${gated ? ':gated' : ''}`,
          values: { job: job.id, step: step.label, trigger },
          blocks: !gated && isExecutedAfter(job, step),
        };
      }
    }
  },

  examples: {
    bad: [
      {
        path: '.github/workflows/preview.yml',
        code: `on: pull_request_target
jobs:
  preview:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.event.pull_request.head.sha }}
      - run: npm ci && npm run build
`,
      },
      {
        path: '.github/workflows/report.yml',
        code: `on:
  workflow_run: { workflows: [ci], types: [completed] }
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
      - name: Get code
        uses: actions/checkout@v4
        with: { ref: '\${{ github.event.workflow_run.head_branch }}', repository: '\${{ github.event.workflow_run.head_repository.full_name }}' }
      - run: make coverage
`,
      },
    ],
    good: [
      {
        // Looks bad: the trigger is privileged, but the checkout is the base branch.
        path: '.github/workflows/label.yml',
        code: `on: pull_request_target
jobs:
  label:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ./label.sh
        env: { HEAD: '\${{ github.event.pull_request.head.sha }}' }
`,
      },
      {
        // Looks bad: the head is checked out, with the rights of a fork.
        path: '.github/workflows/ci.yml',
        code: `on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { ref: '\${{ github.event.pull_request.head.sha }}' }
      - run: npm test
`,
      },
      {
        path: '.github/workflows/deploy.yml',
        code: `on: pull_request_target
jobs:
  deploy:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { ref: '\${{ github.event.pull_request.head.sha }}' }
      - run: make preview
`,
      },
    ],
  },
});

function fetchesHead(step: Step): boolean {
  if (actionOf(step) !== 'actions/checkout')
    return step.run !== null && FOREIGN_FETCH.test(step.run);
  return [step.with['ref'], step.with['repository']].some((value) =>
    FOREIGN_REF.test(asText(value) ?? ''),
  );
}

function conditionsOf(job: Job, step: Step): string {
  return `${asText(job.value['if']) ?? ''} ${step.condition ?? ''}`;
}

function isTrustedOnly(job: Job, step: Step): boolean {
  return TRUSTED_ONLY.test(conditionsOf(job, step));
}

function isGated(job: Job, step: Step, on: unknown): boolean {
  if (job.environment !== null || GATED.test(conditionsOf(job, step))) return true;
  return /"types":\[?"labeled"\]?[,}]/u.test(JSON.stringify(on) ?? '');
}

function isExecutedAfter(job: Job, step: Step): boolean {
  const own = step.run !== null && EXECUTES.test(step.run);
  const later = job.steps.slice(job.steps.indexOf(step) + 1);
  return own || later.some((s) => s.uses?.startsWith('./') === true || EXECUTES.test(s.run ?? ''));
}
