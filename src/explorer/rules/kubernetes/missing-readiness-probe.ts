import {
  isCompleteWorkload,
  kubernetesParser,
  type Container,
  type Workload,
  workloadOf,
} from '../../parsers/kubernetes.ts';
import { asMap, asMaps, asText } from '../../parsers/yaml.ts';
import { type Collected, defineChangeRule, type LineRange } from '../../rule.ts';
import { firstTouched } from '../../touched-lines.ts';

interface ServingContainer extends LineRange {
  readonly owner: string;
  readonly workload: string;
  readonly container: string;
  readonly ports: LineRange | null;
  readonly state: 'probed' | 'unprobed' | 'not_serving';
}

/** Workloads whose pods are added to and taken from a Service while they roll. */
const ROLLING: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'Rollout',
  'DeploymentConfig',
]);

/** Helpers beside the application: their readiness is their vendor's matter. */
const SIDECAR =
  /(?:^|-)(?:istio|linkerd|envoy|consul|daprd?|proxy|sidecar|agent|exporter|cloudsql|cloud-sql|fluentd?|fluent-bit|filebeat|vector|promtail|otel|otelcol|collector|statsd|jaeger|reloader|oauth2)(?:-|$)/iu;

/** Ports that nobody sends user traffic to. */
const SIDE_PORT = /metric|prom|debug|jmx|pprof|admin|health|probe|gossip|peer|raft/iu;

/** Lines of a container that are shown; the rest says no more about what is missing. */
const SHOWN_LINES = 16;

export default defineChangeRule<ServingContainer>({
  id: 'kubernetes/missing-readiness-probe',
  wave: 1,
  item: 'error_handling',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: null,
  surfaces: ['Kubernetes', 'Helm'],
  files: ['**/*.{yml,yaml}'],
  silentIn: ['test', 'example', 'docs', 'dev'],
  title: {
    en: 'Container `{container}` takes traffic before it is ready',
    vi: 'Container `{container}` nhận traffic khi chưa sẵn sàng',
  },
  impact: {
    en: 'On every deploy, restart and scale-up, part of the requests fail with connection errors until the new pods of `{workload}` have started.',
    vi: 'Mỗi lần deploy, restart hay scale up, một phần request bị lỗi kết nối cho đến khi các pod mới của `{workload}` khởi động xong.',
  },
  why: {
    en: 'The container exposes a port and has no `readinessProbe`, so Kubernetes counts the pod as ready as soon as its process exists: the Service routes to it, and the rollout goes on to stop the next old pod.',
    vi: 'Container mở port nhưng không có `readinessProbe`, nên Kubernetes coi pod là ready ngay khi process vừa chạy: Service chuyển traffic tới pod đó, và rollout tiếp tục tắt pod cũ kế tiếp.',
  },
  fix: {
    en: 'Add a `readinessProbe` to `{container}` that calls an endpoint which answers only once the service can work, for example `httpGet` on `/readyz`.',
    vi: 'Thêm `readinessProbe` cho `{container}`, gọi một endpoint chỉ trả lời thành công khi service thật sự phục vụ được, ví dụ `httpGet` tới `/readyz`.',
  },
  later: {
    en: 'Make the readiness endpoint fail during shutdown and while a dependency that every request needs is down, and check manifests in CI for probes.',
    vi: 'Cho endpoint readiness trả lỗi trong lúc shutdown và khi dependency mà mọi request đều cần bị chết; kiểm tra probe của manifest trong CI.',
  },
  references: [
    'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  ],

  *collect(file) {
    for (const object of file.parse(kubernetesParser)) {
      if (!ROLLING.has(object.kind)) continue;
      const workload = workloadOf(object);
      if (workload === null || !isCompleteWorkload(workload)) continue;
      for (const container of workload.containers) {
        if (container.init) continue;
        yield {
          owner: container.owner,
          workload: `${object.kind}/${object.label}`,
          container: container.label,
          ports: object.rangeOf([...container.path, 'ports']),
          state: stateOf(workload, container),
          ...container.range,
        };
      }
    }
  },

  *decide({ base, head }) {
    const before = new Map(base.map(({ fact }) => [fact.owner, fact.state]));
    for (const collected of head) {
      const { fact, path } = collected;
      if (fact.state !== 'unprobed' || !isTouched(collected)) continue;
      const old = before.get(fact.owner);
      // A probe that stood at base was removed: that is for safeguard/resilience-removed to say.
      if (old === 'probed' || old === 'unprobed') continue;
      yield {
        path,
        side: 'head',
        ...shownLines(collected, old === undefined),
        anchor: fact.owner,
        values: { container: fact.container, workload: fact.workload },
      };
    }
  },

  examples: {
    bad: [
      {
        path: 'deploy/checkout.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  replicas: 3
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: app
          image: registry.example.com/checkout:1.4.2
          ports:
            - containerPort: 8080
          livenessProbe:
            httpGet: { path: /livez, port: 8080 }
`,
      },
      {
        // The chart sets a probe for one container and forgets the other.
        path: 'charts/shop/templates/statefulset.yaml',
        code: `{{- if .Values.search.enabled }}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "shop.fullname" . }}-search
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  serviceName: search
  selector:
    matchLabels:
      {{- include "shop.selectorLabels" . | nindent 6 }}
  template:
    spec:
      containers:
        - name: query
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports:
            - name: http
              containerPort: 9200
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
{{- end }}
`,
      },
    ],
    good: [
      {
        path: 'deploy/checkout.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    spec:
      initContainers:
        - name: migrate
          image: registry.example.com/checkout:1.4.2
      containers:
        - name: app
          image: registry.example.com/checkout:1.4.2
          ports: [{ containerPort: 8080 }]
          readinessProbe:
            httpGet: { path: /readyz, port: 8080 }
        - name: istio-proxy
          image: docker.io/istio/proxyv2:1.24.0
          ports: [{ containerPort: 15090 }]
`,
      },
      {
        // Looks bad: the probe comes from the values, behind a condition.
        path: 'charts/shop/templates/deployment.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  selector:
    matchLabels:
      {{- include "shop.selectorLabels" . | nindent 6 }}
  template:
    spec:
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports:
            - name: http
              containerPort: 8080
          {{- with .Values.readinessProbe }}
          readinessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
`,
      },
      {
        // Looks bad: a worker that only exposes its metrics, and a job.
        path: 'deploy/worker.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata: { name: mailer }
spec:
  selector: { matchLabels: { app: mailer } }
  template:
    spec:
      containers:
        - name: worker
          image: registry.example.com/mailer:2.0.0
          ports: [{ name: metrics, containerPort: 9102 }]
---
apiVersion: batch/v1
kind: Job
metadata: { name: reindex }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: reindex
          image: registry.example.com/search:2.0.0
          ports: [{ containerPort: 8080 }]
`,
      },
      {
        // Looks bad: a patch names only what it changes; the base manifest has the probe.
        path: 'deploy/overlays/prod/resources-patch.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  template:
    spec:
      containers:
        - name: app
          ports: [{ containerPort: 8443 }]
`,
      },
    ],
  },
});

function stateOf(workload: Workload, container: Container): ServingContainer['state'] {
  const { value } = container;
  if (hasContent(value['readinessProbe']) || container.open) return 'probed';
  if (value['image'] === undefined || asMap(workload.object.value['spec'])?.['replicas'] === 0)
    return 'not_serving';
  if (workload.containers.length > 1 && SIDECAR.test(container.name)) return 'not_serving';
  const ports = asMaps(value['ports']);
  const serving = ports.some((port) => !SIDE_PORT.test(asText(port['name']) ?? ''));
  return serving ? 'unprobed' : 'not_serving';
}

function hasContent(value: unknown): boolean {
  const map = asMap(value);
  return map === null ? value !== undefined && value !== null : Object.keys(map).length > 0;
}

function isTouched({ changedLines, fact }: Collected<ServingContainer>): boolean {
  return firstTouched(changedLines, fact) !== null;
}

function shownLines({ fact }: Collected<ServingContainer>, isNew: boolean): LineRange {
  const range = isNew || fact.ports === null ? fact : fact.ports;
  return { line: range.line, endLine: Math.min(range.endLine, range.line + SHOWN_LINES - 1) };
}
