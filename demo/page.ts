import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { marked } from 'marked';
import sanitize from 'sanitize-html';
import type { CheckRun } from './author.ts';

/** One moment of the story, as a person would see it on GitHub. */
export interface Scene {
  readonly title: string;
  readonly check: CheckRun;
  readonly comment: string;
  /** What GitHub answered to the merge. */
  readonly merge: string;
}

const STYLE = readFileSync(createRequire(import.meta.url).resolve('github-markdown-css'), 'utf8');

const OUR_STYLE = `
  body { margin: 0 auto; max-width: 860px; padding: 24px; font-family: system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { body { background: #0d1117; color: #e6edf3; } }
  .box { border: 1px solid #8b949e66; border-radius: 6px; margin: 16px 0; overflow: hidden; }
  .bar { padding: 8px 16px; border-bottom: 1px solid #8b949e66; background: #8b949e1a; }
  .markdown-body { padding: 16px; }
  .failure { color: #cf222e; } .success { color: #1a7f37; } .action_required { color: #9a6700; }
`;

/** GitHub allows about this much HTML in a comment (github.com/gjtorikian/html-pipeline lists it). */
const ALLOWED: sanitize.IOptions = {
  allowedTags: [...sanitize.defaults.allowedTags, 'details', 'summary', 'sub', 'sup', 'img'],
  allowedAttributes: { a: ['href', 'title'], details: ['open'], code: ['class'] },
};

/** GitHub-flavoured Markdown as GitHub would show it. */
export function renderMarkdown(markdown: string): string {
  return sanitize(marked.parse(markdown, { gfm: true, async: false }), ALLOWED);
}

export function renderPage(scenes: readonly Scene[]): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ops demo</title>
<style>${STYLE}${OUR_STYLE}</style><body><h1>acme/shop</h1>${scenes.map(sceneHtml).join('\n')}</body></html>\n`;
}

function sceneHtml(scene: Scene): string {
  const { check } = scene;
  const conclusion = check.conclusion ?? check.status;
  const output = [check.output.summary, check.output.text].filter(Boolean).join('\n\n');
  return `<h2>${escape(scene.title)}</h2>
<div class="box"><div class="bar"><b>Check</b> ${escape(check.name)} —
<b class="${escape(conclusion)}">${escape(conclusion)}</b>: ${escape(check.output.title ?? '')}</div>
<details><summary>output of the check</summary><div class="markdown-body">${renderMarkdown(output)}</div></details></div>
<div class="box"><div class="bar"><b>ops</b> <small>bot</small> commented</div>
<div class="markdown-body">${renderMarkdown(scene.comment)}</div></div>
<p><b>Merge:</b> ${escape(scene.merge)}</p>`;
}

function escape(text: string): string {
  return sanitize(text, { allowedTags: [], disallowedTagsMode: 'escape' });
}

export interface RunningPage {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePage(html: string, port: number): Promise<RunningPage> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => await new Promise<void>((done) => server.close(() => done())),
  };
}
