import type { SgNode } from '@ast-grep/napi';
import type { CodeLanguage } from './ast-grep.ts';

/** What the names of a file stand for. */
export interface Imports {
  /** Full names of everything imported: `requests.get`, `net/http`, `axios`, `java.net.http.HttpClient`. */
  readonly modules: ReadonlySet<string>;
  /** Replaces the first segment of a written name by what it was imported from. */
  resolve(name: string): string;
  has(module: string): boolean;
}

type Bind = (local: string, full: string) => void;

const IMPORT_KINDS: Partial<Record<CodeLanguage, readonly string[]>> = {
  typescript: ['import_statement', 'variable_declarator'],
  tsx: ['import_statement', 'variable_declarator'],
  javascript: ['import_statement', 'variable_declarator'],
  python: ['import_statement', 'import_from_statement'],
  go: ['import_spec'],
  java: ['import_declaration'],
  kotlin: ['import_header'],
  php: ['namespace_use_clause'],
  csharp: ['using_directive'],
  rust: ['use_declaration'],
};

export function importsOf(language: CodeLanguage, root: SgNode): Imports {
  const names = new Map<string, string>();
  const modules = new Set<string>();
  const bind: Bind = (local, full) => {
    if (local !== '') names.set(local, full);
    if (full !== '') modules.add(full);
  };
  const kinds = IMPORT_KINDS[language] ?? [];
  if (kinds.length > 0)
    for (const node of root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } }))
      readImport(language, node, bind);
  return {
    modules,
    resolve: (name) => resolveIn(names, name),
    has: (module) => [...modules].some((m) => m === module || isInside(m, module)),
  };
}

function isInside(name: string, module: string): boolean {
  return name.startsWith(module) && /^[./\\:]/u.test(name.slice(module.length));
}

function resolveIn(names: ReadonlyMap<string, string>, name: string): string {
  const first = /^\\?[\w$]+/u.exec(name)?.[0];
  if (first === undefined) return name;
  const full = names.get(first);
  return full === undefined ? name : full + name.slice(first.length);
}

function readImport(language: CodeLanguage, node: SgNode, bind: Bind): void {
  const text = node.text();
  if (text.length > 4_000) return;
  switch (language) {
    case 'typescript':
    case 'tsx':
    case 'javascript':
      return readEcmaImport(text, bind);
    case 'python':
      return readPythonImport(text, bind);
    case 'go': {
      const [, alias = '', path = ''] = /^(?:([\w.]+)\s+)?"([^"]+)"$/u.exec(text) ?? [];
      return bind(alias || goPackageOf(path), path);
    }
    default: {
      const path = text.replace(/^(?:import|using|use|static|\s)+/u, '').replace(/;?\s*$/u, '');
      const [full = '', alias] = path.split(/\s+as\s+/u);
      return bind(alias ?? full.split(/[.\\:]+/u).at(-1) ?? '', full.replace(/^\\/u, ''));
    }
  }
}

/** By convention the package `retry` lives under `…/retry-go/v4`, `yaml` under `…/yaml.v3`. */
function goPackageOf(path: string): string {
  const last =
    path
      .replace(/\/v[0-9]+$/u, '')
      .split('/')
      .at(-1) ?? '';
  return last.replace(/\.v[0-9]+$/u, '').replace(/^go-|-go$/u, '');
}

/** ES imports and `const x = require('…')`. A named import becomes `module.name`. */
function readEcmaImport(text: string, bind: Bind): void {
  const match =
    /^import\s+(?:type\s+)?([^'"]*?)\s*(?:from\s*)?['"]([^'"]+)['"]/u.exec(text) ??
    /^([^=]+?)\s*=\s*(?:await\s+import|require)\(\s*['"]([^'"]+)['"]\s*\)/u.exec(text);
  if (match === null) return;
  const [, clause = '', from = ''] = match;
  const module = from.replace(/^node:/u, '');
  bind('', module);
  for (const part of /\{([^}]*)\}/u.exec(clause)?.[1]?.split(',') ?? []) {
    const [name = '', local] = part
      .replace(/^\s*type\s/u, '')
      .trim()
      .split(/\s+as\s+|\s*:\s*/u);
    if (name !== '') bind(local ?? name, name === 'default' ? module : `${module}.${name}`);
  }
  for (const part of clause.replace(/\{[^}]*\}/u, '').split(',')) {
    const local = part.replace(/\*\s*as\s/u, '').trim();
    if (/^[\w$]+$/u.test(local)) bind(local, module);
  }
}

function readPythonImport(text: string, bind: Bind): void {
  const from = /^from\s+([\w.]+)\s+import\s+([\s\S]*)$/u.exec(text);
  const names = (from?.[2] ?? text.replace(/^import\s+/u, '')).replaceAll(/[()\\]|#.*$/gmu, '');
  for (const part of names.split(',')) {
    const [name = '', alias] = part.trim().split(/\s+as\s+/u);
    if (name === '') continue;
    if (from !== null) bind(alias ?? name, `${from[1]}.${name}`);
    else if (alias === undefined) bind(name.split('.')[0] ?? '', name.split('.')[0] ?? '');
    else bind(alias, name);
  }
}
