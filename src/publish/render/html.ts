import type { Review } from '../../domain/review.ts';
import { inertHtml, inertHtmlCode } from '../inert.ts';
import { coverageOf } from './coverage.ts';
import { type Page, phrase } from './html-parts.ts';
import { pageSections } from './html-sections.ts';
import { PAGE_STYLE } from './html-style.ts';
import type { Links } from './links.ts';
import { shortSha, viewOf } from './view.ts';

/**
 * One self-contained page: no script, nothing loaded, both colour schemes, readable on paper and with a
 * screen reader. Its policy forbids what it does not need, should anything slip through.
 */
export function renderHtml(review: Review, links: Links | null = null): string {
  const page: Page = { view: viewOf(review), links };
  const { t, report, title } = page.view;
  return [
    '<!doctype html>',
    `<html lang="${review.language}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${inertHtmlCode(`${title} · ${t.page.title(report.subject.repo)}`)}</title>`,
    `<style>\n${PAGE_STYLE}\n</style>`,
    '</head>',
    '<body>',
    header(page),
    `<main>\n${pageSections(page).join('\n')}\n</main>`,
    footer(page),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function header({ view }: Page): string {
  const { t, report, review, title } = view;
  const subject = [
    inertHtmlCode(report.subject.repo),
    ...(report.subject.pull === null ? [] : [phrase(t.page.pull(report.subject.pull))]),
    `<code>${inertHtmlCode(shortSha(report.subject.head_sha))}</code>`,
  ].join(' · ');
  const notes = view.notes.map(
    ({ lead, text }) =>
      `<p class="note">${lead === null ? '' : `<strong>${phrase(lead)}</strong> `}${inertHtml(text)}</p>`,
  );
  return [
    '<header>',
    `<p class="subject">${inertHtmlCode(review.icon)} Ops · ${subject}</p>`,
    `<h1 class="verdict-${report.verdict}">${phrase(title)}</h1>`,
    `<p class="headline"><strong>${phrase(t.ifDeployed)}</strong> ${inertHtml(report.headline)}</p>`,
    ...notes,
    '</header>',
  ].join('\n');
}

function footer({ view }: Page): string {
  const coverage = coverageOf(view);
  const line = [
    ...coverage.read.map(phrase),
    ...(coverage.model === null ? [] : [inertHtml(coverage.model)]),
    ...(coverage.cost === null ? [] : [phrase(coverage.cost)]),
    inertHtml(`Ops ${view.report.versions.ops}`),
  ].join(' · ');
  return `<footer>\n<p>${line}</p>\n</footer>`;
}
