import { describe, expect, it } from 'vitest';
import { fileTypeOf } from '../../../../src/explorer/safeguards/file-type.ts';
import { collectOwners, collectSafeguards } from '../../../../src/explorer/safeguards/inventory.ts';
import { ParseFailure, SourceFile } from '../../../../src/explorer/source-file.ts';

function inventoryOf(path: string, text: string): { safeguards: string[]; owners: string[] } {
  const file = new SourceFile(path, 'head', text);
  return {
    safeguards: [...collectSafeguards(file)].map(
      (s) => `${s.kind} ${s.owner} ${s.line}-${s.endLine}`,
    ),
    owners: [...collectOwners(file)],
  };
}

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: app
          readinessProbe:
            tcpSocket: { port: 80 }
          livenessProbe:
          lifecycle:
            preStop: { exec: { command: [sleep, '5'] } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api }
spec:
  http:
    - name: main
      timeout: 3s
      retries: { attempts: 2 }
`;

describe('the inventory of safeguards', () => {
  it.each([
    {
      name: 'probes, hooks and mesh routes of manifests',
      path: 'deploy/api.yaml',
      text: MANIFEST,
      safeguards: [
        'graceful_shutdown Deployment/api 7-7',
        'readiness_probe Deployment/api:container/app 10-11',
        'graceful_shutdown Deployment/api:container/app 14-14',
        'timeout VirtualService/api:http/main 22-22',
        'retry VirtualService/api:http/main 23-23',
      ],
      owners: [
        'Deployment/api',
        'Deployment/api:container/app',
        'VirtualService/api',
        'VirtualService/api:http/main',
      ],
    },
    {
      name: 'health checks of Compose services, but no disabled ones',
      path: 'compose.prod.yml',
      text: 'services:\n  a:\n    healthcheck:\n      test: [CMD, x]\n    stop_grace_period: 1m\n  b:\n    healthcheck: { disable: true }\n    stop_grace_period: 5s\n',
      safeguards: ['healthcheck service/a 3-4', 'graceful_shutdown service/a 5-5'],
      owners: ['service/a', 'service/b'],
    },
    {
      name: 'the health check that the final image inherits',
      path: 'api/Dockerfile',
      text: 'FROM a:1 AS base\nHEALTHCHECK CMD x\nFROM base\nCMD y\n',
      safeguards: ['healthcheck image/api/Dockerfile 2-2'],
      owners: ['image/api/Dockerfile'],
    },
    {
      name: 'no health check where the final image switches it off',
      path: 'api/Dockerfile',
      text: 'FROM a:1 AS base\nHEALTHCHECK CMD x\nFROM base\nHEALTHCHECK NONE\n',
      safeguards: [],
      owners: ['image/api/Dockerfile'],
    },
    {
      name: 'guards of Terraform resources at any depth',
      path: 'infra/main.tf',
      text: 'resource "google_cloud_run_v2_service" "api" {\n  template {\n    containers {\n      startup_probe {}\n    }\n  }\n}\nresource "aws_lambda_function" "f" {\n  dead_letter_config {\n    target_arn = var.dlq\n  }\n}\nresource "aws_lb_target_group" "t" {\n  health_check {\n    enabled = false\n  }\n}\n',
      safeguards: [
        'startup_probe google_cloud_run_v2_service.api 4-4',
        'dead_letter_queue aws_lambda_function.f 9-11',
      ],
      owners: ['google_cloud_run_v2_service.api', 'aws_lambda_function.f', 'aws_lb_target_group.t'],
    },
    {
      name: 'nothing in other YAML',
      path: '.github/workflows/ci.yml',
      text: 'on: push\njobs: {}\n',
      safeguards: [],
      owners: [],
    },
    {
      name: 'nothing in prose',
      path: 'README.md',
      text: 'readinessProbe: none\n',
      safeguards: [],
      owners: [],
    },
  ])('holds $name', ({ path, text, safeguards, owners }) => {
    expect(inventoryOf(path, text)).toEqual({ safeguards, owners });
  });

  it('leaves a container open whose keys a template prints', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: app\n      {{- toYaml .Values.probes | nindent 6 }}\n';

    expect(inventoryOf('charts/a/templates/pod.yaml', text).owners).toEqual(['Pod/a']);
  });

  it('refuses a file that should parse and does not', () => {
    expect(() => inventoryOf('main.tf', 'resource "a" "b" {')).toThrow(ParseFailure);
  });
});

it.each([
  ['Dockerfile', 'dockerfile'],
  ['build/api.dockerfile', 'dockerfile'],
  ['deploy/docker-compose.prod.yml', 'compose'],
  ['compose.yaml', 'compose'],
  ['deploy/decompose.yaml', 'yaml'],
  ['infra/main.tf', 'terraform'],
  ['src/app.tsx', 'code'],
  ['README.md', null],
])('%s is read as %s', (path, type) => {
  expect(fileTypeOf(path)).toBe(type);
});
