import type picocolors from 'picocolors';
import type { Concern } from '../../domain/concern.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Review } from '../../domain/review.ts';
import type { Priority, Verdict } from '../../domain/vocabulary.ts';
import { inertPlain, inertPlainLines } from '../inert.ts';
import { coverageOf } from './coverage.ts';
import { withoutIndent } from './gfm-concern.ts';
import { notAssessedOf } from './not-assessed.ts';
import { clipColumns, columnsOf, padColumns, wrap } from './text-layout.ts';
import { checklistCounts, placeOf, prioritySummary, type View, viewOf } from './view.ts';

export type Colors = ReturnType<(typeof picocolors)['createColors']>;
type Formatter = Colors['red'];

export interface TerminalOptions {
  /** From picocolors; the caller decides whether there are colours (`NO_COLOR`, no terminal). */
  readonly colors: Colors;
  /** Columns of the terminal; texts wrap at 100 at most, because longer lines are hard to read. */
  readonly width: number;
}

const MIN_WIDTH = 40;
const MAX_WIDTH = 100;
const MAX_QUOTE_LINES = 6;
/** Others beyond these stand with their title and place only. */
const MAX_WITH_REMEDY = 5;

interface Paper {
  readonly view: View;
  readonly c: Colors;
  readonly width: number;
}

/** The review for a terminal: verdict, blockers with proof and remedy, the rest shorter, coverage. */
export function renderTerminal(review: Review, { colors, width }: TerminalOptions): string {
  const view = viewOf(review);
  const paper: Paper = { view, c: colors, width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)) };
  const blocks = [
    verdictBlock(paper),
    ...(view.report.verdict === 'not_assessed' ? [notAssessedBlock(paper)] : []),
    ...view.blockers.map((concern, index) => concernBlock(concern, index + 1, paper)),
    ...othersBlock(paper),
    ...questionsBlock(paper),
    footBlock(paper),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function verdictColor(verdict: Verdict, c: Colors): Formatter {
  const color = {
    ready: c.green,
    ready_with_concerns: c.green,
    blocked: c.red,
    not_assessed: c.yellow,
  }[verdict];
  return (text) => c.bold(color(text));
}

function priorityColor(priority: Priority, c: Colors): Formatter {
  return { critical: c.red, high: c.yellow, medium: c.cyan, low: c.dim }[priority];
}

function verdictBlock({ view, c, width }: Paper): string[] {
  const { t, report } = view;
  const headline = `${t.ifDeployed} ${inertPlain(report.headline)}`;
  return [
    ...wrap(view.title, width).map(verdictColor(report.verdict, c)),
    ...wrap(headline, width),
    ...view.notes.flatMap(({ lead, text }) =>
      wrap([lead ?? '', inertPlain(text)].join(' ').trim(), width).map(c.dim),
    ),
  ];
}

function concernBlock(concern: Concern, number: number, paper: Paper): string[] {
  const { t } = paper.view;
  const { c, width } = paper;
  const label = `${number} `;
  const indent = ' '.repeat(label.length);
  const title = wrap(inertPlain(concern.title), width - label.length);
  const meta = [
    priorityColor(concern.priority, c)(t.priority[concern.priority]),
    t.category[concern.category],
    t.item[concern.area],
    concern.id,
  ].join(' · ');
  const columns = Math.max(...answersOf(concern, paper).map(([name]) => columnsOf(name))) + 2;
  return [
    ...title.map((line, i) => `${i === 0 ? label : indent}${c.bold(line)}`),
    `${indent}${meta}`,
    ...placeLines(concern, paper).map((line) => indent + line),
    ...quoteLines(concern.evidence[0], paper).map((line) => indent + line),
    ...answersOf(concern, paper).flatMap(([name, text]) =>
      hanging(c.dim(padColumns(name, columns)), text, columns, width - indent.length).map(
        (line) => indent + line,
      ),
    ),
  ];
}

function answersOf(
  concern: Concern,
  { view: { t } }: Paper,
): readonly (readonly [string, string])[] {
  return [
    [t.concern.usersSee, concern.user_impact],
    [t.concern.why, concern.technical_details],
    [t.concern.now, concern.recommendation],
    [t.concern.later, concern.recommendation_long_term],
  ];
}

/** A label, then text that wraps under itself. `columns` is the label's width without colours. */
function hanging(label: string, text: string, columns: number, width: number): string[] {
  return wrap(inertPlain(text), Math.max(12, width - columns)).map(
    (line, i) => `${i === 0 ? label : ' '.repeat(columns)}${line}`,
  );
}

function placeLines({ evidence }: Concern, { view: { t }, c }: Paper): string[] {
  return evidence.slice(0, 1 + 3).map((place) => {
    const removed = place.side === 'base' ? ` (${t.side.base})` : '';
    return `${c.underline(inertPlain(placeOf(place)))}${removed}`;
  });
}

function quoteLines(evidence: Evidence | undefined, { view: { t }, c, width }: Paper): string[] {
  if (evidence === undefined || evidence.quote.trim() === '') return [];
  const lines = withoutIndent(inertPlainLines(evidence.quote).map((l) => l.replaceAll('\t', '  ')));
  const shown = lines.slice(0, MAX_QUOTE_LINES).map((line) => clipColumns(line, width - 6));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [t.concern.moreLines(more)] : [])].map((line) =>
    c.dim(`│ ${line}`),
  );
}

function othersBlock(paper: Paper): string[][] {
  const { view, c } = paper;
  const { t, others, blockers } = view;
  if (others.length === 0) return [];
  const name = blockers.length > 0 ? t.concerns.more(others.length) : t.concerns.all(others.length);
  const columns = Math.max(...others.map((o) => columnsOf(t.priority[o.priority]))) + 2;
  return [
    [
      `${c.bold(name)} · ${prioritySummary(others, t)}`,
      ...others.flatMap((concern, i) => otherLines(concern, columns, i < MAX_WITH_REMEDY, paper)),
    ],
  ];
}

function otherLines(concern: Concern, columns: number, remedy: boolean, paper: Paper): string[] {
  const { view, c, width } = paper;
  const { t } = view;
  const priority = priorityColor(
    concern.priority,
    c,
  )(padColumns(t.priority[concern.priority], columns));
  const first = concern.evidence[0];
  const place = first === undefined ? [] : [c.underline(inertPlain(placeOf(first)))];
  const removed = first?.side === 'base' ? [t.side.base] : [];
  const indent = ' '.repeat(columns);
  const now = columnsOf(t.concern.now) + 2;
  return [
    ...hanging(priority, concern.title, columns, width),
    `${indent}${[...place, ...removed, concern.id].join(' · ')}`,
    ...(remedy
      ? hanging(
          c.dim(padColumns(t.concern.now, now)),
          concern.recommendation,
          now,
          width - columns,
        ).map((line) => indent + line)
      : []),
  ];
}

function questionsBlock({ view, c, width }: Paper): string[][] {
  const { t, report } = view;
  if (report.questions.length === 0) return [];
  return [
    [
      c.bold(t.questions),
      ...report.questions.flatMap((q, i) => hanging(`${i + 1}  `, q, 3, width)),
    ],
  ];
}

function notAssessedBlock({ view, c, width }: Paper): string[] {
  const { t } = view;
  const part = notAssessedOf(view, false);
  const groups: readonly (readonly [string, readonly string[]])[] = [
    [
      t.notAssessed.what,
      [
        ...(part.agentPart === null ? [] : [part.agentPart]),
        ...part.files.map((f) => `${f.path} · ${t.concern.rule(f.rule)} · ${f.reason}`),
        ...(part.moreFiles > 0 ? [t.notAssessed.moreFiles(part.moreFiles)] : []),
      ],
    ],
    [t.notAssessed.why, part.why],
    [t.notAssessed.next, part.next],
    [t.notAssessed.todo, part.todo],
  ];
  return groups
    .filter(([, entries]) => entries.length > 0)
    .flatMap(([name, entries]) => [
      c.bold(name),
      ...entries.flatMap((entry) => hanging('- ', entry, 2, width)),
    ]);
}

function footBlock({ view, c, width }: Paper): string[] {
  const { t, report } = view;
  const coverage = coverageOf(view);
  const looked = [
    ...coverage.read,
    t.coverage.head(inertPlain(coverage.head)),
    ...(coverage.model === null ? [] : [inertPlain(coverage.model)]),
    ...(coverage.cost === null ? [] : [coverage.cost]),
  ].join(' · ');
  const readiness = `${t.readiness.summary}: ${checklistCounts(report, t).join(' · ')}`;
  const waived =
    report.waived.length === 0 ? [] : [`${t.waived.summary}: ${t.count(report.waived.length)}`];
  return [readiness, ...waived, looked].flatMap((line) => wrap(line, width)).map(c.dim);
}
