import {
  type Container,
  isTrue,
  kubernetesParser,
  type KubernetesObject,
  type Workload,
  workloadOf,
} from '../../parsers/kubernetes.ts';
import { asList, asMap, asText, type YamlPath, valueAt } from '../../parsers/yaml.ts';
import { defineFileRule, type LineRange } from '../../rule.ts';

/** Software that runs the node itself and cannot do so without its rights. */
const NODE_AGENT =
  /(?:^|[/_-])(?:csi|cni|calico|cilium|flannel|weave|multus|kube-proxy|kured|node-?exporter|node-?agent|node-driver|device-plugin|nvidia|falco|tetragon|tracee|datadog|sysdig|dynatrace|longhorn|rook|ceph|openebs|dind|buildkit|kaniko|gvisor|kata)/iu;

const DANGEROUS: ReadonlySet<string> = new Set(['SYS_ADMIN', 'CAP_SYS_ADMIN', 'ALL']);

interface Grant {
  readonly setting: string;
  readonly at: LineRange;
}

export default defineFileRule({
  id: 'kubernetes/privileged-container',
  wave: 1,
  item: 'authorization',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'security_vulnerability',
    when: {
      en: 'A literal `privileged: true`, or the capability `SYS_ADMIN` or `ALL`, on a container that is no node agent, DaemonSet or part of `kube-system`.',
      vi: '`privileged: true`, hoặc capability `SYS_ADMIN` hay `ALL`, ghi cố định cho một container không phải node agent, DaemonSet hay thành phần của `kube-system`.',
    },
  },
  surfaces: ['Kubernetes', 'Helm'],
  files: ['**/*.{yml,yaml}'],
  optOuts: ['kube-linter.io/ignore', 'checkov:skip'],
  title: {
    en: 'Container `{container}` has the rights of its node',
    vi: 'Container `{container}` có toàn quyền trên node',
  },
  impact: {
    en: 'Whoever breaks into `{container}` owns the node: every other pod on it, its secrets, and the kubelet’s credentials.',
    vi: 'Ai chiếm được `{container}` là chiếm luôn node: mọi pod khác trên đó, secret của chúng và credential của kubelet.',
  },
  why: {
    en: '`{setting}` lifts the isolation between the container and its host.',
    vi: '`{setting}` gỡ bỏ lớp cô lập giữa container và máy chủ.',
  },
  fix: {
    en: 'Remove `{setting}`; drop all capabilities and add back by name the one that the process needs.',
    vi: 'Bỏ `{setting}`; drop toàn bộ capability rồi chỉ thêm lại đúng capability mà process cần.',
  },
  later: {
    en: 'Label the namespace with `pod-security.kubernetes.io/enforce: restricted`, so that such pods are refused.',
    vi: 'Gắn nhãn `pod-security.kubernetes.io/enforce: restricted` cho namespace để những pod như vậy bị từ chối.',
  },
  references: [
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  ],

  *check(file) {
    for (const object of file.parse(kubernetesParser)) {
      const workload = workloadOf(object);
      if (workload === null) continue;
      for (const container of workload.containers) {
        const grant = grantOf(object, container);
        // A template condition around the setting leaves its value to the values file.
        if (grant === null || object.isConditional(grant.at.line)) continue;
        yield {
          ...grant.at,
          anchor: `${container.owner}:${grant.setting}`,
          values: { container: container.label, setting: grant.setting },
          blocks: !runsTheNode(workload, container),
        };
      }
    }
  },

  examples: {
    bad: [
      {
        path: 'deploy/api.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    spec:
      containers:
        - name: app
          image: registry.example.com/api:1.2.3
          securityContext:
            privileged: true
`,
      },
      {
        path: 'deploy/job.yaml',
        code: `apiVersion: batch/v1
kind: Job
metadata: { name: import }
spec:
  template:
    spec:
      containers:
        - name: import
          image: registry.example.com/import:1.2.3
          securityContext:
            capabilities:
              add: [NET_BIND_SERVICE, SYS_ADMIN]
`,
      },
    ],
    good: [
      {
        // Looks bad: all capabilities are named, to be dropped.
        path: 'deploy/api.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    spec:
      containers:
        - name: app
          image: registry.example.com/api:1.2.3
          securityContext:
            privileged: false
            capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }
`,
      },
      {
        // Looks bad: the chart's values decide.
        path: 'charts/api/templates/deployment.yaml',
        code: `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    spec:
      containers:
        - name: app
          image: registry.example.com/api:1.2.3
          {{- if .Values.debug }}
          securityContext:
            privileged: true
          {{- end }}
`,
      },
      {
        path: 'policies/restricted.yaml',
        code: `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: restricted }
spec:
  rules:
    - name: refuse
      validate:
        pattern:
          spec:
            containers: [{ securityContext: { privileged: true } }]
`,
      },
    ],
  },
});

function grantOf(object: KubernetesObject, { value, path }: Container): Grant | null {
  const context = asMap(value['securityContext']);
  const add = asList(valueAt(context, ['capabilities', 'add']));
  const granted = add.find((name) => DANGEROUS.has((asText(name) ?? '').toUpperCase()));
  const inner: YamlPath = isTrue(context?.['privileged'])
    ? ['privileged']
    : ['capabilities', 'add'];
  if (inner.length > 1 && granted === undefined) return null;
  const at = object.rangeOf([...path, 'securityContext', ...inner]);
  const setting = inner.length === 1 ? 'privileged: true' : `capabilities.add: ${String(granted)}`;
  return at === null ? null : { setting, at };
}

function runsTheNode({ object }: Workload, { name, value }: Container): boolean {
  if (object.kind === 'DaemonSet') return true;
  if (valueAt(object.value, ['metadata', 'namespace']) === 'kube-system') return true;
  return NODE_AGENT.test(`/${name}`) || NODE_AGENT.test(`/${asText(value['image']) ?? ''}`);
}
