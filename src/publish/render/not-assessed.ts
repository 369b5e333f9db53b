import type { Report } from '../../domain/report.ts';
import type { AgentStatus } from '../../domain/vocabulary.ts';
import { furtherReasons, isAgentMissing, type View } from './view.ts';

/** Why a review has no verdict, and what follows. Texts of ours may hold code spans; foreign ones are raw. */
export interface NotAssessed {
  readonly agentPart: string | null;
  readonly files: readonly {
    readonly path: string;
    readonly rule: string;
    readonly reason: string;
  }[];
  readonly moreFiles: number;
  /** Foreign. */
  readonly why: readonly string[];
  readonly next: readonly string[];
  readonly todo: readonly string[];
}

/** Enough to act on; the report lists every one. */
const MAX_FILES = 10;
const MAX_RULES = 2;

/** Outcomes that may heal without a person. */
const RETRIED: ReadonlySet<AgentStatus> = new Set([
  'unavailable',
  'deadline',
  'incomplete',
  'invalid_output',
]);

/** `attended`: a running service takes care of the pull request and answers commands. */
export function notAssessedOf({ report, t }: View, attended: boolean): NotAssessed {
  const { status } = report.agent;
  const failures = byFile(report.explorer.failures);
  const missing = isAgentMissing(status);
  const retried = missing && RETRIED.has(status);
  return {
    agentPart: missing ? `${t.notAssessed.agentPart}: ${t.agent[status].short}` : null,
    files: failures.slice(0, MAX_FILES),
    moreFiles: Math.max(0, failures.length - MAX_FILES),
    why: furtherReasons(report),
    next: attended
      ? [
          ...(retried ? [t.notAssessed.nextRetry] : []),
          ...(failures.length > 0 ? [t.notAssessed.nextPush] : []),
          ...(!retried && failures.length === 0 ? [t.notAssessed.nextNothing] : []),
        ]
      : [t.notAssessed.nextLocal],
    todo: [
      ...(failures.length > 0 ? [t.notAssessed.fixFiles] : []),
      ...(missing ? [t.agent[status].todo] : []),
      ...(!missing && failures.length === 0 ? [t.notAssessed.seeReasons] : []),
      ...(retried ? [t.notAssessed.rulesOnly] : []),
      ...(attended && (retried || !missing) ? [t.notAssessed.recheck] : []),
      ...(attended ? [] : [t.notAssessed.again]),
    ],
  };
}

/** One line a file and reason: fifteen rules that could not read a file are one thing to put right. */
function byFile(failures: Report['explorer']['failures']): NotAssessed['files'] {
  const files = new Map<string, { path: string; rules: string[]; reason: string }>();
  for (const { path, rule, reason } of failures) {
    const key = `${path}\0${reason}`;
    const known = files.get(key);
    if (known === undefined) files.set(key, { path, rules: [rule], reason });
    else known.rules.push(rule);
  }
  return [...files.values()].map(({ path, rules, reason }) => ({
    path,
    rule: rules.length <= MAX_RULES ? rules.join(', ') : `${rules[0]} +${rules.length - 1}`,
    reason,
  }));
}
