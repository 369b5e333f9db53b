import { Pillar } from '../../domain/vocabulary.ts';
import { inertHtml, inertHtmlCode } from '../inert.ts';
import { concernArticle, folded, list, type Page, phrase, place, terms } from './html-parts.ts';
import { notAssessedOf } from './not-assessed.ts';
import { checklistCounts, labelOr, statusOf } from './view.ts';

/** Sections of the page below the verdict, in the order of the comment; an empty text has no content. */
export function pageSections(page: Page): readonly string[] {
  return [
    notAssessed(page),
    concerns(page),
    alreadyThere(page),
    accepted(page),
    questions(page),
    readiness(page),
    failsFirst(page),
    journey(page),
    beforeDeploy(page),
    rollback(page),
    slo(page),
    since(page),
    notRead(page),
  ].filter((section) => section !== '');
}

function notAssessed({ view }: Page): string {
  if (view.report.verdict !== 'not_assessed') return '';
  const { t } = view;
  const part = notAssessedOf(view, false);
  const looked = [
    ...(part.agentPart === null ? [] : [phrase(part.agentPart)]),
    ...part.files.map(
      (f) =>
        `<code>${inertHtmlCode(f.path)}</code> · ${phrase(t.concern.rule(`\`${f.rule}\``))} · ${inertHtml(f.reason)}`,
    ),
    ...(part.moreFiles > 0 ? [phrase(t.notAssessed.moreFiles(part.moreFiles))] : []),
  ];
  const groups: readonly (readonly [string, readonly string[]])[] = [
    [t.notAssessed.what, looked],
    [t.notAssessed.why, part.why.map((why) => inertHtml(why))],
    [t.notAssessed.next, part.next.map(phrase)],
    [t.notAssessed.todo, part.todo.map(phrase)],
  ];
  return groups
    .filter(([, entries]) => entries.length > 0)
    .map(([title, entries]) => `<h2>${phrase(title)}</h2>\n${list(entries)}`)
    .join('\n');
}

function concerns(page: Page): string {
  const { t, blockers, others } = page.view;
  const group = (title: string, part: typeof others): string[] =>
    part.length === 0
      ? []
      : [
          `<section>\n<h2>${phrase(title)}</h2>`,
          ...part.map((concern) => concernArticle(concern, page)),
          '</section>',
        ];
  const title =
    blockers.length > 0 ? t.concerns.more(others.length) : t.concerns.all(others.length);
  return [...group(t.page.blockers, blockers), ...group(title, others)].join('\n');
}

function alreadyThere(page: Page): string {
  const { t, report } = page.view;
  if (report.pre_existing.length === 0) return '';
  const entries = report.pre_existing.map((concern) => {
    const places = concern.evidence.slice(0, 1).map((e) => place(e, page));
    return [inertHtml(concern.title), ...places, concern.id].join(' · ');
  });
  return folded(t.concerns.alreadyThere, t.count(entries.length), list(entries));
}

function accepted({ view: { t, report } }: Page): string {
  if (report.waived.length === 0) return '';
  const entries = report.waived.map(
    ({ title, id, waiver }) =>
      `${inertHtml(title)} · ${id}<br>${inertHtml(t.waived.entry(waiver.owner, waiver.until))}: ${inertHtml(waiver.reason)}`,
  );
  return folded(t.waived.summary, t.count(entries.length), list(entries));
}

function questions({ view: { t, report } }: Page): string {
  if (report.questions.length === 0) return '';
  const entries = report.questions.map((question) => inertHtml(question));
  return folded(t.questions, t.count(entries.length), list(entries, 'ol'));
}

function readiness({ view: { t, report } }: Page): string {
  const pillars = Pillar.options.map((pillar) => {
    const items = report.checklist
      .filter((entry) => entry.pillar === pillar)
      .map((entry) => {
        const note = entry.note === '' ? '' : `<br>${inertHtml(entry.note)}`;
        const status = `<span class="status-${entry.status}">${phrase(statusOf(entry, t))}</span>`;
        return `${phrase(t.item[entry.item])}: ${status}${note}`;
      });
    return `<div>\n<h3>${phrase(t.pillar[pillar])}</h3>\n${list(items)}\n</div>`;
  });
  const body = [
    `<p>${inertHtml(report.synthesis.readiness_assessment)}</p>`,
    `<div class="pillars">\n${pillars.join('\n')}\n</div>`,
  ].join('\n');
  return folded(t.readiness.summary, checklistCounts(report, t).map(phrase).join(' · '), body);
}

function failsFirst(page: Page): string {
  const { t, report } = page.view;
  if (report.failure_modes.length === 0) return '';
  const entries = report.failure_modes.map((mode) => {
    const places = mode.evidence.map((e) => place(e, page)).join(', ');
    const verdict = `<span class="status-${mode.verdict}">${phrase(t.failureMode[mode.verdict])}</span>`;
    return `${inertHtml(mode.question)}<br>${verdict} — ${inertHtml(mode.behaviour)} ${places}`;
  });
  const names = report.failure_modes
    .slice(0, 2)
    .map((mode) => inertHtml(labelOr(t.scenario, mode.scenario), { max: 60 }));
  return folded(t.fails.summary, names.join(', '), list(entries));
}

function journey({ view: { t, report } }: Page): string {
  const path = report.user_journey;
  const impact = `<p>${inertHtml(report.synthesis.user_impact_analysis)}</p>`;
  if (path === null)
    return report.concerns.length === 0 ? '' : folded(t.journey.impactOnly, '', impact);
  const body = terms([
    [t.journey.persona, inertHtml(path.persona)],
    [t.journey.entry, inertHtml(path.entry_point)],
    [t.journey.happy, inertHtml(path.happy_path)],
    ...path.sad_paths.map(
      (sad) =>
        [
          t.sadPath[sad.kind],
          `${inertHtml(sad.what_happens)} — ${phrase(t.journey.recovery)}: ${inertHtml(sad.recovery)}`,
        ] as const,
    ),
    [t.journey.exits, inertHtml(path.exit_points)],
    [t.journey.returns, inertHtml(path.return_journey)],
  ]);
  return folded(t.journey.summary, inertHtml(path.entry_point, { max: 60 }), `${impact}\n${body}`);
}

function beforeDeploy({ view: { t, report } }: Page): string {
  const steps = report.synthesis.prioritized_recommendations;
  if (steps.length === 0) return '';
  const entries = steps.map(({ concern, text }) => `${inertHtml(text)} · ${inertHtml(concern)}`);
  return folded(
    t.beforeDeploy.summary,
    phrase(t.beforeDeploy.steps(steps.length)),
    list(entries, 'ol'),
  );
}

function rollback(page: Page): string {
  const { t, report } = page.view;
  const card = report.rollback;
  if (card === null) return '';
  const steps = card.steps.map((step) => {
    const undo = step.reversible ? t.rollback.stepReversible : t.rollback.stepFinal;
    const places = step.evidence.map((e) => place(e, page)).join(', ');
    return `${inertHtml(step.what)} — <strong>${phrase(undo)}</strong> ${places}`;
  });
  const outcome = card.reversible ? t.rollback.reversible : t.rollback.notReversible;
  const body = `<p>${phrase(t.phase[card.phase])}</p>\n${list(steps, 'ol')}`;
  return folded(t.rollback.summary, phrase(outcome), body);
}

function slo({ view: { t, report } }: Page): string {
  if (report.slo === null) return '';
  const { stated, downtime_budget: budget, effect } = report.slo;
  const body = terms([
    [t.slo.stated, stated.length === 0 ? phrase(t.slo.noneStated) : inertHtml(stated.join('; '))],
    ...(budget === null ? [] : [[t.slo.budget, inertHtml(budget)] as const]),
    [t.slo.effect, inertHtml(effect)],
  ]);
  return folded(t.slo.summary, inertHtml(budget ?? ''), body);
}

function since({ view: { t, report, review } }: Page): string {
  if (review.previousHeadSha === null) return '';
  const groups = [
    [t.since.resolved, review.resolved],
    [t.since.stillOpen, report.concerns.filter((c) => c.state === 'open')],
    [t.since.new, report.concerns.filter((c) => c.state === 'new')],
  ] as const;
  const shown = groups.filter(([, part]) => part.length > 0);
  if (shown.length === 0) return '';
  const body = terms(
    shown.map(([label, part]) => [label, list(part.map((c) => `${inertHtml(c.title)} · ${c.id}`))]),
  );
  const counts = shown.map(([label, part]) => `${phrase(label)}: ${t.count(part.length)}`);
  return folded(t.since.summary, counts.join(' · '), body);
}

function notRead({ view: { t, report } }: Page): string {
  const entries = report.coverage.not_read.map(
    ({ path, reason }) =>
      `<code>${inertHtmlCode(path)}</code> · ${inertHtml(labelOr(t.notRead, reason))}`,
  );
  if (entries.length === 0) return '';
  return folded(t.coverage.notRead, phrase(t.page.files(entries.length)), list(entries));
}
