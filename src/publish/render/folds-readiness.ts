import { Pillar } from '../../domain/vocabulary.ts';
import { inertHtml } from '../inert.ts';
import { fold, type GfmContext, placeLink, prose, type Section } from './gfm-context.ts';
import { checklistCounts, hasMoved, labelOr, statusOf } from './view.ts';

/** Sections that ask: the checklist, what fails first, what only the author knows. */

export function questions(context: GfmContext): Section | null {
  const { t, report } = context.view;
  if (report.questions.length === 0) return null;
  const body = report.questions.map((q, i) => `${i + 1}. ${prose(q, context)}`).join('\n');
  const summary = `<b>${t.questions}</b> · ${t.count(report.questions.length)}`;
  return { name: t.questions, weight: 7, text: fold(summary, body) };
}

export function readiness(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const moved = report.checklist
    .filter(hasMoved)
    .slice(0, 2)
    .map((entry) => `<b>${t.item[entry.item]}: ${statusOf(entry, t)}</b>`);
  const body = [
    prose(report.synthesis.readiness_assessment, context),
    '',
    ...Pillar.options.flatMap((pillar) => pillarLines(pillar, context)),
  ].join('\n');
  const summary = [`<b>${t.readiness.summary}</b>`, ...checklistCounts(report, t), ...moved];
  return { name: t.readiness.summary, weight: 4, text: fold(summary.join(' · '), body) };
}

/** Four items of a pillar: what was looked at on a line each, the rest together. */
function pillarLines(pillar: Pillar, context: GfmContext): string[] {
  const { t, report } = context.view;
  const entries = report.checklist.filter((entry) => entry.pillar === pillar);
  const untouched = entries.filter((entry) => entry.status === 'not_touched');
  const lines = entries
    .filter((entry) => entry.status !== 'not_touched')
    .map((entry) => {
      const note = entry.note === '' ? '' : `: ${prose(entry.note, context)}`;
      const place = entry.evidence.slice(0, 1).map((e) => ` · ${placeLink(e, context)}`);
      return `  - ${t.item[entry.item]} — **${statusOf(entry, t)}**${note}${place.join('')}`;
    });
  const rest = untouched.map((entry) => t.item[entry.item]).join(', ');
  return [
    `- **${t.pillar[pillar]}**`,
    ...lines,
    ...(rest === '' ? [] : [`  - ${rest} — ${t.checklist.not_touched}`]),
  ];
}

export function failsFirst(context: GfmContext): Section | null {
  const { t, report } = context.view;
  if (report.failure_modes.length === 0) return null;
  const names = report.failure_modes
    .slice(0, 2)
    .map((mode) => inertHtml(labelOr(t.scenario, mode.scenario), { max: 60 }));
  const body = report.failure_modes.map((mode) => {
    const places = mode.evidence.slice(0, 2).map((e) => placeLink(e, context));
    const at = places.length === 0 ? '' : ` · ${places.join(', ')}`;
    const verdict = t.failureMode[mode.verdict];
    return `- ${prose(mode.question, context)}\n  **${verdict}** — ${prose(mode.behaviour, context)}${at}`;
  });
  const summary = `<b>${t.fails.summary}</b> · ${names.join(', ')}`;
  return { name: t.fails.summary, weight: 5, text: fold(summary, body.join('\n')) };
}
