import type { Concern } from '../../domain/concern.ts';
import type { Review } from '../../domain/review.ts';
import type { Phrases } from '../../i18n/phrases.ts';
import { inertPlain } from '../inert.ts';
import {
  clipCharacters,
  MAX_ANNOTATION_MESSAGE_BYTES,
  MAX_ANNOTATION_TITLE_CHARACTERS,
  MAX_ANNOTATIONS,
  MAX_CHECK_TEXT_BYTES,
  MAX_CHECK_TITLE_CHARACTERS,
  truncateUtf8,
} from '../limits.ts';
import { type CommentOptions, gfmContext } from './comment.ts';
import { fit } from './fit.ts';
import { concernInLine } from './gfm-concern.ts';
import { fold, type GfmContext, type Section } from './gfm-context.ts';
import { foldedSections } from './gfm-folds.ts';
import {
  blockerCommands,
  blockersInFull,
  coverageLine,
  headlineLine,
  notAssessedPart,
  noteLines,
} from './gfm-head.ts';
import { type View, viewOf } from './view.ts';

/** A mark in the diff. Field names are GitHub's, so that an adapter passes them on. */
export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

export interface RenderedCheck {
  /** At most 80 characters. */
  readonly title: string;
  /** GFM, at most 65,535 UTF-8 bytes: the answer and the blockers. */
  readonly summary: string;
  /** GFM, at most 65,535 UTF-8 bytes: everything else; empty when there is nothing else. */
  readonly text: string;
  /** Most severe first; the adapter sends them in batches. */
  readonly annotations: readonly CheckAnnotation[];
}

/** The check run: the same words as the comment, in GitHub's three fields, and marks in the diff. */
export function renderCheck(
  review: Review,
  options: CommentOptions = { links: null },
): RenderedCheck {
  const view = viewOf(review);
  const marked = view.report.concerns.filter(hasHeadEvidence);
  return {
    title: clipCharacters(view.title, MAX_CHECK_TITLE_CHARACTERS),
    summary: fit(
      (density) => ({ ...summaryOf(gfmContext(view, density, options)), sections: [] }),
      MAX_CHECK_TEXT_BYTES,
      view.t.fit,
    ),
    text: fit(
      (density) => ({
        open: cappedNote(view, marked.length),
        sections: textSections(gfmContext(view, density, options)),
        end: [],
      }),
      MAX_CHECK_TEXT_BYTES,
      view.t.fit,
    ),
    annotations: marked.slice(0, MAX_ANNOTATIONS).map((concern) => annotationOf(concern, view.t)),
  };
}

function summaryOf(context: GfmContext): { open: string[]; end: string[] } {
  const { view } = context;
  return {
    open: [
      headlineLine(context),
      ...noteLines(context),
      ...(view.report.verdict === 'not_assessed' ? [notAssessedPart(context)] : []),
      ...blockersInFull(context),
      blockerCommands(context) ?? '',
    ],
    end: [coverageLine(context)],
  };
}

function textSections(context: GfmContext): readonly Section[] {
  const removed = removedSection(context);
  return [...(removed === null ? [] : [removed]), ...foldedSections(context)];
}

/** GitHub marks lines of head only, so what was removed is named here. */
function removedSection(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const removed = report.concerns.filter((concern) => !hasHeadEvidence(concern));
  if (removed.length === 0) return null;
  const lines = removed.slice(0, context.density.listed).map((c) => concernInLine(c, context));
  const hidden = removed.length - lines.length;
  const rest = hidden > 0 ? `\n\n${t.concerns.notListed(hidden)}` : '';
  const name = t.check.removed;
  return { name, weight: 12, text: fold(`<b>${name}</b>`, lines.join('\n') + rest, true) };
}

function cappedNote({ t }: View, places: number): string[] {
  return places > MAX_ANNOTATIONS ? [t.check.annotationsCapped(MAX_ANNOTATIONS, places)] : [];
}

function hasHeadEvidence(concern: Concern): boolean {
  return concern.evidence.some((evidence) => evidence.side === 'head');
}

function annotationOf(concern: Concern, t: Phrases): CheckAnnotation {
  const evidence = concern.evidence.find(({ side }) => side === 'head') ?? concern.evidence[0]!;
  const title = `${t.priority[concern.priority]}: ${inertPlain(concern.title)}`;
  const message = [
    `${t.concern.usersSee}: ${inertPlain(concern.user_impact)}`,
    `${t.concern.why}: ${inertPlain(concern.technical_details)}`,
    `${t.concern.now}: ${inertPlain(concern.recommendation)}`,
    `${t.concern.later}: ${inertPlain(concern.recommendation_long_term)}`,
    concern.id,
  ].join('\n');
  return {
    path: evidence.path,
    start_line: evidence.line,
    end_line: evidence.end_line,
    annotation_level: levelOf(concern),
    title: clipCharacters(title, MAX_ANNOTATION_TITLE_CHARACTERS),
    message: truncateUtf8(message, MAX_ANNOTATION_MESSAGE_BYTES),
  };
}

function levelOf(concern: Concern): CheckAnnotation['annotation_level'] {
  if (concern.deployment_blocker) return 'failure';
  return concern.priority === 'low' ? 'notice' : 'warning';
}
