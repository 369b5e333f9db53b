import type { LineRange } from '../rule.ts';
import type { Parser, ParserInput } from '../source-file.ts';
import {
  asList,
  asMap,
  asMaps,
  asText,
  parseYaml,
  type YamlDocument,
  type YamlMap,
  type YamlPath,
} from './yaml.ts';

export const WORKFLOW_FILES: readonly string[] = ['.github/workflows/*.{yml,yaml}'];

/** A GitHub Actions workflow, or the steps of a composite action. */
export interface Workflow {
  /** Names of the events under `on`; empty for an action. */
  readonly triggers: readonly string[];
  readonly value: YamlMap;
  readonly jobs: readonly Job[];
  rangeOf(path: YamlPath): LineRange | null;
}

export interface Job {
  readonly id: string;
  readonly value: YamlMap;
  readonly range: LineRange;
  readonly needs: readonly string[];
  /** The deployment environment; null without one. */
  readonly environment: string | null;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Structural: its name, id or action; its place only where it has none of them. */
  readonly label: string;
  readonly uses: string | null;
  readonly run: string | null;
  readonly condition: string | null;
  readonly with: YamlMap;
  readonly path: YamlPath;
  readonly range: LineRange;
}

/** Throws `ParseFailure` for what is no YAML; a file without jobs or steps gives no jobs. */
export const workflowParser: Parser<Workflow> = {
  name: 'workflow',
  parse(file: ParserInput) {
    const [doc] = parseYaml(file.text);
    const value = asMap(doc?.value) ?? {};
    return {
      value,
      triggers: triggersOf(value['on'] ?? value['true']),
      jobs: doc === undefined ? [] : jobsOf(doc, value),
      rangeOf: (path) => doc?.rangeOf(path) ?? null,
    };
  },
};

function triggersOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  const map = asMap(on);
  if (map !== null) return Object.keys(map);
  return asList(on).filter((trigger) => typeof trigger === 'string');
}

function jobsOf(doc: YamlDocument, value: YamlMap): Job[] {
  const jobs = Object.entries(asMap(value['jobs']) ?? {}).flatMap(([id, job]) => {
    const map = asMap(job);
    const range = doc.rangeOf(['jobs', id]);
    return map === null || range === null ? [] : [jobOf(doc, id, map, range, ['jobs', id])];
  });
  const runs = asMap(value['runs']);
  const range = doc.rangeOf(['runs']);
  if (runs !== null && range !== null) jobs.push(jobOf(doc, 'runs', runs, range, ['runs']));
  return jobs;
}

function jobOf(
  doc: YamlDocument,
  id: string,
  value: YamlMap,
  range: LineRange,
  path: YamlPath,
): Job {
  const environment = value['environment'];
  return {
    id,
    value,
    range,
    needs: [value['needs']].flat().filter((need) => typeof need === 'string'),
    environment: asText(environment) ?? asText(asMap(environment)?.['name']),
    steps: asMaps(value['steps']).flatMap((step, i) => {
      const stepPath = [...path, 'steps', i];
      const stepRange = doc.rangeOf(stepPath);
      return stepRange === null ? [] : [stepOf(step, i, stepPath, stepRange)];
    }),
  };
}

function stepOf(step: YamlMap, index: number, path: YamlPath, range: LineRange): Step {
  const uses = asText(step['uses']);
  const run = asText(step['run']);
  return {
    label: asText(step['name']) ?? asText(step['id']) ?? uses ?? `step ${index + 1}`,
    uses,
    run,
    condition: asText(step['if']),
    with: asMap(step['with']) ?? {},
    path,
    range,
  };
}

/** An action reference without its version: `actions/checkout`. */
export function actionOf(step: Step): string | null {
  return step.uses?.split('@')[0]?.toLowerCase() ?? null;
}

export interface Expression {
  /** Between `${{` and `}}`. */
  readonly body: string;
  readonly line: number;
}

/** Every `${{ … }}` on the given lines, with the line on which it begins; one may run over several. */
export function* expressionsIn(lines: readonly string[], range: LineRange): Iterable<Expression> {
  const text = lines.slice(range.line - 1, range.endLine).join('\n');
  let line = range.line;
  let counted = 0;
  for (let at = text.indexOf('${{'); at !== -1;) {
    const end = text.indexOf('}}', at);
    if (end === -1) return;
    line += text.slice(counted, at).split('\n').length - 1;
    counted = at;
    yield { body: text.slice(at + 3, end).trim(), line };
    at = text.indexOf('${{', end);
  }
}
