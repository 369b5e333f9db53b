import { numberStyle } from './numbers.ts';

const n = numberStyle('en-US');

/** `3 files`, `1 file`: the noun agrees with its number. */
function some(count: number, one: string, many = `${one}s`): string {
  return `${n.count(count)} ${count === 1 ? one : many}`;
}

/** English phrases. Every other language has exactly these keys, with the same parameters. */
export const en = {
  count: n.count,
  dollars: n.dollars,

  verdict: {
    ready: 'Ready',
    ready_with_concerns: 'Ready, with concerns',
    blocked: 'Blocked',
    not_assessed: 'Not assessed',
  },
  title: {
    ready: 'Ready — nothing that was looked at breaks',
    readyWithConcerns: (concerns: number) =>
      `Ready — with ${some(concerns, 'concern')} to plan for`,
    observed: (blockers: number) =>
      `Ready — ${some(blockers, 'deployment blocker')} reported, not enforced`,
    blocked: (blockers: number) => `Blocked — ${some(blockers, 'deployment blocker')}`,
    notAssessed: (why: string) => `Not assessed — ${why}`,
    filesNotChecked: (files: number) => `${some(files, 'file')} could not be checked`,
    incomplete: 'the review is not complete',
  },
  ifDeployed: 'If this deploys tomorrow:',

  priority: { critical: 'critical', high: 'high', medium: 'medium', low: 'low' },
  confidence: {
    high: 'high confidence',
    medium: 'medium confidence',
    low: 'low confidence',
  },
  type: {
    reliability: 'reliability',
    scalability: 'scalability',
    security: 'security',
    operability: 'operability',
    user_experience: 'user experience',
  },
  pillar: {
    observability: 'Observability',
    reliability: 'Reliability',
    scalability: 'Scalability',
    security: 'Security',
    operability: 'Operability',
  },
  item: {
    logging: 'Logging',
    metrics: 'Metrics',
    tracing: 'Tracing',
    alerting: 'Alerting',
    error_handling: 'Error handling',
    retries: 'Retries',
    circuit_breakers: 'Circuit breakers',
    timeouts: 'Timeouts',
    horizontal_scaling: 'Horizontal scaling',
    database: 'Database',
    caching: 'Caching',
    rate_limiting: 'Rate limiting',
    authentication: 'Authentication',
    authorization: 'Authorization',
    secrets: 'Secrets',
    input_validation: 'Input validation',
    deployment: 'Deployment',
    rollback: 'Rollback',
    configuration: 'Configuration',
    documentation: 'Documentation',
  },
  category: {
    security_vulnerability: 'security vulnerability',
    data_loss: 'data loss',
    no_rollback: 'no way back',
    missing_critical_monitoring: 'missing critical monitoring',
    outage_on_deploy: 'outage on deploy',
    performance_at_scale: 'performance at scale',
    missing_error_handling: 'missing error handling',
    no_graceful_degradation: 'no graceful degradation',
    poor_observability: 'poor observability',
    technical_debt: 'technical debt',
    suboptimal_ux: 'poor user experience',
    missing_feature: 'missing feature',
    documentation_gap: 'documentation gap',
    optimization: 'optimization',
    ux_improvement: 'user experience improvement',
    code_cleanup: 'code cleanup',
    additional_testing: 'additional testing',
  },
  principle: {
    demo_is_not_production: 'a demo is not production',
    happy_path_is_rare: 'the happy path is rare',
    chaos_is_constant: 'failure is constant',
    observability_is_oxygen: 'observability is oxygen',
  },
  origin: {
    introduced: 'introduced by this change',
    enabled: 'enabled by this change',
    pre_existing: 'already there',
  },
  state: { new: 'new', open: 'open', resolved: 'resolved', waived: 'waived' },
  source: {
    rule: 'found by a rule',
    agent: 'found by the agent',
    both: 'found by a rule and the agent',
  },
  side: { head: 'in this change', base: 'removed by this change' },
  checklist: { met: 'met', gap: 'gap', not_touched: 'not touched', unknown: 'unknown' },
  checklistCount: {
    met: (count: number) => `${n.count(count)} met`,
    gap: (count: number) => some(count, 'gap'),
    not_touched: (count: number) => `${n.count(count)} not touched`,
    unknown: (count: number) => `${n.count(count)} unknown`,
  },
  failureMode: {
    survives: 'survives',
    degrades: 'degrades',
    breaks: 'breaks',
    unknown: 'not known',
  },
  scenario: {
    latency_10x: 'latency ×10',
    dependency_errors: 'a dependency answers with errors',
    database_read_only: 'database read-only',
    memory_spike: 'memory spike',
    disk_full: 'disk full',
    clock_skew: 'clock skew',
    dns_failure: 'DNS failure',
    certificate_expired: 'certificate expired',
    traffic_10x: 'traffic ×10',
    data_corruption: 'data lost or wrong',
    credential_leak: 'credential leaked',
  },
  sadPath: {
    user_error: 'User error',
    system_error: 'System error',
    edge_case: 'Edge case',
  },
  phase: {
    expand: 'expand phase: old and new code both work',
    contract: 'contract phase: old code no longer works',
    mixed: 'expand and contract in one change',
    none: 'no change of schema',
  },

  concern: {
    usersSee: 'Users see',
    why: 'Why',
    now: 'Now',
    later: 'Later',
    alsoAt: 'also',
    rule: (id: string) => `rule ${id}`,
    byAgent: 'the agent',
    ruleAndAgent: (id: string) => `rule ${id} and the agent`,
    moreLines: (lines: number) => `… ${some(lines, 'more line')}`,
    redacted: 'a secret in this quote was replaced',
  },
  concerns: {
    blockersMore: (count: number) => some(count, 'more blocker'),
    more: (count: number) => some(count, 'more concern'),
    all: (count: number) => some(count, 'concern'),
    rest: (count: number) => `The other ${n.count(count)}`,
    notListed: (count: number) =>
      `${some(count, 'further concern')} not listed here: \`ops review --format json\` has every one.`,
    alreadyThere: 'Already there before this change, not counted',
    moreAlreadyThere: (count: number) => `and ${n.count(count)} more`,
  },
  waived: {
    summary: 'Accepted risks',
    entry: (owner: string, until: string) => `accepted by ${owner} until ${until}`,
  },
  questions: 'Questions to the author',
  readiness: {
    summary: 'Readiness',
    moved: (from: string, to: string) => `${from} → ${to}`,
  },
  fails: { summary: 'What fails first' },
  beforeDeploy: {
    summary: 'Before you deploy',
    steps: (count: number) => some(count, 'step'),
  },
  journey: {
    summary: 'User journey',
    impactOnly: 'What users go through',
    persona: 'Who',
    entry: 'Enters at',
    happy: 'When all goes well',
    exits: 'Leaves at',
    returns: 'Comes back',
    recovery: 'way out',
  },
  rollback: {
    summary: 'Rollback card',
    reversible: 'reversible',
    notReversible: 'not reversible',
    notReversibleFrom: (step: number) => `not reversible from step ${n.count(step)} on`,
    stepReversible: 'can be undone',
    stepFinal: 'cannot be undone',
  },
  slo: {
    summary: 'SLO',
    stated: 'Stated targets',
    noneStated: 'The repository states no target.',
    budget: 'Downtime budget',
    effect: 'What this change does to it',
  },
  since: {
    summary: 'Since the last push',
    resolvedIn: (count: number, sha: string) => `${n.count(count)} resolved in ${sha}`,
    open: (count: number) => `${n.count(count)} open`,
    fresh: (count: number) => `${n.count(count)} new`,
    resolved: 'Resolved',
    stillOpen: 'Still open',
    new: 'New',
    more: (count: number) => `and ${n.count(count)} more`,
  },
  record: {
    summary: 'Record',
    what: 'production_concern YAML',
    shortened: (shown: number, all: number) =>
      `the first ${n.count(shown)} of ${some(all, 'concern')}`,
  },

  by: {
    rulesOnly: 'Reviewed by rules only.',
    scripted: 'The agent’s replies in this review were scripted, not given by a model.',
    agentMissing: 'The agent’s part is missing.',
  },

  notAssessed: {
    what: 'Not looked at',
    why: 'Why',
    next: 'What happens next by itself',
    todo: 'What you can do',
    agentPart: 'the agent’s part of the review',
    gate: 'The check stays unresolved until this is settled: an incomplete review never passes.',
    moreFiles: (count: number) => `and ${some(count, 'more file')}`,
    nextRetry: 'Ops tries again by itself and updates this comment and the check.',
    nextPush: 'The next push is reviewed again by itself. The same commit would end the same way.',
    nextNothing: 'Nothing: this needs a person.',
    nextLocal: 'Nothing: a review on the command line is not repeated by itself.',
    fixFiles:
      'Make the files parse, or leave them to other tools with `ignore` in `.github/ops.yml` on the default branch, then push.',
    recheck: 'Comment `/ops recheck` to try at once.',
    again: 'Run the same command again.',
    rulesOnly:
      'To let the rules decide alone while the model is away, set `on_agent_unavailable: rules_only` in `.github/ops.yml` on the default branch.',
    seeReasons: 'Follow the reasons above, then push or ask for a new review.',
  },
  agent: {
    ok: { short: 'the agent finished', todo: '' },
    skipped: { short: 'the agent did not run', todo: '' },
    awaiting_maintainer: {
      short: 'a maintainer has to start the agent',
      todo: 'A maintainer looks at the change and comments `/ops recheck`.',
    },
    invalid_output: {
      short: 'the model’s answer was unusable',
      todo: 'If it happens again, another model in the agent file may do better.',
    },
    refused: {
      short: 'the model declined the review',
      todo: 'Have the change reviewed by a person; the rules’ part stands below.',
    },
    unavailable: {
      short: 'the model cannot be reached',
      todo: 'Nothing for now. If it lasts, whoever runs Ops checks the key, the address and the provider’s status.',
    },
    deadline: {
      short: 'the time limit was reached',
      todo: 'If it happens again, split the change, or raise `OPS_DEADLINE_S`.',
    },
    incomplete: {
      short: 'the model’s answer was cut short',
      todo: 'If it happens again, split the change.',
    },
    budget: {
      short: 'the review’s budget is used up',
      todo: 'Raise `agent.max_usd` in `.github/ops.yml` on the default branch.',
    },
    provider_budget: {
      short: 'the model account has no credit left',
      todo: 'Whoever runs Ops tops up the account at the provider.',
    },
    config: {
      short: 'the configuration is not valid',
      todo: 'Correct the file that the reason names, on the default branch.',
    },
    too_large: {
      short: 'the change is too large for the agent',
      todo: 'Split the change into parts that can be reviewed, and deployed, one by one.',
    },
  },

  coverage: {
    rules: (read: number, all: number) => `Rules read ${n.count(read)} of ${some(all, 'file')}`,
    agent: (read: number, all: number) => `the agent read ${n.count(read)} of ${n.count(all)}`,
    noAgent: 'the agent did not run',
    leftOut: (count: number) => `${n.count(count)} left out`,
    leftOutFor: (count: number, why: string) => `${n.count(count)} left out: ${why}`,
    notRead: 'Not read',
    head: (sha: string) => `head ${sha}`,
    scripted: 'scripted replies',
    more: (count: number) => `and ${n.count(count)} more`,
  },
  notRead: {
    binary: 'binary',
    submodule: 'submodule',
    symlink: 'symbolic link',
    lfs_pointer: 'LFS pointer',
    generated: 'generated',
    vendored: 'vendored',
    minified: 'minified',
    too_large: 'too large',
    encoding: 'not UTF-8',
    unreadable: 'unreadable',
  },
  commands: {
    waive: (id: string) => `Accept a risk: \`/ops waive ${id} until=YYYY-MM-DD because …\``,
    waiveInFile: (id: string) =>
      `Accept a risk: add ${id} with reason, owner and last day to \`.github/ops-waivers.yml\` on the default branch`,
    explain: (id: string) => `ask: \`/ops explain ${id}\``,
    recheck: 'review again: `/ops recheck`',
    help: '`/ops help`',
  },
  fit: {
    leftOut: (names: string) => `Left out here to stay within GitHub’s size limit: ${names}.`,
    shortened: 'Long texts are shortened to stay within GitHub’s size limit.',
    whole: '`ops review --format markdown` shows everything.',
  },
  check: {
    removed: 'Removed lines, which cannot be marked in the diff',
    annotationsCapped: (shown: number, all: number) =>
      `The diff marks the ${n.count(shown)} most severe of ${some(all, 'place')}.`,
  },
  page: {
    title: (repo: string) => `Production readiness of ${repo}`,
    blockers: 'Deployment blockers',
    pull: (number: number) => `pull request ${number}`,
    files: (count: number) => some(count, 'file'),
  },
};

export type Phrases = typeof en;
