import type { Review } from '../../domain/review.ts';
import { reviewDraft } from './comment.ts';
import { WHOLE } from './fit.ts';
import type { Links } from './links.ts';
import { viewOf } from './view.ts';

/** The comment without marker, commands and limit: for files and other forges. */
export function renderMarkdown(review: Review, links: Links | null = null): string {
  const draft = reviewDraft({ view: viewOf(review), links, commands: [], density: WHOLE });
  const parts = [...draft.open, ...draft.sections.map((section) => section.text), ...draft.end];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
