import { relative, sep } from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';

type AnyRule = Parameters<RuleTester['run']>[1];

/** A rule as oxlint takes it; the package names the type only as a parameter of its tester. */
export type LintRule = Extract<AnyRule, { create: unknown }>;

type Visitor = ReturnType<LintRule['create']>;

/** The syntax node that a visitor of that name gets. */
export type NodeOf<K extends keyof Visitor> = Parameters<NonNullable<Visitor[K]>>[0];

/** The linted file, relative to the repository, with `/`. */
export function pathOf(context: { readonly cwd: string; readonly filename: string }): string {
  return relative(context.cwd, context.filename).split(sep).join('/');
}
