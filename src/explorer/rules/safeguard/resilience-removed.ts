import { type ChangeMatch, type Collected, defineChangeRule } from '../../rule.ts';
import { fileTypeOf, SAFEGUARD_FILES } from '../../safeguards/file-type.ts';
import { collectOwners, collectSafeguards } from '../../safeguards/inventory.ts';
import type { Safeguard, SafeguardKind } from '../../safeguards/safeguard.ts';
import { ParseFailure } from '../../source-file.ts';

/** One entry of the inventory: a safeguard, or a thing that could have one. */
type Entry = Safeguard | { readonly ownerSeen: string };

type Found = Collected<Safeguard>;

/** Kinds whose loss takes requests down on the next deploy or the next slow dependency. */
const BLOCKING: ReadonlySet<SafeguardKind> = new Set([
  'readiness_probe',
  'liveness_probe',
  'startup_probe',
  'healthcheck',
  'timeout',
  'retry',
  'graceful_shutdown',
]);

const SHOWN_LINES = 16;

export default defineChangeRule<Entry>({
  id: 'safeguard/resilience-removed',
  wave: 1,
  item: 'retries',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'outage_on_deploy',
    when: {
      en: 'A probe, health check, timeout, retry or graceful shutdown is removed from something that goes on running in production, and the change adds no replacement for it.',
      vi: 'Probe, health check, timeout, retry hoặc graceful shutdown bị gỡ khỏi một thành phần vẫn tiếp tục chạy trên production, và thay đổi này không thêm gì thay thế.',
    },
  },
  surfaces: ['Kubernetes', 'Helm', 'Compose', 'Dockerfile', 'Terraform', 'Code'],
  files: SAFEGUARD_FILES,
  silentIn: ['test', 'example', 'docs', 'dev'],
  title: {
    en: '`{name}` of `{owner}` is removed',
    vi: '`{name}` của `{owner}` bị gỡ bỏ',
  },
  impact: {
    en: 'Faults that `{name}` kept away from users of `{owner}` reach them again: failed requests while a deploy rolls, hanging calls, or instances that stay broken.',
    vi: 'Những sự cố mà `{name}` từng chặn cho người dùng của `{owner}` sẽ lại tới tay họ: request lỗi trong lúc deploy, lời gọi bị treo, hoặc instance hỏng mà không ai thay.',
  },
  why: {
    en: 'The safeguard stands at the merge base, `{owner}` is still there at head, and nothing in the change replaces it.',
    vi: 'Cơ chế bảo vệ này có ở merge base, `{owner}` vẫn còn ở head, và không phần nào của thay đổi thay thế nó.',
  },
  fix: {
    en: 'Restore `{name}` for `{owner}`. If it misfires, correct its path, threshold or duration rather than removing it.',
    vi: 'Khôi phục `{name}` cho `{owner}`. Nếu nó hoạt động sai, hãy sửa path, ngưỡng hoặc thời lượng thay vì gỡ bỏ.',
  },
  later: {
    en: 'Rehearse the fault that `{name}` guards against (kill a pod, slow the dependency) so that the next removal is noticed before production.',
    vi: 'Diễn tập đúng sự cố mà `{name}` bảo vệ (kill pod, làm chậm dependency) để lần gỡ bỏ sau bị phát hiện trước khi lên production.',
  },
  references: [
    'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    'https://sre.google/sre-book/addressing-cascading-failures/',
  ],

  *collect(file) {
    try {
      for (const safeguard of collectSafeguards(file)) yield safeguard;
      // Only head's owners decide anything: what has gone there took its safeguards along.
      if (file.side === 'head')
        for (const ownerSeen of new Set(collectOwners(file))) yield { ownerSeen };
    } catch (error) {
      // A base that does not parse ran nowhere; head is what gets deployed, and must parse.
      if (!(error instanceof ParseFailure) || file.side === 'head') throw error;
    }
  },

  *decide({ base, head }) {
    const owners = new Set(
      head.flatMap(({ fact }) => ('ownerSeen' in fact ? [fact.ownerSeen] : [])),
    );
    const kept = head.filter(isSafeguard);
    for (const removed of unmatched(base.filter(isSafeguard), kept)) {
      if (owners.has(removed.fact.owner)) yield matchOf(removed, kept);
    }
  },

  examples: {
    bad: [
      {
        path: 'deploy/checkout.yaml',
        base: deployment(
          '          readinessProbe:\n            httpGet: { path: /readyz, port: 8080 }\n',
        ),
        code: deployment(''),
      },
      {
        path: 'compose.prod.yaml',
        base: 'services:\n  api:\n    image: shop/api:3.1.0\n    healthcheck:\n      test: [CMD, curl, -f, http://localhost/healthz]\n      interval: 10s\n',
        code: 'services:\n  api:\n    image: shop/api:3.1.1\n',
      },
      {
        path: 'infra/queues.tf',
        base: 'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n  redrive_policy = jsonencode({\n    deadLetterTargetArn = aws_sqs_queue.dead.arn\n    maxReceiveCount     = 5\n  })\n}\n',
        code: 'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n}\n',
      },
    ],
    good: [
      {
        // Looks bad: the probe leaves one file, and the whole Deployment stands in another.
        path: 'deploy/all.yaml',
        base: deployment('          readinessProbe:\n            tcpSocket: { port: 8080 }\n'),
        more: [
          {
            path: 'deploy/checkout/deployment.yaml',
            code: deployment('          readinessProbe:\n            tcpSocket: { port: 8080 }\n'),
          },
        ],
        code: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\n',
      },
      {
        // Looks bad: the service goes, and its health check with it.
        path: 'compose.yaml',
        base: 'services:\n  api:\n    image: shop/api:3.1.0\n  legacy:\n    image: shop/legacy:1.0.0\n    healthcheck:\n      test: [CMD, true]\n',
        code: 'services:\n  api:\n    image: shop/api:3.1.0\n',
      },
      {
        path: 'deploy/checkout.yaml',
        base: deployment('          readinessProbe:\n            tcpSocket: { port: 8080 }\n'),
        code: deployment(
          '          readinessProbe:\n            httpGet: { path: /readyz, port: 8080 }\n',
        ),
      },
    ],
  },
});

function isSafeguard(collected: Collected<Entry>): collected is Found {
  return 'kind' in collected.fact;
}

/** Base minus head, nearest kin first, so that what is left over is what really went. */
function unmatched(base: readonly Found[], head: readonly Found[]): readonly Found[] {
  const free = new Set(head);
  return PASSES.reduce<readonly Found[]>((left, isSame) => {
    return left.filter((old) => {
      const twin = [...free].find((candidate) => isSame(old, candidate));
      if (twin !== undefined) free.delete(twin);
      return twin === undefined;
    });
  }, base);
}

type IsSame = (old: Found, candidate: Found) => boolean;

const sameOwner: IsSame = (a, b) => a.fact.kind === b.fact.kind && a.fact.owner === b.fact.owner;

const PASSES: readonly IsSame[] = [
  (a, b) => sameOwner(a, b) && a.fact.name === b.fact.name && a.path === b.path,
  (a, b) => sameOwner(a, b) && a.fact.name === b.fact.name,
  sameOwner,
  // Code moves between functions; a probe of one container never replaces that of another.
  (a, b) =>
    a.fact.kind === b.fact.kind &&
    a.fact.name === b.fact.name &&
    fileTypeOf(a.path) === 'code' &&
    fileTypeOf(b.path) === 'code',
];

function matchOf({ path, fact }: Found, kept: readonly Found[]): ChangeMatch {
  const covered = fact.kind === 'liveness_probe' && hasReadiness(fact.owner, kept);
  return {
    path,
    side: 'base',
    line: fact.line,
    endLine: Math.min(fact.endLine, fact.line + SHOWN_LINES - 1),
    anchor: `${fact.owner}#${fact.kind}`,
    item: fact.item,
    blocks: BLOCKING.has(fact.kind) && !covered,
    priority: covered ? 'medium' : 'high',
    values: { name: fact.name, owner: fact.label ?? fact.owner },
  };
}

/** Many teams leave liveness out on purpose: without it a pod that is not ready still gets no traffic. */
function hasReadiness(owner: string, kept: readonly Found[]): boolean {
  return kept.some(({ fact }) => fact.kind === 'readiness_probe' && fact.owner === owner);
}

function deployment(probe: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    spec:
      containers:
        - name: app
          image: registry.example.com/checkout:1.4.2
          ports: [{ containerPort: 8080 }]
${probe}`;
}
