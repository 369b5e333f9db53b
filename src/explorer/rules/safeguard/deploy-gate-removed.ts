import { type Job, type Workflow, WORKFLOW_FILES, workflowParser } from '../../parsers/workflow.ts';
import { asText } from '../../parsers/yaml.ts';
import { type ChangeMatch, type Collected, defineChangeRule, type LineRange } from '../../rule.ts';
import { ParseFailure } from '../../source-file.ts';

interface DeployJob extends LineRange {
  readonly job: string;
  readonly environment: string | null;
  /** Jobs that must succeed before it and that test, scan or approve something. */
  readonly gates: readonly string[];
  readonly approval: boolean;
  readonly environmentAt: LineRange;
  readonly needsAt: LineRange;
  /** Whether it calls another workflow, whose gates are not seen here. */
  readonly opaque: boolean;
}

const DEPLOYS =
  /(?:^|[-_\s])(?:deploy\w*|release|publish|promote|rollout|production|prod)(?:[-_\s]|$)/iu;
const GATES = /test|spec|lint|check|e2e|scan|audit|verify|valid|approv|quality|smoke|canary/iu;
const APPROVAL_ACTION = /^trstringer\/manual-approval(?:@|$)/iu;

export default defineChangeRule<DeployJob>({
  id: 'safeguard/deploy-gate-removed',
  wave: 1,
  item: 'deployment',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'happy_path_is_rare',
  priority: 'high',
  confidence: 'medium',
  blocks: null,
  surfaces: ['GitHub Actions'],
  files: WORKFLOW_FILES,
  title: {
    en: 'Deploy job `{job}` loses its gate `{gate}`',
    vi: 'Job deploy `{job}` mất bước chặn `{gate}`',
  },
  impact: {
    en: 'A commit that fails its tests, or that nobody approved, reaches production by itself.',
    vi: 'Commit không qua test, hoặc chưa ai duyệt, vẫn tự động lên production.',
  },
  why: {
    en: 'At the merge base `{job}` waits for `{gate}`; at head the job is still there and waits for nothing of the kind.',
    vi: 'Ở merge base, `{job}` phải chờ `{gate}`; ở head job này vẫn còn mà không chờ bước nào tương tự.',
  },
  fix: {
    en: 'Restore `{gate}` for `{job}` (`needs:` for jobs, `environment:` for approvals), or name in the pull request what replaces it.',
    vi: 'Khôi phục `{gate}` cho `{job}` (`needs:` với job, `environment:` với bước duyệt), hoặc nêu rõ trong pull request cái gì thay thế nó.',
  },
  later: {
    en: 'Protect the environment with required reviewers in the repository’s settings, where a pull request cannot take them away.',
    vi: 'Bảo vệ environment bằng required reviewers trong cài đặt của repository, nơi pull request không thể gỡ bỏ.',
  },
  references: [
    'https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments',
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds',
  ],

  *collect(file) {
    try {
      const workflow = file.parse(workflowParser);
      for (const job of workflow.jobs) if (isDeploy(job)) yield deployJob(workflow, job);
    } catch (error) {
      if (!(error instanceof ParseFailure) || file.side === 'head') throw error;
    }
  },

  *decide({ base, head }) {
    for (const old of base) {
      const now = sameJob(old, head);
      if (now === undefined || now.fact.opaque) continue;
      const match = lostGate(old, now.fact);
      if (match !== null) yield match;
    }
  },

  examples: {
    bad: [
      {
        path: '.github/workflows/release.yml',
        base: example('    needs: [test]\n'),
        code: example(''),
      },
      {
        path: '.github/workflows/release.yml',
        base: example('    needs: test\n    environment: production\n'),
        code: example('    needs: test\n'),
      },
    ],
    good: [
      {
        // Looks bad: `test` is no longer named, but `build` waits for it.
        path: '.github/workflows/release.yml',
        base: example('    needs: [test]\n'),
        code: `${example('    needs: [build]\n')}  build:\n    needs: test\n    runs-on: ubuntu-latest\n    steps: [{ run: make }]\n`,
      },
      {
        // Looks bad: the job moves to another workflow with its gate.
        path: '.github/workflows/ci.yml',
        base: example('    environment: production\n'),
        code: 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{ run: make test }]\n',
        more: [
          {
            path: '.github/workflows/deploy.yml',
            code: example('    environment: { name: production }\n'),
          },
        ],
      },
      {
        path: '.github/workflows/release.yml',
        base: example('    environment: staging\n'),
        code: example('    environment: production\n'),
      },
    ],
  },
});

function isDeploy(job: Job): boolean {
  return (
    job.environment !== null ||
    DEPLOYS.test(job.id) ||
    DEPLOYS.test(asText(job.value['name']) ?? '')
  );
}

function deployJob(workflow: Workflow, job: Job): DeployJob {
  const path = ['jobs', job.id];
  return {
    job: job.id,
    environment: job.environment,
    gates: gatesBefore(workflow, job),
    approval: job.steps.some((step) => APPROVAL_ACTION.test(step.uses ?? '')),
    environmentAt: workflow.rangeOf([...path, 'environment']) ?? job.range,
    needsAt: workflow.rangeOf([...path, 'needs']) ?? job.range,
    opaque: typeof job.value['uses'] === 'string' || workflow.triggers.includes('workflow_run'),
    ...job.range,
  };
}

/** Over `needs` of `needs`: a job that waits for a build that waits for the tests is gated by both. */
function gatesBefore({ jobs }: Workflow, job: Job): string[] {
  const seen = new Set<string>();
  const open = [...job.needs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(jobs.find((candidate) => candidate.id === id)?.needs ?? []));
  }
  return [...seen].filter((id) => GATES.test(id)).sort();
}

function sameJob(
  old: Collected<DeployJob>,
  head: readonly Collected<DeployJob>[],
): Collected<DeployJob> | undefined {
  const named = head.filter(({ fact }) => fact.job === old.fact.job);
  return named.find(({ path }) => path === old.path) ?? named[0];
}

function lostGate({ path, fact: old }: Collected<DeployJob>, now: DeployJob): ChangeMatch | null {
  const gated = now.gates.length > 0;
  const approved = now.environment !== null || now.approval;
  const lostEnvironment = old.environment !== null && !approved;
  if (!lostEnvironment && (old.gates.length === 0 || gated)) return null;
  const at = lostEnvironment ? old.environmentAt : old.needsAt;
  const gate = lostEnvironment
    ? `environment: ${old.environment}`
    : `needs: ${old.gates.join(', ')}`;
  return {
    path,
    side: 'base',
    line: at.line,
    endLine: at.endLine,
    anchor: `${now.job}:${lostEnvironment ? 'environment' : 'needs'}`,
    values: { job: now.job, gate },
  };
}

function example(gate: string): string {
  return `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ run: make test }]
  deploy:
${gate}    runs-on: ubuntu-latest
    steps: [{ run: ./deploy.sh }]
`;
}
