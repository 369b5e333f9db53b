import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTemplated, maskTemplate } from '../../../../src/explorer/parsers/helm.ts';
import {
  kubernetesParser,
  type KubernetesObject,
  workloadOf,
} from '../../../../src/explorer/parsers/kubernetes.ts';
import { ParseFailure, SourceFile } from '../../../../src/explorer/source-file.ts';

function objectsOf(text: string, path = 'deploy/app.yaml'): readonly KubernetesObject[] {
  return new SourceFile(path, 'head', text).parse(kubernetesParser);
}

const CHART = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels: {{- include "shop.labels" . | nindent 4 }}
    tier: web
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  template:
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default "x}}y" }}"
          {{- if .Values.debug }}
          securityContext:
            privileged: true
          {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
        - name: proxy
          image: envoy:1.30
          {{- toYaml .Values.proxy | nindent 10 }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
`;

describe('kubernetesParser', () => {
  it('reads several documents and lists with their lines', () => {
    const objects = objectsOf(
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: b}\n    spec: {containers: [{name: c}]}\n',
    );

    expect(objects.map(({ kind, name, range }) => [kind, name, range.line, range.endLine])).toEqual(
      [
        ['Service', 'a', 1, 3],
        ['Pod', 'b', 8, 11],
      ],
    );
    expect(objects[1]?.rangeOf(['spec', 'containers', 0])).toEqual({ line: 11, endLine: 11 });
  });

  it.each([
    { name: 'a Compose file', path: 'a.yaml', text: 'services: {a: {image: b}}\n' },
    { name: 'broken YAML that is no manifest', path: 'a.yaml', text: 'a: [1\n{{ b' },
    { name: 'values of a chart', path: 'charts/a/values.yaml', text: 'apiVersion: [\nkind: x\n' },
    {
      name: 'a kustomization',
      path: 'k/kustomization.yaml',
      text: 'apiVersion: v1\nkind: Kustomization\n',
    },
    {
      name: 'a custom resource definition',
      path: 'c.yaml',
      text: 'apiVersion: v1\nkind: CustomResourceDefinition\n',
    },
    { name: 'an empty document', path: 'a.yaml', text: '' },
  ])('has nothing to say about $name', ({ path, text }) => {
    expect(objectsOf(text, path)).toEqual([]);
  });

  it('names a manifest that is no YAML as a failure', () => {
    expect(() => objectsOf('apiVersion: v1\nkind: Pod\nspec: [\n')).toThrow(ParseFailure);
  });

  it('reads a Helm template without moving a line', () => {
    const [object] = objectsOf(CHART, 'charts/shop/templates/deployment.yaml');
    const containers = object === undefined ? [] : (workloadOf(object)?.containers ?? []);

    expect(object?.name).toBe('{{ include "shop.fullname" . }}');
    expect(object?.label).toBe('Deployment');
    expect(
      containers.map(({ name, open, range }) => [isTemplated(name) ? '*' : name, open, range.line]),
    ).toEqual([
      ['*', false, 15],
      ['proxy', true, 23],
    ]);
    expect(isTemplated(containers[0]?.value['image'])).toBe(true);
  });

  it('tells a condition inside an object from one around it', () => {
    const [object] = objectsOf(CHART, 'charts/shop/templates/deployment.yaml');

    expect(object?.isConditional(19)).toBe(true);
    expect(object?.isConditional(24)).toBe(false);
  });

  it('leaves out a branch that does not go together with the other, and says where', () => {
    const [object] = objectsOf(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  volumes:\n  {{- if .Values.disk }}\n    - name: disk\n  {{- else }}\n    {}\n  {{- end }}\n  containers: [{name: app}]\n',
      'charts/a/templates/pod.yaml',
    );

    expect(object?.value['spec']).toMatchObject({ containers: [{ name: 'app' }] });
    expect(object?.isPartial({ line: 5, endLine: 8 })).toBe(true);
    expect(object?.isPartial({ line: 11, endLine: 11 })).toBe(false);
  });
});

describe('maskTemplate', () => {
  it('keeps the number of lines of any text', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{{- if x }}',
      '{{ else }}',
      '{{- end -}}',
      '{{/*',
      '*/}}',
      '"',
      '`',
      '\n',
      'a: ',
      '- ',
      'b',
      ' | nindent 4',
      '  ',
      '|',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        expect(maskTemplate(text).text.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  it.each([
    { name: 'a string that holds the closing marker', text: 'a: {{ "}}" }}', open: 0 },
    {
      name: 'one branch of a value on one line',
      text: 'kind: {{ if .a -}} Secret {{- else -}} ConfigMap {{- end }}',
      open: 0,
    },
    { name: 'an assignment', text: '{{- $x := .Values.x }}\na: b', open: 0 },
    { name: 'a comment over lines', text: '{{- /*\n {{ }} \n*/ -}}\na: b', open: 0 },
  ])('masks $name', ({ text }) => {
    expect(maskTemplate(text).text).not.toMatch(/[{}]|ConfigMap/u);
  });
});
