import { describe, expect, it } from 'vitest';
import rootUser from '../../../../src/explorer/rules/dockerfile/root-user.ts';
import secretInImage from '../../../../src/explorer/rules/dockerfile/secret-in-image.ts';
import unpinnedBaseImage from '../../../../src/explorer/rules/dockerfile/unpinned-base-image.ts';
import privilegedContainer from '../../../../src/explorer/rules/kubernetes/privileged-container.ts';
import singleReplica from '../../../../src/explorer/rules/kubernetes/single-replica.ts';
import withoutProtection from '../../../../src/explorer/rules/terraform/database-without-deletion-protection.ts';
import publicDatabase from '../../../../src/explorer/rules/terraform/public-database.ts';
import publicIngress from '../../../../src/explorer/rules/terraform/public-ingress.ts';
import dangerousTrigger from '../../../../src/explorer/rules/workflow/dangerous-trigger-checkout.ts';
import templateInjection from '../../../../src/explorer/rules/workflow/template-injection.ts';
import type { RuleExample } from '../../../../src/explorer/rule.ts';
import { runRule } from '../../../support/run-rule.ts';

type AnyRule = Parameters<typeof runRule>[0];

/** Priorities of the findings, with `!` where they block. */
async function findingsOf(rule: AnyRule, example: RuleExample): Promise<string[]> {
  const { findings, failures } = await runRule(rule, example);
  expect(failures).toEqual([]);
  return findings.map((finding) => `${finding.priority}${finding.blocks ? '!' : ''}`);
}

const sg = (body: string): string =>
  `resource "aws_security_group" "a" {\n  ingress {\n${body}  }\n}\n`;
const OPEN = '    cidr_blocks = ["0.0.0.0/0"]\n    protocol = "tcp"\n';

describe.each<{ rule: AnyRule; cases: { name: string; example: RuleExample; found: string[] }[] }>([
  {
    rule: publicIngress,
    cases: [
      {
        name: 'IPv6 is the internet too',
        example: {
          path: 'a.tf',
          code: sg(
            '    ipv6_cidr_blocks = ["::/0"]\n    protocol = "tcp"\n    from_port = 3389\n    to_port = 3389\n',
          ),
        },
        found: ['critical!'],
      },
      {
        name: 'two halves of the internet are the internet',
        example: {
          path: 'a.tf',
          code: sg(
            '    cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]\n    protocol = "tcp"\n    from_port = 22\n    to_port = 22\n',
          ),
        },
        found: ['critical!'],
      },
      {
        name: 'all protocols are all ports',
        example: {
          path: 'a.tf',
          code: sg(
            '    cidr_blocks = ["0.0.0.0/0"]\n    protocol = "-1"\n    from_port = 0\n    to_port = 0\n',
          ),
        },
        found: ['critical!'],
      },
      {
        name: 'ports that a variable gives are unknown',
        example: {
          path: 'a.tf',
          code: sg(`${OPEN}    from_port = var.port\n    to_port = var.port\n`),
        },
        found: [],
      },
      {
        name: 'echo requests are no port',
        example: {
          path: 'a.tf',
          code: sg(
            '    cidr_blocks = ["0.0.0.0/0"]\n    protocol = "icmp"\n    from_port = -1\n    to_port = -1\n',
          ),
        },
        found: [],
      },
      {
        name: 'what stood open before is not new',
        example: {
          path: 'a.tf',
          base: sg(`${OPEN}    from_port = 22\n    to_port = 22\n`),
          code: `${sg(`${OPEN}    from_port = 22\n    to_port = 22\n`)}locals {}\n`,
        },
        found: [],
      },
      {
        name: 'a web port that becomes SSH is',
        example: {
          path: 'a.tf',
          base: sg(`${OPEN}    from_port = 443\n    to_port = 443\n`),
          code: sg(`${OPEN}    from_port = 22\n    to_port = 22\n`),
        },
        found: ['critical!'],
      },
      {
        name: 'Google egress is no ingress',
        example: {
          path: 'a.tf',
          code: 'resource "google_compute_firewall" "a" {\n  direction = "EGRESS"\n  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "tcp"\n    ports = ["22"]\n  }\n}\n',
        },
        found: [],
      },
      {
        name: 'Azure rules count when they allow',
        example: {
          path: 'a.tf',
          code: 'resource "azurerm_network_security_rule" "a" {\n  access = "Allow"\n  direction = "Inbound"\n  protocol = "Tcp"\n  source_address_prefix = "*"\n  destination_port_range = "20-25"\n}\n',
        },
        found: ['critical!'],
      },
      {
        name: 'an example folder is no production',
        example: {
          path: 'examples/a.tf',
          code: sg(`${OPEN}    from_port = 22\n    to_port = 22\n`),
        },
        found: [],
      },
    ],
  },
  {
    rule: publicDatabase,
    cases: [
      {
        name: 'switching it on is the change',
        example: {
          path: 'a.tf',
          base: 'resource "aws_db_instance" "a" {\n  publicly_accessible = false\n}\n',
          code: 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n',
        },
        found: ['critical!'],
      },
      {
        name: 'a module argument is its author’s matter',
        example: { path: 'a.tf', code: 'module "db" {\n  publicly_accessible = true\n}\n' },
        found: [],
      },
    ],
  },
  {
    rule: withoutProtection,
    cases: [
      {
        name: 'removed from one database, another keeps it',
        example: {
          path: 'a.tf',
          base: 'resource "aws_rds_cluster" "a" {\n  deletion_protection = true\n}\nresource "aws_rds_cluster" "b" {\n  deletion_protection = true\n}\n',
          code: 'resource "aws_rds_cluster" "a" {\n}\nresource "aws_rds_cluster" "b" {\n  deletion_protection = true\n}\n',
        },
        found: ['critical!'],
      },
      {
        name: 'a database that goes needs no protection',
        example: {
          path: 'a.tf',
          base: 'resource "aws_rds_cluster" "a" {\n  deletion_protection = true\n}\n',
          code: 'locals {}\n',
        },
        found: [],
      },
      {
        name: 'an old database without it is not new',
        example: {
          path: 'a.tf',
          base: 'resource "aws_rds_cluster" "a" {\n}\n',
          code: 'resource "aws_rds_cluster" "a" {\n  engine = "x"\n}\n',
        },
        found: [],
      },
      {
        name: 'a database that moves to another file is not new',
        example: {
          path: 'b.tf',
          code: 'resource "aws_rds_cluster" "a" {\n}\n',
          more: [{ path: 'a.tf', base: 'resource "aws_rds_cluster" "a" {\n}\n' }],
        },
        found: [],
      },
      {
        name: 'a new table without the switch is common',
        example: { path: 'a.tf', code: 'resource "aws_dynamodb_table" "a" {\n}\n' },
        found: [],
      },
    ],
  },
  {
    rule: rootUser,
    cases: [
      {
        name: 'numeric root',
        example: { path: 'Dockerfile', code: 'FROM node:22\nUSER 0:0\n' },
        found: ['medium'],
      },
      {
        name: 'an unknown base image may bring a user',
        example: { path: 'Dockerfile', code: 'FROM registry.example.com/base:1\nCMD ["x"]\n' },
        found: [],
      },
      {
        name: 'a library image without a command runs nothing',
        example: { path: 'Dockerfile', code: 'FROM node:22\nRUN npm ci\n' },
        found: [],
      },
      {
        name: 'an image that was root stays as it was',
        example: {
          path: 'Dockerfile',
          base: 'FROM node:22\nCMD ["x"]\n',
          code: 'FROM node:24\nCMD ["x"]\n',
        },
        found: [],
      },
      {
        name: 'a user of the stage below is inherited',
        example: {
          path: 'Dockerfile',
          code: 'FROM node:22 AS base\nUSER node\nFROM base\nCMD ["x"]\n',
        },
        found: [],
      },
    ],
  },
  {
    rule: unpinnedBaseImage,
    cases: [
      {
        name: 'an old base image is not new',
        example: { path: 'Dockerfile', base: 'FROM node\n', code: 'FROM node\nRUN x\n' },
        found: [],
      },
      {
        name: 'an ignore list is no Dockerfile',
        example: { path: 'Dockerfile.dockerignore', code: 'node_modules\n' },
        found: [],
      },
      {
        name: 'an unpinned tag that replaces a pinned one',
        example: { path: 'Dockerfile', base: 'FROM node:22\n', code: 'FROM node:latest\n' },
        found: ['medium'],
      },
    ],
  },
  {
    rule: secretInImage,
    cases: [
      {
        name: 'a builder’s literal is worth a word, not a block',
        example: {
          path: 'Dockerfile',
          code: 'FROM node:22 AS build\nARG NPM_TOKEN=q8Zp31LmV0xTrr92\nFROM scratch\nCOPY --from=build /a /a\n',
        },
        found: ['high'],
      },
      {
        name: 'public keys and files are no secrets',
        example: {
          path: 'Dockerfile',
          code: 'FROM node:22\nENV JWT_PUBLIC_KEY=abcdef0123456789 TOKEN_FILE=/run/token\n',
        },
        found: [],
      },
    ],
  },
  {
    rule: privilegedContainer,
    cases: [
      {
        name: 'a node agent needs its node',
        example: {
          path: 'a.yaml',
          code: 'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, securityContext: {privileged: true}}]}}}\n',
        },
        found: ['high'],
      },
      {
        name: 'YAML 1.1 truths count',
        example: {
          path: 'a.yaml',
          code: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, securityContext: {privileged: yes}}]}\n',
        },
        found: ['critical!'],
      },
      {
        name: 'a value of the chart is unknown',
        example: {
          path: 'charts/a/templates/a.yaml',
          code: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      securityContext:\n        privileged: {{ .Values.privileged }}\n',
        },
        found: [],
      },
    ],
  },
  {
    rule: singleReplica,
    cases: [
      {
        name: 'two replicas that become three',
        example: {
          path: 'a.yaml',
          base: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 2, selector: {}, template: {spec: {containers: []}}}\n',
          code: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3, selector: {}, template: {spec: {containers: []}}}\n',
        },
        found: [],
      },
    ],
  },
  {
    rule: templateInjection,
    cases: [
      {
        name: 'a variable is pasted like its context',
        example: {
          path: '.github/workflows/a.yml',
          code: `on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - env: { T: '\${{ github.event.issue.title }}' }\n        run: echo \${{ env.T }}\n`,
        },
        found: ['critical!'],
      },
      {
        name: 'a variable that the shell reads is not',
        example: {
          path: '.github/workflows/a.yml',
          code: `on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - env: { T: '\${{ github.event.issue.title }}' }\n        run: echo "$T"\n`,
        },
        found: [],
      },
      {
        name: 'an expression over several lines',
        example: {
          path: '.github/workflows/a.yml',
          code: `on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          echo \${{\n            github.event.issue.title }}\n`,
        },
        found: ['critical!'],
      },
      {
        name: 'a composite action does not know its rights',
        example: {
          path: 'action.yml',
          code: 'runs:\n  using: composite\n  steps:\n    - name: a\n      shell: bash\n      run: echo ${{ github.event.issue.title }}\n',
        },
        found: ['high'],
      },
      {
        name: 'an expression in a condition is no script',
        example: {
          path: '.github/workflows/a.yml',
          code: 'on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - if: ${{ github.event.issue.title }}\n        run: echo\n',
        },
        found: [],
      },
      {
        name: 'an old line of the script is not new',
        example: {
          path: '.github/workflows/a.yml',
          base: 'on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n',
          code: 'on: issues\njobs:\n  a:\n    runs-on: y\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n',
        },
        found: [],
      },
    ],
  },
  {
    rule: dangerousTrigger,
    cases: [
      {
        name: 'a label gates, so it does not block',
        example: {
          path: '.github/workflows/a.yml',
          code: 'on: {pull_request_target: {types: [labeled]}}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: "${{ github.head_ref }}"}\n      - run: make\n',
        },
        found: ['high'],
      },
      {
        name: 'nothing runs the code, so it does not block',
        example: {
          path: '.github/workflows/a.yml',
          code: 'on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: "${{ github.head_ref }}"}\n      - uses: actions/labeler@v5\n',
        },
        found: ['high'],
      },
      {
        name: 'one named author is no stranger',
        example: {
          path: '.github/workflows/a.yml',
          code: 'on: pull_request_target\njobs:\n  a:\n    if: github.event.pull_request.user.login == \'dependabot[bot]\'\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: "${{ github.head_ref }}"}\n      - run: make\n',
        },
        found: [],
      },
      {
        name: 'the trigger is what the change makes dangerous',
        example: {
          path: '.github/workflows/a.yml',
          base: 'on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: gh pr checkout 1 && make\n',
          code: 'on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: gh pr checkout 1 && make\n',
        },
        found: ['critical!'],
      },
    ],
  },
])('$rule.id', ({ rule, cases }) => {
  it.each(cases)('$name', async ({ example, found }) => {
    expect(await findingsOf(rule, example)).toEqual(found);
  });
});
