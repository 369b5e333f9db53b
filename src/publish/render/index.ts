import type { Review } from '../../domain/review.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import type { Links } from './links.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';
import { renderYaml } from './yaml.ts';

export const FORMATS = ['terminal', 'markdown', 'json', 'yaml', 'sarif', 'html'] as const;
export type Format = (typeof FORMATS)[number];

export interface RenderOptions {
  readonly terminal: TerminalOptions;
  readonly links: Links | null;
}

type Renderer = (review: Review, options: RenderOptions) => string;

const RENDERERS: Readonly<Record<Format, Renderer>> = {
  terminal: (review, { terminal }) => renderTerminal(review, terminal),
  markdown: (review, { links }) => renderMarkdown(review, links),
  json: renderJson,
  yaml: renderYaml,
  sarif: renderSarif,
  html: (review, { links }) => renderHtml(review, links),
};

/** The review in one format; ends with a line feed. Pure. */
export function render(format: Format, review: Review, options: RenderOptions): string {
  return RENDERERS[format](review, options);
}
