/**
 * Writes every generated file (`npm run generate`), or with `--check` names those that are not current.
 * Generators return text; only this file touches the disk.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { GeneratedFile } from './generated-file.ts';
import { loadRules } from './load-rules.ts';
import { REGISTRY_PATH, renderRegistry } from './registry.ts';
import { PAGES, renderReadmeTable, renderRulePages, replaceReadmeTable } from './rule-pages.ts';
import { renderSchemas } from './schemas.ts';

const README = 'README.md';

export interface Generated {
  readonly files: readonly GeneratedFile[];
  /** Rule files that could not be used; they are missing from the generated ones. */
  readonly problems: readonly string[];
}

/** Everything that can be generated at `root`, in memory. A repository without README gets no table. */
export async function generateFiles(root: string): Promise<Generated> {
  const { rules, problems } = await loadRules(root);
  const readme = readIfThere(root, README);
  const table = renderReadmeTable(rules);
  return {
    problems,
    files: [
      { path: REGISTRY_PATH, text: renderRegistry(rules) },
      ...renderRulePages(rules),
      ...renderSchemas(),
      ...(readme === null ? [] : [{ path: README, text: replaceReadmeTable(readme, table) }]),
    ],
  };
}

/** Paths that differ from what would be generated, and pages of rules that are gone. */
export function findStale(root: string, files: readonly GeneratedFile[]): readonly string[] {
  const changed = files.filter(({ path, text }) => readIfThere(root, path) !== text);
  return [...changed.map(({ path }) => path), ...findOrphans(root, files)].sort();
}

function findOrphans(root: string, files: readonly GeneratedFile[]): readonly string[] {
  const wanted = new Set(files.map(({ path }) => path));
  return globSync(`${PAGES}/*.md`, { cwd: root }).filter((path) => !wanted.has(path));
}

function readIfThere(root: string, path: string): string | null {
  try {
    return readFileSync(resolve(root, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function writeFiles(root: string, files: readonly GeneratedFile[]): void {
  for (const path of findOrphans(root, files)) rmSync(resolve(root, path));
  for (const { path, text } of files) {
    mkdirSync(dirname(resolve(root, path)), { recursive: true });
    writeFileSync(resolve(root, path), text);
  }
}

async function main(): Promise<void> {
  const root = process.cwd();
  const isCheck = process.argv.includes('--check');
  const { files, problems } = await generateFiles(root);
  const stale = findStale(root, files);
  if (!isCheck) writeFiles(root, files);
  for (const problem of problems) console.error(problem);
  for (const path of stale) console.log(isCheck ? `${path}: run \`npm run generate\`` : path);
  console.log(`${files.length} generated files, ${stale.length} ${isCheck ? 'stale' : 'written'}`);
  if (problems.length > 0 || (isCheck && stale.length > 0)) process.exitCode = 1;
}

if (import.meta.main) await main();
