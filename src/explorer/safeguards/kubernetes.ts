import { isTemplated } from '../parsers/helm.ts';
import {
  type Container,
  kubernetesParser,
  type KubernetesObject,
  type Workload,
  workloadOf,
} from '../parsers/kubernetes.ts';
import { asMap, valueAt, type YamlPath } from '../parsers/yaml.ts';
import type { SourceFile } from '../source-file.ts';
import { ITEM_OF_KIND, type Safeguard, type SafeguardKind } from './safeguard.ts';

const PROBES = {
  readinessProbe: 'readiness_probe',
  livenessProbe: 'liveness_probe',
  startupProbe: 'startup_probe',
} as const satisfies Record<string, SafeguardKind>;

/** Probes, hooks, disruption budgets, autoscalers, mesh timeouts and retries of a manifest. */
export function* collectKubernetesSafeguards(file: SourceFile): Iterable<Safeguard> {
  for (const object of file.parse(kubernetesParser)) {
    yield* ofTarget(object);
    yield* ofMesh(object);
    const workload = workloadOf(object);
    if (workload === null) continue;
    yield* ofPod(workload);
    for (const container of workload.containers) yield* ofContainer(object, container);
  }
}

/**
 * Objects, and the containers of those that run pods. A container into which a template prints more is
 * left out: its safeguards may come from there, so none can be said to be gone.
 */
export function* collectKubernetesOwners(file: SourceFile): Iterable<string> {
  for (const object of file.parse(kubernetesParser)) {
    yield ownerOf(object);
    for (const container of workloadOf(object)?.containers ?? [])
      if (!container.open) yield container.owner;
    for (const route of routesOf(object)) yield route.owner;
  }
}

function ownerOf(object: KubernetesObject): string {
  return `${object.kind}/${object.name}`;
}

function guarded(object: KubernetesObject): { owner: string; label: string } {
  return { owner: ownerOf(object), label: `${object.kind}/${object.label}` };
}

function* ofContainer(object: KubernetesObject, container: Container): Iterable<Safeguard> {
  const label = `${object.kind}/${object.label}/${container.label}`;
  const thing = { owner: container.owner, label };
  for (const [name, kind] of Object.entries(PROBES))
    yield* at(object, [...container.path, name], kind, thing, name);
  const preStop = [...container.path, 'lifecycle', 'preStop'];
  yield* at(object, preStop, 'graceful_shutdown', thing, 'preStop');
}

function* ofPod({ object, podPath }: Workload): Iterable<Safeguard> {
  const path = [...podPath, 'terminationGracePeriodSeconds'];
  const seconds = valueAt(object.value, path);
  // Kubernetes waits 30 s by default: a shorter period guards nothing that its removal would take away.
  if (typeof seconds === 'number' && seconds <= 30) return;
  yield* at(object, path, 'graceful_shutdown', guarded(object), 'terminationGracePeriodSeconds');
}

/** A budget or autoscaler is a safeguard of what it points at. */
function* ofTarget(object: KubernetesObject): Iterable<Safeguard> {
  if (object.kind !== 'HorizontalPodAutoscaler' && object.kind !== 'ScaledObject') return;
  const target = asMap(valueAt(object.value, ['spec', 'scaleTargetRef']));
  const name = target?.['name'];
  if (typeof name !== 'string' || isTemplated(name)) return;
  const kind = typeof target?.['kind'] === 'string' ? target['kind'] : 'Deployment';
  yield* at(object, [], 'autoscaler', { owner: `${kind}/${name}` }, object.kind);
}

interface Route {
  readonly owner: string;
  readonly path: YamlPath;
}

/** HTTP routes of an Istio VirtualService; a route without a name goes by its place. */
function routesOf(object: KubernetesObject): Route[] {
  if (object.kind !== 'VirtualService') return [];
  const http = valueAt(object.value, ['spec', 'http']);
  if (!Array.isArray(http)) return [];
  return http.map((route: unknown, i) => {
    const name = asMap(route)?.['name'];
    const id = typeof name === 'string' ? name : String(i);
    return { owner: `${ownerOf(object)}:http/${id}`, path: ['spec', 'http', i] };
  });
}

function* ofMesh(object: KubernetesObject): Iterable<Safeguard> {
  for (const route of routesOf(object)) {
    yield* at(object, [...route.path, 'timeout'], 'timeout', route, 'timeout');
    yield* at(object, [...route.path, 'retries'], 'retry', route, 'retries');
  }
  if (object.kind !== 'DestinationRule') return;
  const outlier = ['spec', 'trafficPolicy', 'outlierDetection'];
  yield* at(object, outlier, 'circuit_breaker', guarded(object), 'outlierDetection');
}

function* at(
  object: KubernetesObject,
  path: YamlPath,
  kind: SafeguardKind,
  guardedThing: { readonly owner: string; readonly label?: string },
  name: string,
): Iterable<Safeguard> {
  const value = valueAt(object.value, path);
  const range = object.rangeOf(path);
  if (value === undefined || value === null || range === null) return;
  const { owner, label = owner } = guardedThing;
  yield { kind, item: ITEM_OF_KIND[kind], owner, label, name, ...range, strength: null };
}
