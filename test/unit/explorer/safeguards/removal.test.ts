import { describe, expect, it } from 'vitest';
import missingReadinessProbe from '../../../../src/explorer/rules/kubernetes/missing-readiness-probe.ts';
import alertRuleRemoved from '../../../../src/explorer/rules/safeguard/alert-rule-removed.ts';
import deployGateRemoved from '../../../../src/explorer/rules/safeguard/deploy-gate-removed.ts';
import resilienceRemoved from '../../../../src/explorer/rules/safeguard/resilience-removed.ts';
import type { RuleExample } from '../../../../src/explorer/rule.ts';
import { runRule } from '../../../support/run-rule.ts';

function deployment(name: string, probes: readonly string[], container = 'app'): string {
  const lines = probes.map((probe) => `          ${probe}: { tcpSocket: { port: 80 } }\n`).join('');
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    spec:
      containers:
        - name: ${container}
          image: registry.example.com/${name}:1.0.0
          ports: [{ containerPort: 80 }]
${lines}`;
}

const PROBED = deployment('api', ['readinessProbe']);
const BARE = deployment('api', []);

async function blocked(example: RuleExample): Promise<boolean[]> {
  const { findings } = await runRule(resilienceRemoved, example);
  return findings.map((finding) => finding.blocks);
}

describe('safeguard/resilience-removed', () => {
  it.each<{ name: string; example: RuleExample; blocks: boolean[] }>([
    {
      name: 'a removed readiness probe blocks',
      example: { path: 'd.yaml', base: PROBED, code: BARE },
      blocks: [true],
    },
    {
      name: 'one finding for each removed safeguard',
      example: {
        path: 'd.yaml',
        base: deployment('api', ['readinessProbe', 'livenessProbe']),
        code: BARE,
      },
      blocks: [true, true],
    },
    {
      name: 'a liveness probe may go while readiness stays',
      example: {
        path: 'd.yaml',
        base: deployment('api', ['readinessProbe', 'livenessProbe']),
        code: PROBED,
      },
      blocks: [false],
    },
    {
      name: 'a Deployment that is deleted takes its probe along',
      example: {
        path: 'd.yaml',
        base: `${PROBED}---\n${deployment('web', ['readinessProbe'])}`,
        code: deployment('web', ['readinessProbe']),
      },
      blocks: [],
    },
    {
      name: 'a probe that moves into a patch of the same Deployment is no loss',
      example: {
        path: 'base/d.yaml',
        base: PROBED,
        code: BARE,
        more: [{ path: 'overlays/prod/d.yaml', code: PROBED }],
      },
      blocks: [],
    },
    {
      name: 'a new probe elsewhere does not make up for the old one',
      example: {
        path: 'd.yaml',
        base: PROBED,
        code: BARE,
        more: [{ path: 'w.yaml', code: deployment('worker', ['readinessProbe']) }],
      },
      blocks: [true],
    },
    {
      name: 'of two files with the same Deployment the one that lost it is cited',
      example: {
        path: 'staging/d.yaml',
        base: PROBED,
        code: PROBED.replace('1.0.0', '1.0.1'),
        more: [{ path: 'prod/d.yaml', base: PROBED, code: BARE }],
      },
      blocks: [true],
    },
    {
      name: 'a template that prints the keys of the container leaves it open',
      example: {
        path: 'charts/a/templates/d.yaml',
        base: PROBED,
        code: `${BARE}          {{- toYaml .Values.probes | nindent 10 }}\n`,
      },
      blocks: [],
    },
    {
      name: 'a development overlay is not production',
      example: { path: 'deploy/dev/d.yaml', base: PROBED, code: BARE },
      blocks: [],
    },
    {
      name: 'a base that did not parse lost nothing',
      example: { path: 'main.tf', base: 'resource "a" "b" {', code: 'resource "a" "b" {}\n' },
      blocks: [],
    },
  ])('$name', async ({ example, blocks }) => {
    expect(await blocked(example)).toEqual(blocks);
  });

  it('cites the removed lines at base', async () => {
    const { findings } = await runRule(resilienceRemoved, {
      path: 'd.yaml',
      base: PROBED,
      code: BARE,
    });

    expect(findings[0]).toMatchObject({
      item: 'error_handling',
      category: 'outage_on_deploy',
      evidence: [{ path: 'd.yaml', side: 'base', line: 12, end_line: 12 }],
    });
  });

  it('tells of a removed probe alone: the rule for new containers keeps silent', async () => {
    const { findings } = await runRule(missingReadinessProbe, {
      path: 'd.yaml',
      base: PROBED,
      code: BARE,
    });

    expect(findings).toEqual([]);
  });
});

describe('kubernetes/missing-readiness-probe', () => {
  it.each<{ name: string; example: RuleExample; found: number }>([
    {
      name: 'an old container without a probe is not new',
      example: { path: 'd.yaml', base: BARE, code: BARE.replace('1.0.0', '1.0.1') },
      found: 0,
    },
    {
      name: 'a second container without a probe is',
      example: {
        path: 'd.yaml',
        base: PROBED,
        code: `${PROBED}${BARE.slice(BARE.indexOf('        - name')).replace('name: app', 'name: admin-api')}`,
      },
      found: 1,
    },
    {
      name: 'a container that starts to expose a port is',
      example: { path: 'd.yaml', base: BARE.replace(/ +ports.*\n/u, ''), code: BARE },
      found: 1,
    },
    {
      name: 'a Deployment in another file is not new',
      example: { path: 'b.yaml', code: BARE, more: [{ path: 'a.yaml', base: BARE }] },
      found: 0,
    },
    {
      name: 'a Deployment scaled to nothing serves nobody',
      example: {
        path: 'd.yaml',
        code: BARE.replace('spec:\n  selector', 'spec:\n  replicas: 0\n  selector'),
      },
      found: 0,
    },
  ])('$name', async ({ example, found }) => {
    const { findings, failures } = await runRule(missingReadinessProbe, example);

    expect(failures).toEqual([]);
    expect(findings).toHaveLength(found);
  });
});

describe('safeguard/alert-rule-removed', () => {
  const rule = (name: string, severity: string): string =>
    `  - alert: ${name}\n    expr: up{job="${name}"} == 0\n    labels: {severity: ${severity}}\n`;
  const file = (...rules: string[]): string => `groups:\n- name: g\n  rules:\n${rules.join('')}`;

  it.each<{ name: string; example: RuleExample; blocks: boolean[] }>([
    {
      name: 'a paging alert blocks, a warning does not',
      example: {
        path: 'r.yaml',
        base: file(rule('A', 'page'), rule('B', 'warning'), rule('C', 'page')),
        code: file(rule('C', 'page')),
      },
      blocks: [true, false],
    },
    {
      name: 'a deleted file takes its alerts',
      example: { path: 'r.yaml', base: file(rule('A', 'critical')), code: '' },
      blocks: [true],
    },
    {
      name: 'a recording rule is no alert',
      example: {
        path: 'r.yaml',
        base: file('  - record: x\n    expr: y\n', rule('A', 'page')),
        code: file(rule('A', 'page')),
      },
      blocks: [],
    },
    {
      name: 'a changed threshold keeps the alert',
      example: {
        path: 'r.yaml',
        base: file(rule('A', 'page')),
        code: file(rule('A', 'page').replace('== 0', '< 1')),
      },
      blocks: [],
    },
  ])('$name', async ({ example, blocks }) => {
    const { findings } = await runRule(alertRuleRemoved, example);

    expect(findings.map((finding) => finding.blocks)).toEqual(blocks);
  });
});

describe('safeguard/deploy-gate-removed', () => {
  const flow = (jobs: string): string => `on: push\njobs:\n${jobs}`;
  const test = '  test: {runs-on: x, steps: [{run: make}]}\n';

  it.each<{ name: string; base: string; code: string; found: number }>([
    {
      name: 'a job that stops deploying is no gate',
      base: flow(`${test}  deploy: {needs: test, runs-on: x}\n`),
      code: flow(test),
      found: 0,
    },
    {
      name: 'another gate is gate enough',
      base: flow(`${test}  deploy: {needs: test, runs-on: x}\n`),
      code: flow('  e2e: {runs-on: x}\n  deploy: {needs: e2e, runs-on: x}\n'),
      found: 0,
    },
    {
      name: 'a build is no gate',
      base: flow(`${test}  build: {runs-on: x}\n  deploy: {needs: [build, test], runs-on: x}\n`),
      code: flow(`${test}  build: {runs-on: x}\n  deploy: {needs: [build], runs-on: x}\n`),
      found: 1,
    },
    {
      name: 'a called workflow may hold the gate',
      base: flow(`${test}  deploy: {needs: test, runs-on: x}\n`),
      code: flow('  deploy: {uses: ./.github/workflows/d.yml}\n'),
      found: 0,
    },
  ])('$name', async ({ base, code, found }) => {
    const { findings } = await runRule(deployGateRemoved, {
      path: '.github/workflows/r.yml',
      base,
      code,
    });

    expect(findings).toHaveLength(found);
  });
});
