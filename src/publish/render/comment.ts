import type { Review } from '../../domain/review.ts';
import { MAX_COMMENT_BYTES } from '../limits.ts';
import { type Draft, fit } from './fit.ts';
import type { Density, GfmContext, OpsCommand } from './gfm-context.ts';
import { foldedSections } from './gfm-folds.ts';
import {
  blockerCommands,
  blockersInFull,
  coverageLine,
  headlineLine,
  notAssessedPart,
  noteLines,
  titleLine,
} from './gfm-head.ts';
import type { Links } from './links.ts';
import { type View, viewOf } from './view.ts';

/** First line of our comment. A hint for finding it, never proof: anybody can paste it. */
export const COMMENT_MARKER = '<!-- ops:comment:v1 -->';

export interface CommentOptions {
  readonly links: Links | null;
  /** Commands that the service answers; none are offered when empty. Default: recheck and help. */
  readonly commands?: readonly OpsCommand[];
}

const DEFAULT_COMMANDS: readonly OpsCommand[] = ['recheck', 'help'];

/** The sticky comment. At most `MAX_COMMENT_BYTES` UTF-8 bytes, and so fewer than 65,536 characters. */
export function renderComment(review: Review, options: CommentOptions): string {
  const view = viewOf(review);
  const { links, commands = DEFAULT_COMMANDS } = options;
  const body = fit(
    (density) => reviewDraft({ view, links, commands, density }),
    MAX_COMMENT_BYTES - COMMENT_MARKER.length - 2,
    view.t.fit,
  );
  return `${COMMENT_MARKER}\n${body}\n`;
}

/** The review in the order of its importance, without marker; also the command line's Markdown. */
export function reviewDraft(context: GfmContext): Draft {
  const { report } = context.view;
  return {
    open: [
      titleLine(context),
      headlineLine(context),
      ...noteLines(context),
      ...(report.verdict === 'not_assessed' ? [notAssessedPart(context)] : []),
      ...blockersInFull(context),
      blockerCommands(context) ?? '',
    ],
    sections: foldedSections(context),
    end: [coverageLine(context)],
  };
}

/** A context for callers that need single parts. */
export function gfmContext(
  view: View,
  density: Density,
  { links, commands = DEFAULT_COMMANDS }: CommentOptions,
): GfmContext {
  return { view, links, commands, density };
}
