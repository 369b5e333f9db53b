import type { Concern } from '../../domain/concern.ts';
import { inertGfm, inertHtmlCode } from '../inert.ts';
import { concernInFull, concernInLine } from './gfm-concern.ts';
import { fold, type GfmContext, MAX_LIST, prose, type Section } from './gfm-context.ts';
import { prioritySummary, shortSha } from './view.ts';

/** Sections that list concerns. */

const MAX_PRE_EXISTING = 3;

export function furtherBlockers(context: GfmContext): Section | null {
  const { view, density } = context;
  const rest = view.blockers.slice(density.full);
  if (rest.length === 0) return null;
  const name = view.t.concerns.blockersMore(rest.length);
  return { name, weight: 11, text: fold(`<b>${name}</b>`, listed(rest, context)) };
}

export function moreConcerns(context: GfmContext): Section | null {
  const { view, density } = context;
  const { t, blockers, others, report } = view;
  if (others.length === 0 && report.pre_existing.length === 0) return null;
  const name = blockers.length > 0 ? t.concerns.more(others.length) : t.concerns.all(others.length);
  const from = Math.min(blockers.length, density.full) + 1;
  const top = others.slice(0, density.full).map((c, i) => concernInFull(c, from + i, context));
  const rest = others.slice(density.full);
  const body = [
    ...top,
    ...(rest.length === 0 ? [] : [fold(t.concerns.rest(rest.length), listed(rest, context))]),
    ...preExisting(context),
  ].join('\n\n');
  const summary = [`<b>${name}</b>`, prioritySummary(others, t)].filter((part) => part !== '');
  return { name, weight: 10, text: fold(summary.join(' · '), body, blockers.length === 0) };
}

function preExisting(context: GfmContext): string[] {
  const { t, report } = context.view;
  if (report.pre_existing.length === 0) return [];
  const shown = report.pre_existing.slice(0, MAX_PRE_EXISTING);
  const more = report.pre_existing.length - shown.length;
  return [
    [
      `**${t.concerns.alreadyThere}**`,
      '',
      ...shown.map((c) => concernInLine(c, context)),
      ...(more > 0 ? [`- ${t.concerns.moreAlreadyThere(more)}`] : []),
    ].join('\n'),
  ];
}

function listed(concerns: readonly Concern[], context: GfmContext): string {
  const shown = concerns.slice(0, context.density.listed);
  const hidden = concerns.length - shown.length;
  return [
    ...shown.map((c) => concernInLine(c, context)),
    ...(hidden > 0 ? ['', context.view.t.concerns.notListed(hidden)] : []),
  ].join('\n');
}

export function acceptedRisks(context: GfmContext): Section | null {
  const { t, report } = context.view;
  if (report.waived.length === 0) return null;
  const shown = report.waived.slice(0, MAX_LIST);
  const rest = report.waived.length - shown.length;
  const entries = shown.map((c) => {
    const { owner, until, reason } = c.waiver;
    const by = t.waived.entry(inertGfm(owner, { max: 100 }), inertGfm(until));
    return `${concernInLine(c, context)}\n  ${by}: ${prose(reason, context)}`;
  });
  const body = [...entries, ...(rest > 0 ? [`- ${t.since.more(rest)}`] : [])].join('\n');
  return {
    name: t.waived.summary,
    weight: 6,
    text: fold(`<b>${t.waived.summary}</b> · ${t.count(report.waived.length)}`, body),
  };
}

export function sinceLastPush(context: GfmContext): Section | null {
  const { review, report, t } = context.view;
  if (review.previousHeadSha === null) return null;
  const open = report.concerns.filter((c) => c.state === 'open');
  const fresh = report.concerns.filter((c) => c.state === 'new');
  const sha = `<code>${inertHtmlCode(shortSha(report.subject.head_sha))}</code>`;
  const counts = [
    ...(review.resolved.length > 0 ? [t.since.resolvedIn(review.resolved.length, sha)] : []),
    t.since.open(open.length),
    t.since.fresh(fresh.length),
  ].join(', ');
  // What is resolved was proven at an earlier commit: its lines are no lines of this one.
  const groups = [
    [t.since.resolved, review.resolved, { ...context, links: null }],
    [t.since.stillOpen, open, context],
    [t.since.new, fresh, context],
  ] as const;
  const body = groups
    .filter(([, concerns]) => concerns.length > 0)
    .map(([label, concerns, within]) => {
      const rest = concerns.length - MAX_LIST;
      const lines = concerns.slice(0, MAX_LIST).map((c) => concernInLine(c, within));
      return [`**${label}**`, '', ...lines, ...(rest > 0 ? [`- ${t.since.more(rest)}`] : [])].join(
        '\n',
      );
    })
    .join('\n\n');
  if (body === '') return null;
  return {
    name: t.since.summary,
    weight: 8,
    text: fold(`<b>${t.since.summary}</b> · ${counts}`, body),
  };
}
