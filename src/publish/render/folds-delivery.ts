import { inertGfm, inertHtml } from '../inert.ts';
import { fold, type GfmContext, MAX_LIST, placeLink, prose, type Section } from './gfm-context.ts';

/** Sections about the way to users and back: their journey, the steps before, the rollback, the targets. */

export function userJourney(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const journey = report.user_journey;
  const impact = prose(report.synthesis.user_impact_analysis, context);
  if (journey === null) {
    if (report.concerns.length === 0 || impact === '') return null;
    const name = t.journey.impactOnly;
    return { name, weight: 2, text: fold(`<b>${name}</b>`, impact) };
  }
  const step = (label: string, text: string): string => `- **${label}** — ${prose(text, context)}`;
  const body = [
    impact,
    '',
    step(t.journey.persona, journey.persona),
    step(t.journey.entry, journey.entry_point),
    step(t.journey.happy, journey.happy_path),
    ...journey.sad_paths
      .slice(0, MAX_LIST)
      .map(
        (sad) =>
          `${step(t.sadPath[sad.kind], sad.what_happens)} — ${t.journey.recovery}: ${prose(sad.recovery, context)}`,
      ),
    step(t.journey.exits, journey.exit_points),
    step(t.journey.returns, journey.return_journey),
  ].join('\n');
  const summary = `<b>${t.journey.summary}</b> · ${inertHtml(journey.entry_point, { max: 60 })}`;
  return { name: t.journey.summary, weight: 2, text: fold(summary, body) };
}

export function beforeDeploy(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const steps = report.synthesis.prioritized_recommendations;
  if (steps.length === 0) return null;
  const rest = steps.length - MAX_LIST;
  const body = [
    ...steps
      .slice(0, MAX_LIST)
      .map(({ concern, text }) => `- [ ] ${prose(text, context)} · ${inertGfm(concern)}`),
    ...(rest > 0 ? ['', t.since.more(rest)] : []),
  ].join('\n');
  const summary = `<b>${t.beforeDeploy.summary}</b> · ${t.beforeDeploy.steps(steps.length)}`;
  return { name: t.beforeDeploy.summary, weight: 3, text: fold(summary, body) };
}

export function rollbackCard(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const card = report.rollback;
  if (card === null) return null;
  const final = card.steps.findIndex((step) => !step.reversible) + 1;
  const outcome = card.reversible
    ? t.rollback.reversible
    : final > 0
      ? t.rollback.notReversibleFrom(final)
      : t.rollback.notReversible;
  const body = [
    t.phase[card.phase],
    '',
    ...card.steps.map((step, index) => {
      const places = step.evidence.slice(0, 1).map((e) => ` · ${placeLink(e, context)}`);
      const undo = step.reversible ? t.rollback.stepReversible : t.rollback.stepFinal;
      return `${index + 1}. ${prose(step.what, context)} — **${undo}**${places.join('')}`;
    }),
  ].join('\n');
  const summary = `<b>${t.rollback.summary}</b> · ${outcome}`;
  return { name: t.rollback.summary, weight: 9, text: fold(summary, body) };
}

export function sloSection(context: GfmContext): Section | null {
  const { t, report } = context.view;
  if (report.slo === null) return null;
  const { stated, downtime_budget: budget, effect } = report.slo;
  const body = [
    ...(stated.length === 0
      ? [t.slo.noneStated, '']
      : [`- **${t.slo.stated}** — ${stated.map((s) => prose(s, context)).join('; ')}`]),
    ...(budget === null ? [] : [`- **${t.slo.budget}** — ${prose(budget, context)}`]),
    `- **${t.slo.effect}** — ${prose(effect, context)}`,
  ].join('\n');
  const summary = [`<b>${t.slo.summary}</b>`, inertHtml(budget ?? stated[0] ?? '', { max: 60 })];
  const shown = summary.filter((part) => part !== '').join(' · ');
  return { name: t.slo.summary, weight: 1, text: fold(shown, body) };
}
