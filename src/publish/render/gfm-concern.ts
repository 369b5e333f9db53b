import type { Concern } from '../../domain/concern.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { inertGfmBlock, inertGfmCode, inertParagraphs, inertPlainLines } from '../inert.ts';
import { clipCharacters } from '../limits.ts';
import { type GfmContext, placeLink, prose } from './gfm-context.ts';
import { finderOf } from './view.ts';

/** Further places that a concern names; the record has every one. */
const MAX_FURTHER_PLACES = 3;

const MAX_TITLE_CHARACTERS = 200;

/** The whole template: what it is, where, what users see, why, what to do now and later. */
export function concernInFull(concern: Concern, number: number, context: GfmContext): string {
  return [
    `#### ${number} · ${titleOf(concern, context)}`,
    metaOf(concern, context),
    '',
    quoteOf(concern.evidence[0], context),
    '',
    ...answers(concern, context),
    '',
    `<sub>${originOf(concern, context).join(' · ')}</sub>`,
  ].join('\n');
}

/** A line for a concern that is only listed. */
export function concernInLine(concern: Concern, context: GfmContext): string {
  const { t } = context.view;
  const first = concern.evidence[0];
  return [
    `- **${t.priority[concern.priority]}** · ${titleOf(concern, context)}`,
    ...(first === undefined ? [] : [placeLink(first, context)]),
    concern.id,
  ].join(' · ');
}

export function titleOf(concern: Concern, context: GfmContext): string {
  const max = Math.min(MAX_TITLE_CHARACTERS, context.density.field);
  return prose(concern.title, { ...context, density: { ...context.density, field: max } });
}

/** Risk, kind, area, places; what was removed says so. */
function metaOf(concern: Concern, context: GfmContext): string {
  const { t } = context.view;
  const [first, ...further] = concern.evidence;
  const places = first === undefined ? [] : [placeLink(first, context)];
  if (first?.side === 'base') places.push(t.side.base);
  const also = further.slice(0, MAX_FURTHER_PLACES).map((e) => placeLink(e, context));
  return [
    `**${t.priority[concern.priority]}**`,
    t.category[concern.category],
    t.item[concern.area],
    ...places,
    ...(also.length > 0 ? [`${t.concern.alsoAt} ${also.join(', ')}`] : []),
  ].join(' · ');
}

function quoteOf(evidence: Evidence | undefined, context: GfmContext): string {
  if (evidence === undefined || evidence.quote.trim() === '') return '';
  const { t } = context.view;
  const { quoteLines, field } = context.density;
  // Cut after redaction, because half a secret no longer looks like one.
  const lines = inertPlainLines(evidence.quote).map((line) => clipCharacters(line, field));
  const shown = lines.slice(0, quoteLines);
  const body =
    shown.length === 1
      ? `> ${inertGfmCode(shown[0]!)}`
      : inertGfmBlock(withoutIndent(shown).join('\n'))
          .split('\n')
          .map((line) => `> ${line}`)
          .join('\n');
  const after = [
    ...(lines.length > shown.length ? [t.concern.moreLines(lines.length - shown.length)] : []),
    ...(evidence.redacted ? [t.concern.redacted] : []),
  ];
  return after.length === 0 ? body : `${body}\n>\n> <sub>${after.join(' · ')}</sub>`;
}

/** Lines without the indentation that they share. */
export function withoutIndent(lines: readonly string[]): readonly string[] {
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const shared = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(shared));
}

function answers(concern: Concern, context: GfmContext): string[] {
  const { t } = context.view;
  return [
    answer(t.concern.usersSee, concern.user_impact, context),
    answer(t.concern.why, concern.technical_details, context),
    answer(t.concern.now, concern.recommendation, context),
    answer(t.concern.later, concern.recommendation_long_term, context),
  ];
}

/** A list entry; further paragraphs are indented, so that they belong to it. */
function answer(label: string, text: string, context: GfmContext): string {
  const paragraphs = inertParagraphs(text, { max: context.density.field });
  return `- **${label}** — ${paragraphs.join('\n\n  ')}`;
}

/** Who says so, how sure, which principle, and the id that commands take. */
function originOf(concern: Concern, { view: { t } }: GfmContext): string[] {
  return [
    concern.id,
    finderOf(concern, inertGfmCode(concern.rule ?? ''), t),
    t.confidence[concern.confidence],
    ...(concern.origin === 'enabled' ? [t.origin.enabled] : []),
    t.principle[concern.principle],
  ];
}
