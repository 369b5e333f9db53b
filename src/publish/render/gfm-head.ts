import { inertGfm, inertGfmCode } from '../inert.ts';
import { concernInFull } from './gfm-concern.ts';
import { coverageOf } from './coverage.ts';
import { type GfmContext, prose, shortPath } from './gfm-context.ts';
import { notAssessedOf } from './not-assessed.ts';

/** Parts that stand open: the answer to "may I merge, and if not, what do I do now?". */

const MAX_NOTE_CHARACTERS = 400;

export function titleLine({ view }: GfmContext): string {
  const [verdict, ...rest] = view.title.split(' — ');
  const tail = rest.length === 0 ? '' : ` — ${rest.join(' — ')}`;
  return `### ${inertGfm(view.review.icon)} Ops · **${verdict}**${tail}`;
}

export function headlineLine(context: GfmContext): string {
  const { t, report } = context.view;
  return `**${t.ifDeployed}** ${prose(report.headline, context)}`;
}

/** How the review came about, where that limits what it says. */
export function noteLines({ view, density }: GfmContext): readonly string[] {
  const max = Math.min(MAX_NOTE_CHARACTERS, density.field);
  return view.notes.map(({ lead, text }) =>
    [...(lead === null ? [] : [`**${lead}**`]), inertGfm(text, { max })].join(' ').trim(),
  );
}

export function blockersInFull(context: GfmContext): readonly string[] {
  return context.view.blockers
    .slice(0, context.density.full)
    .map((concern, index) => concernInFull(concern, index + 1, context));
}

/** How to accept a risk or ask about it, with the first blocker as the example. */
export function blockerCommands({ view, commands }: GfmContext): string | null {
  const first = view.blockers[0];
  if (first === undefined) return null;
  const { t } = view;
  const offers = [
    commands.includes('waive') ? t.commands.waive(first.id) : t.commands.waiveInFile(first.id),
    ...(commands.includes('explain') ? [t.commands.explain(first.id)] : []),
  ];
  return `<sub>${offers.join(' · ')}</sub>`;
}

/** What could not be looked at, why, what happens by itself, what a person can do. */
export function notAssessedPart(context: GfmContext): string {
  const { t } = context.view;
  const part = notAssessedOf(context.view, context.commands.length > 0);
  const looked = [
    ...(part.agentPart === null ? [] : [part.agentPart]),
    ...part.files.map(
      ({ path, rule, reason }) =>
        `${inertGfmCode(shortPath(path))} · ${t.concern.rule(inertGfmCode(rule))} · ${prose(reason, context)}`,
    ),
    ...(part.moreFiles > 0 ? [t.notAssessed.moreFiles(part.moreFiles)] : []),
  ];
  return [
    ...list(t.notAssessed.what, looked),
    ...list(
      t.notAssessed.why,
      part.why.map((reason) => prose(reason, context)),
    ),
    ...list(t.notAssessed.next, part.next),
    ...list(t.notAssessed.todo, part.todo),
    t.notAssessed.gate,
  ].join('\n');
}

function list(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  return [`**${title}**`, '', ...entries.map((entry) => `- ${entry}`), ''];
}

export function coverageLine(context: GfmContext): string {
  const { view, commands } = context;
  const coverage = coverageOf(view);
  return `<sub>${[
    ...coverage.read,
    view.t.coverage.head(inertGfmCode(coverage.head)),
    ...(coverage.model === null ? [] : [inertGfm(coverage.model, { max: 100 })]),
    ...(coverage.cost === null ? [] : [coverage.cost]),
    ...(commands.includes('recheck') ? [view.t.commands.recheck] : []),
    ...(commands.includes('help') ? [view.t.commands.help] : []),
  ].join(' · ')}</sub>`;
}
