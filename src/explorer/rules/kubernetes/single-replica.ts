import {
  isCompleteWorkload,
  kubernetesParser,
  type KubernetesObject,
  workloadOf,
} from '../../parsers/kubernetes.ts';
import { asMap, asText, valueAt } from '../../parsers/yaml.ts';
import { type ChangeMatch, type Collected, defineChangeRule, type LineRange } from '../../rule.ts';
import { firstTouched } from '../../touched-lines.ts';

type Labels = Readonly<Record<string, string>>;

interface Replicated extends LineRange {
  readonly type: 'workload';
  readonly owner: string;
  readonly label: string;
  /** Null where the manifest leaves it out or a template decides. */
  readonly replicas: number | null;
  readonly stated: boolean;
  readonly at: LineRange;
  readonly labels: Labels;
  readonly singleton: boolean;
}

type Entry =
  | Replicated
  | { readonly type: 'autoscaler'; readonly target: string }
  | { readonly type: 'service'; readonly selector: Labels };

/** Names of what must not run twice. */
const SINGLETON = /leader|singleton|scheduler|cron|beat|migrat|operator|controller|bot$/iu;

export default defineChangeRule<Entry>({
  id: 'kubernetes/single-replica',
  wave: 1,
  item: 'horizontal_scaling',
  group: 'architecture',
  category: 'no_graceful_degradation',
  principle: 'chaos_is_constant',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: ['Kubernetes'],
  files: ['**/*.{yml,yaml}'],
  silentIn: ['test', 'example', 'docs', 'dev'],
  title: {
    en: '`{workload}` runs on a single replica',
    vi: '`{workload}` chỉ chạy một replica',
  },
  impact: {
    en: 'Users get errors whenever its one pod is evicted, crashes, or its node is drained: there is nobody to take over.',
    vi: 'Mỗi khi pod duy nhất bị evict, bị crash hoặc node bị drain, người dùng gặp lỗi vì không có pod nào thay thế.',
  },
  why: {
    en: 'The Deployment runs one pod and no autoscaler in this change raises it.',
    vi: 'Deployment chạy một pod và không có autoscaler nào trong thay đổi này tăng số đó.',
  },
  fix: {
    en: 'Set `spec.replicas: 2` or more for `{workload}`, or a HorizontalPodAutoscaler with `minReplicas: 2`.',
    vi: 'Đặt `spec.replicas` từ 2 trở lên cho `{workload}`, hoặc dùng HorizontalPodAutoscaler với `minReplicas: 2`.',
  },
  later: {
    en: 'Spread the replicas over zones (`topologySpreadConstraints`) and add a PodDisruptionBudget.',
    vi: 'Phân bố replica qua nhiều zone (`topologySpreadConstraints`) và thêm PodDisruptionBudget.',
  },
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
    'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas',
  ],

  *collect(file) {
    for (const object of file.parse(kubernetesParser)) yield* entryOf(object);
  },

  *decide({ base, head }) {
    const before = new Map(
      base.flatMap(({ fact }) => (fact.type === 'workload' ? [[fact.owner, fact]] : [])),
    );
    const scaled = new Set(
      head.flatMap(({ fact }) => (fact.type === 'autoscaler' ? [fact.target] : [])),
    );
    const selectors = head.flatMap(({ fact }) => (fact.type === 'service' ? [fact.selector] : []));
    for (const collected of head) {
      const { fact } = collected;
      if (fact.type !== 'workload' || fact.singleton || scaled.has(fact.owner)) continue;
      const match = matchOf({ ...collected, fact }, before.get(fact.owner), selectors);
      if (match !== null) yield match;
    }
  },

  examples: {
    bad: [
      { path: 'deploy/api.yaml', code: `${deployment('  replicas: 1\n')}---\n${service()}` },
      {
        path: 'deploy/api.yaml',
        base: deployment('  replicas: 3\n'),
        code: deployment('  replicas: 1\n'),
      },
    ],
    good: [
      { path: 'deploy/api.yaml', code: `${deployment('  replicas: 3\n')}---\n${service()}` },
      {
        // Looks bad: one replica, but an autoscaler raises it.
        path: 'deploy/api.yaml',
        code: `${deployment('  replicas: 1\n')}---\n${service()}`,
        more: [
          {
            path: 'deploy/hpa.yaml',
            code: 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: api }\nspec:\n  minReplicas: 2\n  maxReplicas: 8\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }\n',
          },
        ],
      },
      {
        // Looks bad: no Service stands before it, so a restart delays work and loses no request.
        path: 'deploy/mailer.yaml',
        code: deployment('  replicas: 1\n'),
      },
      {
        // Looks bad: Recreate says that it must never run twice.
        path: 'deploy/api.yaml',
        code: `${deployment('  replicas: 1\n  strategy: { type: Recreate }\n')}---\n${service()}`,
      },
    ],
  },
});

function* entryOf(object: KubernetesObject): Iterable<Entry> {
  if (object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject') {
    const target = asMap(valueAt(object.value, ['spec', 'scaleTargetRef']));
    yield {
      type: 'autoscaler',
      target: `${asText(target?.['kind']) ?? 'Deployment'}/${asText(target?.['name'])}`,
    };
  } else if (object.kind === 'Service') {
    yield { type: 'service', selector: labelsOf(valueAt(object.value, ['spec', 'selector'])) };
  } else if (object.kind === 'Deployment') yield* workloadEntry(object);
}

function* workloadEntry(object: KubernetesObject): Iterable<Entry> {
  const workload = workloadOf(object);
  if (workload === null || !isCompleteWorkload(workload)) return;
  const replicas = valueAt(object.value, ['spec', 'replicas']);
  const at = object.rangeOf(['spec', 'replicas']);
  if (at !== null && object.isConditional(at.line)) return;
  const recreates = valueAt(object.value, ['spec', 'strategy', 'type']) === 'Recreate';
  yield {
    type: 'workload',
    owner: `${object.kind}/${object.name}`,
    label: `${object.kind}/${object.label}`,
    replicas: typeof replicas === 'number' ? replicas : null,
    stated: replicas !== undefined,
    at: at ?? { line: object.range.line, endLine: object.range.line },
    labels: labelsOf(valueAt(object.value, ['spec', 'template', 'metadata', 'labels'])),
    // A claimed disk can often be mounted once only.
    singleton: recreates || SINGLETON.test(object.name) || claimsDisk(workload.podSpec),
    ...object.range,
  };
}

function claimsDisk(podSpec: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(podSpec['volumes'] ?? null).includes('persistentVolumeClaim');
}

function labelsOf(value: unknown): Labels {
  const pairs = Object.entries(asMap(value) ?? {});
  return Object.fromEntries(pairs.map(([key, label]) => [key, String(label)]));
}

function matchOf(
  { fact, path, changedLines }: Collected<Replicated>,
  old: Replicated | undefined,
  selectors: readonly Labels[],
): ChangeMatch | null {
  const lowered = fact.replicas === 1 && old !== undefined && (old.replicas ?? 0) >= 2;
  const isNew =
    old === undefined &&
    (fact.replicas === 1 || !fact.stated) &&
    firstTouched(changedLines, fact) !== null;
  if (!lowered && !(isNew && selectors.some((selector) => selects(selector, fact.labels))))
    return null;
  return {
    path,
    side: 'head',
    ...fact.at,
    anchor: fact.owner,
    priority: lowered ? 'high' : 'medium',
    values: { workload: fact.label },
  };
}

function selects(selector: Labels, labels: Labels): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}

function deployment(extra: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
${extra}  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers: [{ name: app, image: 'registry.example.com/api:1.0.0' }]
`;
}

function service(): string {
  return 'apiVersion: v1\nkind: Service\nmetadata: { name: api }\nspec: { selector: { app: api }, ports: [{ port: 80 }] }\n';
}
