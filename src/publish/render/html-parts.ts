import type { Concern } from '../../domain/concern.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { inertHtml, inertHtmlCode } from '../inert.ts';
import { withoutIndent } from './gfm-concern.ts';
import { type Links, safeUrl } from './links.ts';
import { finderOf, placeOf, type View } from './view.ts';

export interface Page {
  readonly view: View;
  readonly links: Links | null;
}

/** A phrase of ours as HTML: backtick spans become `<code>`. */
export function phrase(text: string): string {
  return inertHtml(text);
}

export function place(evidence: Evidence, { links }: Page): string {
  const { path, line, end_line, side } = evidence;
  const label = `<code>${inertHtmlCode(placeOf(evidence))}</code>`;
  const url = links === null ? null : safeUrl(links.blob(path, line, end_line, side));
  return url === null ? label : `<a href="${inertHtmlCode(url)}">${label}</a>`;
}

export function list(entries: readonly string[], kind: 'ul' | 'ol' = 'ul'): string {
  return `<${kind}>\n${entries.map((entry) => `<li>${entry}</li>`).join('\n')}\n</${kind}>`;
}

export function terms(entries: readonly (readonly [string, string])[]): string {
  const rows = entries.map(([term, text]) => `<dt>${phrase(term)}</dt><dd>${text}</dd>`);
  return `<dl>\n${rows.join('\n')}\n</dl>`;
}

export function folded(summary: string, extra: string, body: string): string {
  const rest = extra === '' ? '' : ` ${extra}`;
  return `<details>\n<summary><strong>${phrase(summary)}</strong>${rest}</summary>\n${body}\n</details>`;
}

/** One concern as an article: the whole template. */
export function concernArticle(concern: Concern, page: Page): string {
  const { t } = page.view;
  const [first] = concern.evidence;
  const places = concern.evidence.map((e) =>
    e.side === 'base' ? `${place(e, page)} (${phrase(t.side.base)})` : place(e, page),
  );
  const meta = [
    `<span class="priority-${concern.priority}">${phrase(t.priority[concern.priority])}</span>`,
    phrase(t.category[concern.category]),
    phrase(t.item[concern.area]),
    ...places,
  ].join(' · ');
  const origin = [
    concern.id,
    phrase(finderOf(concern, `\`${concern.rule}\``, t)),
    phrase(t.confidence[concern.confidence]),
    ...(concern.origin === 'enabled' ? [phrase(t.origin.enabled)] : []),
    phrase(t.principle[concern.principle]),
  ].join(' · ');
  return [
    `<article class="${concern.deployment_blocker ? 'blocker' : 'concern'}">`,
    `<h3>${inertHtml(concern.title)}</h3>`,
    `<p class="meta">${meta}</p>`,
    ...(first === undefined ? [] : [quote(first, page)]),
    terms([
      [t.concern.usersSee, inertHtml(concern.user_impact)],
      [t.concern.why, inertHtml(concern.technical_details)],
      [t.concern.now, inertHtml(concern.recommendation)],
      [t.concern.later, inertHtml(concern.recommendation_long_term)],
    ]),
    `<p class="id">${origin}</p>`,
    '</article>',
  ].join('\n');
}

function quote(evidence: Evidence, { view: { t } }: Page): string {
  if (evidence.quote.trim() === '') return '';
  const code = withoutIndent(evidence.quote.split('\n')).join('\n');
  const note = evidence.redacted ? `\n<p class="meta">${phrase(t.concern.redacted)}</p>` : '';
  return `<pre><code>${inertHtmlCode(code)}</code></pre>${note}`;
}
