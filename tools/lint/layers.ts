/**
 * Who may import whom: the one table behind the lint rule `ops/layers` and the picture in
 * docs/architecture.md. A folder is a layer; every adapter is one of its own.
 */

export interface Layer {
  /** Below `src/`. */
  readonly folder: string;
  /** Other layers whose code it may use. */
  readonly mayImport: readonly string[];
  /** Other layers of which it may use the types alone. */
  readonly mayImportTypes?: readonly string[];
  /** The only packages that it may import; absent: any that no other layer owns. */
  readonly packages?: readonly string[];
  /** What to do instead of importing an adapter. */
  readonly port: string;
}

const SOURCE_TREE = 'take a SourceTree through deps';
const MODEL = 'take a Model or SourceTree through deps';
const JOB_STORE = 'take a Queue or Ledger through deps';
const DATA_ONLY = 'take what it found as data';
const DEPS = 'take it through deps, and let main.ts or cli.ts choose it';

export const LAYERS: readonly Layer[] = [
  { folder: 'domain', mayImport: [], packages: ['zod'], port: DATA_ONLY },
  { folder: 'i18n', mayImport: [], packages: [], port: DATA_ONLY },
  { folder: 'config', mayImport: ['domain'], port: SOURCE_TREE },
  { folder: 'snapshot', mayImport: ['domain'], port: SOURCE_TREE },
  { folder: 'explorer', mayImport: ['domain', 'snapshot'], port: SOURCE_TREE },
  { folder: 'assessment', mayImport: ['domain', 'snapshot', 'config'], port: MODEL },
  { folder: 'synthesis', mayImport: ['domain'], port: DATA_ONLY },
  { folder: 'publish', mayImport: ['domain', 'i18n'], port: 'take a Publisher through deps' },
  {
    folder: 'review',
    mayImport: ['domain', 'config', 'snapshot', 'explorer', 'assessment', 'synthesis', 'publish'],
    port: DEPS,
  },
  {
    folder: 'jobs',
    mayImport: ['domain'],
    mayImportTypes: ['review', 'publish'],
    port: JOB_STORE,
  },
  { folder: 'webhooks', mayImport: ['domain', 'jobs'], port: JOB_STORE },
  adapter('github', ['snapshot', 'publish']),
  adapter('git-local', ['snapshot']),
  adapter('files', ['snapshot', 'publish']),
  adapter('anthropic', ['assessment']),
  adapter('sqlite', ['jobs', 'assessment']),
  adapter('postgres', ['jobs', 'assessment']),
];

function adapter(name: string, ports: readonly string[]): Layer {
  return { folder: `adapters/${name}`, mayImport: ['domain', 'i18n', ...ports], port: DEPS };
}

/** Composition roots know everything and are known by nobody. */
const ROOTS = /^(?:main|cli)(?:\.ts$|\/)/u;
const ROOT = 'composition root';

interface PackageHome {
  readonly package: RegExp;
  readonly folders: readonly string[];
}

/** Packages that speak to one outside system stay with the layers that speak to it. */
const PACKAGE_HOMES: readonly PackageHome[] = [
  { package: /^(?:probot|@octokit)(?:\/|$)/u, folders: ['webhooks', 'adapters/github'] },
  { package: /^@anthropic-ai\/sdk(?:\/|$)/u, folders: ['adapters/anthropic'] },
  { package: /^kysely(?:\/|$)/u, folders: ['adapters/sqlite', 'adapters/postgres'] },
  { package: /^node:sqlite$/u, folders: ['adapters/sqlite'] },
  { package: /^(?:pg|pg-boss)(?:\/|$)/u, folders: ['adapters/postgres'] },
];

export interface Import {
  /** The importing file, relative to the repository, with `/`. */
  readonly from: string;
  /** As written: `../domain/report.ts`, `zod`, `node:fs`. */
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** The layer of a file below `src/`; null where the table has none. */
export function layerOf(path: string): string | null {
  const below = path.replace(/^src\//u, '');
  if (ROOTS.test(below)) return ROOT;
  return LAYERS.find(({ folder }) => below.startsWith(`${folder}/`))?.folder ?? null;
}

/** Null when the import is allowed; else what is wrong and where it belongs. */
export function findViolation(wanted: Import): string | null {
  if (!wanted.from.startsWith('src/')) return null;
  const layer = layerOf(wanted.from);
  if (layer === null)
    return `${wanted.from} is in no layer: add its folder to tools/lint/layers.ts.`;
  if (layer === ROOT) return leavesSource(wanted) ? outside(wanted) : null;
  const found = LAYERS.find(({ folder }) => folder === layer);
  if (found === undefined) return null;
  return wanted.specifier.startsWith('.')
    ? judgeFile(found, wanted)
    : judgePackage(found, wanted.specifier);
}

function judgeFile(layer: Layer, wanted: Import): string | null {
  if (leavesSource(wanted)) return outside(wanted);
  const target = layerOf(targetOf(wanted));
  if (target === null) return `${targetOf(wanted)} is in no layer: add it to tools/lint/layers.ts.`;
  if (target === layer.folder || layer.mayImport.includes(target)) return null;
  if (wanted.typeOnly && layer.mayImportTypes?.includes(target) === true) return null;
  return `${layer.folder}/ may not import ${nameOf(target)}: ${adviceFor(layer, target)}.`;
}

function judgePackage(layer: Layer, specifier: string): string | null {
  const home = PACKAGE_HOMES.find((candidate) => candidate.package.test(specifier));
  if (home !== undefined && !home.folders.includes(layer.folder)) {
    const folders = home.folders.map((folder) => `${folder}/`).join(' and ');
    return `${layer.folder}/ may not import ${specifier}: it belongs in ${folders}.`;
  }
  if (layer.packages === undefined || layer.packages.includes(specifier)) return null;
  if (specifier.startsWith('node:')) return null;
  const allowed = layer.packages.length === 0 ? 'no package' : layer.packages.join(', ');
  return `${layer.folder}/ may not import ${specifier}: it may import ${allowed}.`;
}

function adviceFor(layer: Layer, target: string): string {
  if (target === ROOT) return 'what both need belongs in a layer below them';
  if (layer.folder.startsWith('adapters/') && target.startsWith('adapters/'))
    return 'adapters never import each other; what both need belongs to the folder that owns the port';
  if (target.startsWith('adapters/')) return layer.port;
  if (layer.mayImportTypes?.includes(target) === true) return 'only its types, with `import type`';
  const allowed = layer.mayImport.map((folder) => `${folder}/`).join(', ');
  return allowed === ''
    ? 'it imports no other layer; move the code that needs it up'
    : `it may import ${allowed}; move the code there, or take the result through deps`;
}

function nameOf(layer: string): string {
  if (layer === ROOT) return 'main.ts or cli.ts';
  return layer.startsWith('adapters/') ? 'adapters/' : `${layer}/`;
}

function leavesSource(wanted: Import): boolean {
  return wanted.specifier.startsWith('.') && !targetOf(wanted).startsWith('src/');
}

function outside(wanted: Import): string {
  return `src/ may not import ${targetOf(wanted)}: only src/ is in the package. Move the code into src/.`;
}

function targetOf({ from, specifier }: Import): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
