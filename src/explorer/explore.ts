import { createHash } from 'node:crypto';
import type { RepoConfig } from '../domain/configuration.ts';
import { compareText } from '../domain/concern.ts';
import type { Exploration, Finding, RuleFailure } from '../domain/finding.ts';
import { type Language, Priority } from '../domain/vocabulary.ts';
import { isConclusive, type NotReadReason } from '../snapshot/not-read.ts';
import { type PathClass, pathClassOf } from '../snapshot/path-class.ts';
import type { ChangedFile, Snapshot } from '../snapshot/snapshot.ts';
import { type Claims, claimsOf } from './claims.ts';
import { readFacts } from './facts/read-facts.ts';
import { quoterFor } from './quote.ts';
import type { RegistryEntry } from './registry-entry.ts';
import type { Collected } from './rule.ts';
import { signalsFrom } from './signals.ts';
import type { Analyzer, DecideTask, ExplorationContext, FileResult } from './task.ts';
import { dropShadowed } from './shadowed.ts';

export interface ExploreDeps {
  readonly analyzer: Analyzer;
  readonly registry: readonly RegistryEntry[];
  readonly language: Language;
}

/**
 * Runs the deterministic rules over both sides of a change and reports what head adds. Never rejects because
 * of a file: what a rule could not finish comes back in `failures`.
 */
export async function explore(snapshot: Snapshot, deps: ExploreDeps): Promise<Exploration> {
  const claims = claimsOf(deps.registry, disabledRules(snapshot.config.config));
  const context = await contextOf(snapshot, deps);
  try {
    return await exploreWith(context, claims, snapshot, deps);
  } finally {
    deps.analyzer.release(context);
  }
}

async function exploreWith(
  context: ExplorationContext,
  claims: Claims,
  snapshot: Snapshot,
  deps: ExploreDeps,
): Promise<Exploration> {
  const results = await Promise.all(
    snapshot.files.map(async (file) => await exploreFile(file, claims, deps.analyzer, context)),
  );
  const facts = factsByRule(results.flatMap((result) => [...result.facts]));
  const decided = await Promise.all(
    [...facts.values()].map(async (task) => await deps.analyzer.decide(task, context)),
  );
  const drafts = [...results, ...decided].flatMap((result) => [...result.drafts]);
  const failures = [
    ...gapsOf(snapshot, claims, deps.registry),
    ...results.flatMap((result) => [...result.failures]),
  ];
  const quoter = quoterFor(snapshot);
  const findings = dropShadowed(drafts).map((draft) => quoter.finding(draft));
  return {
    findings: findings.sort(compareFindings),
    signals: signalsFrom(facts, quoter),
    failures: failures.sort(compareFailures),
    optOuts: results.flatMap((result) => [...result.optOuts]),
    filesCovered: coveredFiles(snapshot, failures),
    rulesVersion: versionOf(deps.registry),
  };
}

function disabledRules(config: RepoConfig): readonly string[] {
  return config.rules.disable;
}

async function contextOf(snapshot: Snapshot, deps: ExploreDeps): Promise<ExplorationContext> {
  return {
    language: deps.language,
    rule: {
      facts: await readFacts(snapshot),
      changed: snapshot.files.map(({ path, status }) => ({ path, status })),
    },
  };
}

const NOTHING: FileResult = { drafts: [], facts: [], optOuts: [], failures: [] };

async function exploreFile(
  file: ChangedFile,
  claims: Claims,
  analyzer: Analyzer,
  context: ExplorationContext,
): Promise<FileResult> {
  const ruleIds = claims.rulesFor(file);
  if (ruleIds.length === 0 || (file.base === null && file.head === null)) return NOTHING;
  const { path, previousPath, status, base, head, hunks } = file;
  return await analyzer.analyzeFile(
    { file: { path, previousPath, status, base, head, hunks }, ruleIds },
    context,
  );
}

/** A file that a rule claims and nobody could read is a hole in the review; an image is none. */
function gapsOf(
  snapshot: Snapshot,
  claims: Claims,
  registry: readonly RegistryEntry[],
): RuleFailure[] {
  const files = new Map(snapshot.files.map((file) => [file.path, file]));
  const entries = new Map(registry.map((entry) => [entry.id, entry]));
  return snapshot.unread.flatMap(({ path, reason }) => {
    const file = files.get(path);
    if (file === undefined || !leavesGap(file, reason)) return [];
    return claims
      .rulesFor({ path, previousPath: null, limited: null })
      .filter((id) => misses(entries.get(id)!, file, reason))
      .map((rule) => ({ rule, path, reason: `the file was not read: ${reason}` }));
  });
}

/** An old side that nobody can read subtracts nothing, and a change that mends it must not be held up by it. */
function leavesGap(file: ChangedFile, reason: NotReadReason): boolean {
  return (
    file.head === null && file.limited === null && (reason === 'binary' || !isConclusive(reason))
  );
}

const NEVER_SHIPPED: readonly PathClass[] = ['test', 'example', 'docs'];

/**
 * A NUL byte makes a source file binary for Git and changes nothing for most interpreters, so rules that claim a
 * type of file miss it. A rule for any file misses neither images nor what is never shipped.
 */
function misses(entry: RegistryEntry, file: ChangedFile, reason: NotReadReason): boolean {
  if (file.status === 'deleted' && entry.scope === 'file') return false;
  if (!entry.files.includes('**/*')) return true;
  return reason !== 'binary' && !NEVER_SHIPPED.includes(pathClassOf(file.path));
}

function coveredFiles(snapshot: Snapshot, gaps: readonly RuleFailure[]): number {
  const missed = new Set(gaps.map(({ path }) => path));
  for (const { path, reason } of snapshot.unread) if (!isConclusive(reason)) missed.add(path);
  return snapshot.files.length - missed.size;
}

function factsByRule(facts: FileResult['facts']): Map<string, DecideTask> {
  const tasks = new Map<
    string,
    { ruleId: string; base: Collected<unknown>[]; head: Collected<unknown>[] }
  >();
  for (const { ruleId, collected } of facts) {
    const task = tasks.get(ruleId) ?? { ruleId, base: [], head: [] };
    task[collected.side].push(collected);
    tasks.set(ruleId, task);
  }
  return tasks;
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(b.blocks) - Number(a.blocks) ||
    Priority.options.indexOf(a.priority) - Priority.options.indexOf(b.priority) ||
    compareText(a.evidence[0]!.path, b.evidence[0]!.path) ||
    a.evidence[0]!.line - b.evidence[0]!.line ||
    compareText(a.rule, b.rule) ||
    compareText(a.anchor, b.anchor)
  );
}

function compareFailures(a: RuleFailure, b: RuleFailure): number {
  return compareText(a.path, b.path) || compareText(a.rule, b.rule);
}

function versionOf(registry: readonly RegistryEntry[]): string {
  const hash = createHash('sha256');
  for (const { id } of registry) hash.update(`${id}\n`);
  return `${registry.length}-${hash.digest('hex').slice(0, 12)}`;
}
