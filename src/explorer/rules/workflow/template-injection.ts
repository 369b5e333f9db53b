import {
  actionOf,
  type Job,
  type Step,
  type Workflow,
  WORKFLOW_FILES,
  workflowParser,
  expressionsIn,
} from '../../parsers/workflow.ts';
import { untrustedIn } from '../../parsers/workflow-expression.ts';
import { asMap, asText, valueAt, type YamlMap } from '../../parsers/yaml.ts';
import { defineFileRule, type LineRange } from '../../rule.ts';

/**
 * With `pull_request` alone a fork's run has a read-only token and no secrets, and its author could change
 * the workflow itself; what a reusable workflow or action runs with only its caller knows.
 */
const UNPRIVILEGED: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'merge_group',
  'workflow_call',
  'workflow_dispatch',
  'schedule',
]);

export default defineFileRule({
  id: 'workflow/template-injection',
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
      en: 'A text that anybody may choose (title, body, comment, branch name, commit message) is pasted into a script of a workflow that runs with the rights of the repository: any trigger beyond `pull_request`.',
      vi: 'Đoạn văn bản mà bất kỳ ai cũng viết được (tiêu đề, nội dung, bình luận, tên branch, commit message) bị chèn thẳng vào script của một workflow chạy với quyền của repository: mọi trigger ngoài `pull_request`.',
    },
  },
  surfaces: ['GitHub Actions'],
  files: [...WORKFLOW_FILES, '**/action.{yml,yaml}'],
  optOuts: ['zizmor: ignore'],
  title: {
    en: 'Step `{step}` runs text that an outsider writes',
    vi: 'Step `{step}` thực thi văn bản do người ngoài viết',
  },
  impact: {
    en: 'Whoever can open an issue or pull request can run commands in this workflow, and take the token and secrets of job `{job}`.',
    vi: 'Bất kỳ ai mở được issue hoặc pull request đều có thể chạy lệnh trong workflow này và lấy token, secret của job `{job}`.',
  },
  why: {
    en: 'GitHub pastes the value of `{context}` into the script before the shell reads it, so quotes, `$(…)` and line ends in it become code.',
    vi: 'GitHub chèn giá trị của `{context}` vào script trước khi shell đọc nó, nên dấu nháy, `$(…)` hay ký tự xuống dòng trong giá trị đó trở thành code.',
  },
  fix: {
    en: 'Pass the value through `env:` (`VALUE: ${{ {context} }}`) and use `"$VALUE"` in the script; in `actions/github-script` read `process.env.VALUE` or `context.payload`.',
    vi: 'Truyền giá trị qua `env:` (`VALUE: ${{ {context} }}`) rồi dùng `"$VALUE"` trong script; với `actions/github-script` hãy đọc `process.env.VALUE` hoặc `context.payload`.',
  },
  later: {
    en: 'Set `permissions: {}` at the top of the workflow, grant each job only what it needs, and run zizmor or actionlint in CI.',
    vi: 'Đặt `permissions: {}` ở đầu workflow, chỉ cấp cho từng job quyền nó cần, và chạy zizmor hoặc actionlint trong CI.',
  },
  references: [
    'https://docs.github.com/en/actions/concepts/security/script-injections',
    'https://docs.zizmor.sh/audits/#template-injection',
  ],

  *check(file) {
    const workflow = file.parse(workflowParser);
    for (const job of workflow.jobs) {
      for (const step of job.steps) {
        for (const { body, line } of expressionsIn(file.lines, scriptRange(workflow, step))) {
          const context = untrustedIn(withVariables(body, variablesOf(workflow, job, step)));
          if (context === null) continue;
          yield {
            line,
            anchor: `${job.id}/${step.label}:${context.toLowerCase()}`,
            values: { step: step.label, job: job.id, context },
            blocks: workflow.triggers.some((trigger) => !UNPRIVILEGED.has(trigger)),
          };
        }
      }
    }
  },

  examples: {
    bad: [
      {
        path: '.github/workflows/triage.yml',
        code: `on: { issues: { types: [opened] } }
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - name: Greet
        run: |
          echo "New issue"
          ./triage.sh "\${{ github.event.issue.title }}"
`,
      },
      {
        path: '.github/workflows/preview.yml',
        code: `on: pull_request_target
jobs:
  comment:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/github-script@v7
        with:
          script: |
            const branch = '\${{ github.head_ref || github.ref_name }}';
            core.info(branch);
`,
      },
      {
        path: '.github/workflows/ci.yml',
        code: `on: [pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - name: Lint title
        run: npx commitlint <<< "\${{ github.event.pull_request.title }}"
`,
      },
    ],
    good: [
      {
        // Looks bad: the value goes through the environment.
        path: '.github/workflows/triage.yml',
        code: `on: { issues: { types: [opened] } }
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - name: Greet
        env:
          TITLE: \${{ github.event.issue.title }}
        run: ./triage.sh "$TITLE"
`,
      },
      {
        // Looks bad: only true or false is printed.
        path: '.github/workflows/preview.yml',
        code: `on: pull_request_target
jobs:
  label:
    runs-on: ubuntu-latest
    steps:
      - name: Mark
        if: contains(github.event.pull_request.body, '/preview')
        run: ./mark.sh "\${{ contains(github.event.pull_request.title, 'breaking') }}" "\${{ github.head_ref == 'main' && 'yes' || 'no' }}"
`,
      },
      {
        path: '.github/workflows/build.yml',
        code: `on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - name: Show
        run: echo "\${{ github.event.pull_request.number }} \${{ github.event.pull_request.head.sha }} \${{ github.sha }}"
`,
      },
    ],
  },
});

/** The lines of the script that the step runs; an empty range when it runs none. */
/** `${{ env.TITLE }}` pastes what the variable holds, just as the context itself would. */
function withVariables(body: string, variables: YamlMap): string {
  return body.replaceAll(/\benv\.([\w-]+)/giu, (whole, name: string) => {
    const inner = /\$\{\{(.*?)\}\}/su.exec(asText(variables[name]) ?? '');
    return inner?.[1]?.trim() ?? whole;
  });
}

function variablesOf(workflow: Workflow, job: Job, step: Step): YamlMap {
  return {
    ...asMap(workflow.value['env']),
    ...asMap(job.value['env']),
    ...asMap(valueAt(workflow.value, [...step.path, 'env'])),
  };
}

function scriptRange(workflow: Workflow, step: Step): LineRange {
  const none = { line: 1, endLine: 0 };
  if (step.run !== null) return workflow.rangeOf([...step.path, 'run']) ?? none;
  if (actionOf(step) !== 'actions/github-script') return none;
  return workflow.rangeOf([...step.path, 'with', 'script']) ?? none;
}
