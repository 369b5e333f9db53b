import type { LineRange } from '../rule.ts';
import { ParseFailure, type Parser, type ParserInput } from '../source-file.ts';
import {
  type ConditionalRange,
  isOpen,
  isTemplated,
  type MaskedText,
  maskTemplate,
  unmask,
} from './helm.ts';
import { parseTemplate, type TemplateDocuments } from './helm-documents.ts';
import {
  asList,
  asMap,
  asText,
  parseYaml,
  valueAt,
  type YamlDocument,
  type YamlMap,
  type YamlPath,
} from './yaml.ts';

/** One Kubernetes object, from a manifest, a `List`, or a Helm template. */
export interface KubernetesObject {
  readonly kind: string;
  readonly apiVersion: string;
  /** As written: a templated name is its template action. */
  readonly name: string;
  /** For sentences: the name, or the kind where the name is templated. */
  readonly label: string;
  readonly value: YamlMap;
  readonly range: LineRange;
  rangeOf(path: YamlPath): LineRange | null;
  /** The line stands in a condition or loop inside the object, so it may not be rendered. */
  isConditional(line: number): boolean;
  /** Something on these lines, or right after them, could not be read without rendering. */
  isPartial(lines: LineRange): boolean;
}

/** An object that runs pods, with the containers of its pod template. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly podPath: YamlPath;
  readonly podSpec: YamlMap;
  readonly containers: readonly Container[];
}

export interface Container {
  /** `Deployment/api:container/app` */
  readonly owner: string;
  readonly name: string;
  readonly label: string;
  /** `initContainers` that restart `Always` are sidecars and count as init containers here. */
  readonly init: boolean;
  readonly value: YamlMap;
  readonly path: YamlPath;
  readonly range: LineRange;
  /** A template prints further keys into it: an absent key is unknown. */
  readonly open: boolean;
}

const POD_PATHS: Readonly<Record<string, YamlPath>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  DeploymentConfig: ['spec', 'template', 'spec'],
  Rollout: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/**
 * The Kubernetes objects of a YAML file; empty for any other YAML, which is not even parsed. Helm
 * templates are read with their actions masked. Throws `ParseFailure` for a manifest that is no YAML.
 */
export const kubernetesParser: Parser<readonly KubernetesObject[]> = {
  name: 'kubernetes',
  parse(file: ParserInput) {
    if (!looksLikeManifest(file)) return [];
    const masked = maskTemplate(file.text);
    const template = { ...parseTemplate(masked), masked };
    return template.documents.flatMap((doc) => objectsIn(doc, doc.value, [], template));
  },
};

function looksLikeManifest({ path, text }: ParserInput): boolean {
  if (/(?:^|\/)(?:kustomization|Chart|values[^/]*)\.ya?ml$/u.test(path)) return false;
  // A file that no tool could read may hide anything: parsing it says where it is broken.
  if (!/^[\s-]*apiVersion\s*:/mu.test(text)) return isBroken(text);
  // Definitions of custom resources run to megabytes and hold nothing that runs.
  const kinds = text.match(/^kind\s*:.*$/gmu) ?? text.match(/^[\s-]*kind\s*:.*$/gmu) ?? [];
  return kinds.some((kind) => !kind.includes('CustomResourceDefinition'));
}

interface Template extends TemplateDocuments {
  readonly masked: MaskedText;
}

function objectsIn(
  doc: YamlDocument,
  value: unknown,
  path: YamlPath,
  template: Template,
): KubernetesObject[] {
  const map = asMap(value);
  const kind = asText(map?.['kind']);
  const apiVersion = asText(map?.['apiVersion']);
  if (map === null || kind === null || apiVersion === null || isTemplated(kind)) return [];
  if (kind === 'List')
    return asList(map['items']).flatMap((item, i) =>
      objectsIn(doc, item, [...path, 'items', i], template),
    );
  const range = doc.rangeOf(path) ?? doc.range;
  const rawName = asText(valueAt(map, ['metadata', 'name'])) ?? '';
  const { masked, dropped } = template;
  const inside = masked.conditional.filter((c) => isInside(c, range));
  return [
    {
      kind,
      apiVersion,
      name: unmask(rawName, masked.actions),
      label: isTemplated(rawName) || rawName === '' ? kind : rawName,
      value: map,
      range,
      rangeOf: (inner) => doc.rangeOf([...path, ...inner]),
      isPartial: (lines) =>
        [...dropped].some((line) => lines.line <= line && line <= lines.endLine + 1),
      isConditional: (line) => inside.some((c) => c.line < line && line < c.endLine),
    },
  ];
}

/** A block around the whole object switches all of it, so it makes nothing in it uncertain. */
function isInside(block: ConditionalRange, range: LineRange): boolean {
  return block.line > range.line && block.line <= range.endLine;
}

/** The pod template of an object; null for objects that run no pods and for incomplete ones. */
export function workloadOf(object: KubernetesObject): Workload | null {
  const podPath = POD_PATHS[object.kind];
  if (podPath === undefined) return null;
  const podSpec = asMap(valueAt(object.value, podPath));
  if (podSpec === null) return null;
  const containers = (['initContainers', 'containers'] as const).flatMap((list) =>
    asList(podSpec[list]).flatMap((value, i) => {
      const container = containerOf(
        object,
        [...podPath, list, i],
        value,
        list === 'initContainers',
      );
      return container === null ? [] : [container];
    }),
  );
  return { object, podPath, podSpec, containers };
}

function containerOf(
  object: KubernetesObject,
  path: YamlPath,
  value: unknown,
  init: boolean,
): Container | null {
  const map = asMap(value);
  const range = object.rangeOf(path);
  if (map === null || range === null) return null;
  const name = asText(map['name']) ?? '';
  const label = isTemplated(name) || name === '' ? object.label : name;
  // One container needs no name to be told from others, and a templated name often changes its helper.
  const owner = `${object.kind}/${object.name}:container/${isTemplated(name) ? '*' : name}`;
  return {
    owner,
    name,
    label,
    init,
    value: map,
    path,
    range,
    open: isOpen(map) || object.isPartial(range),
  };
}

/** YAML 1.1 truths that Kubernetes accepts and YAML 1.2 reads as text. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(?:yes|on|true|y)$/iu.test(value));
}

/**
 * A whole object rather than a patch for one: API servers demand selector and template of a workload,
 * and an image of a container, while patches name only what they change.
 */
export function isCompleteWorkload(workload: Workload): boolean {
  const { object } = workload;
  if (object.kind === 'Pod' || object.kind === 'Job' || object.kind === 'CronJob') return true;
  return (
    valueAt(object.value, ['spec', 'selector']) !== undefined ||
    isOpen(asMap(object.value['spec']) ?? {})
  );
}

/** Large data files that are no manifests are not worth the time. */
const MAX_PROBED_CHARS = 200_000;

/** Not YAML, and not a template that becomes YAML when a tool fills it in. */
function isBroken(text: string): boolean {
  if (text.length > MAX_PROBED_CHARS || /\{\{|\{%|<%|<#/u.test(text)) return false;
  try {
    parseYaml(text);
    return false;
  } catch (error) {
    if (error instanceof ParseFailure) return true;
    throw error;
  }
}
