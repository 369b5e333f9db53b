import { isTemplated } from '../../parsers/helm.ts';
import { isUnpinned } from '../../parsers/image-reference.ts';
import { kubernetesParser, workloadOf } from '../../parsers/kubernetes.ts';
import { asText } from '../../parsers/yaml.ts';
import { defineFileRule } from '../../rule.ts';

/** Kustomize and Skaffold replace a bare name like `api`; with a registry or a known image it is meant as is. */
const MEANT_AS_IS =
  /\/|^(?:nginx|redis|postgres|mysql|mariadb|mongo|rabbitmq|memcached|httpd|haproxy|traefik|node|python|ruby|golang|php|busybox|alpine|debian|ubuntu|curl)(?::|$)/u;

export default defineFileRule({
  id: 'kubernetes/latest-image-tag',
  wave: 1,
  item: 'deployment',
  group: 'dependencies',
  category: 'technical_debt',
  principle: 'demo_is_not_production',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: ['Kubernetes', 'Helm'],
  files: ['**/*.{yml,yaml}'],
  silentIn: ['test', 'example', 'docs', 'dev'],
  optOuts: ['kube-linter.io/ignore', 'checkov:skip'],
  title: {
    en: 'Container `{container}` runs whatever `{image}` is today',
    vi: 'Container `{container}` chạy bất cứ thứ gì `{image}` đang trỏ tới',
  },
  impact: {
    en: 'A restarted or rescheduled pod can run another version than its neighbours, and `kubectl rollout undo` returns to the same moving tag.',
    vi: 'Pod bị restart hoặc chuyển node có thể chạy phiên bản khác với các pod còn lại, và `kubectl rollout undo` cũng chỉ quay về đúng cái tag luôn thay đổi đó.',
  },
  why: {
    en: '`{image}` has no tag or the tag `latest`, so each node resolves it when it pulls.',
    vi: '`{image}` không có tag hoặc dùng tag `latest`, nên mỗi node tự phân giải vào lúc pull.',
  },
  fix: {
    en: 'Name the release that was tested, for example `{name}:<version>`, or its digest.',
    vi: 'Ghi đúng phiên bản đã được kiểm thử, ví dụ `{name}:<version>`, hoặc digest của nó.',
  },
  later: {
    en: 'Let the pipeline write the digest it has built into the manifest, and refuse `latest` by admission policy.',
    vi: 'Để pipeline ghi digest vừa build vào manifest, và chặn `latest` bằng admission policy.',
  },
  references: [
    'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    'https://kubernetes.io/docs/concepts/configuration/overview/',
  ],

  *check(file) {
    for (const object of file.parse(kubernetesParser)) {
      for (const container of workloadOf(object)?.containers ?? []) {
        const image = asText(container.value['image']);
        if (image === null || isTemplated(image) || !isUnpinned(image)) continue;
        if (!MEANT_AS_IS.test(image) || /^[A-Z_]+$/u.test(image)) continue;
        const at = object.rangeOf([...container.path, 'image']) ?? container.range;
        const name = image.replace(/:latest$/u, '');
        const values = { container: container.label, image, name };
        yield { ...at, anchor: container.owner, values };
      }
    }
  },

  examples: {
    bad: [
      { path: 'deploy/api.yaml', code: pod('registry.example.com/shop/api:latest') },
      { path: 'deploy/cache.yaml', code: pod('redis') },
    ],
    good: [
      { path: 'deploy/api.yaml', code: pod('registry.example.com:5000/shop/api:1.4.2') },
      {
        // Looks bad: no tag, but Kustomize sets the image of a bare name.
        path: 'deploy/base/api.yaml',
        code: pod('api'),
      },
      {
        // Looks bad: the chart's values hold the tag.
        path: 'charts/api/templates/pod.yaml',
        code: pod('"registry.example.com/api{{ .Values.image.suffix }}"'),
      },
    ],
  },
});

function pod(image: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: app
      image: ${image}
`;
}
