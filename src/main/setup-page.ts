import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { inertHtmlCode } from '../publish/inert.ts';
import type { HttpHandler } from './http-server.ts';

/** The manifest is handed on as it stands; only the keys that the page itself shows are looked at. */
const Manifest = z.looseObject({
  name: z.string(),
  hook_attributes: z.looseObject({ url: z.string() }),
});
type Manifest = z.infer<typeof Manifest>;

/** `app.yml` at the root of the package, two folders up from `src/main/` and `dist/main/` alike. */
const MANIFEST = new URL('../../app.yml', import.meta.url);

/**
 * The page that a service without credentials shows on the loopback: it hands the manifest of `app.yml` to GitHub and
 * explains the rest. The exchange of GitHub's code for credentials is left to one command that the page shows.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function setupPage(githubUrl: string, apiUrl: string): HttpHandler {
  const manifest = Manifest.parse(parse(readFileSync(MANIFEST, 'utf8')));
  return async (request, response) => {
    const own = `http://${request.headers.host ?? 'localhost'}`;
    const code = new URL(request.url ?? '/', own).searchParams.get('code');
    const redirected = { ...manifest, redirect_url: new URL('/', own).href };
    const body =
      code !== null && /^[\w-]{1,100}$/u.test(code)
        ? afterCreation(code, apiUrl)
        : beforeCreation(redirected, githubUrl);
    response.writeHead(200, HEADERS);
    response.end(page(body));
    await Promise.resolve();
  };
}

/** Nothing on the page runs or loads anything; its form may go to GitHub alone. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function beforeCreation(manifest: Manifest, githubUrl: string): string {
  const json = inertHtmlCode(JSON.stringify(manifest));
  return `
<p>No credentials are set, so this service reviews nothing yet. Three steps:</p>
<ol>
<li>In <code>app.yml</code> replace <code>ORG</code> and the webhook address
(<code>${inertHtmlCode(manifest.hook_attributes.url)}</code>) with yours, and start the service again.</li>
<li>Create the GitHub App from it:
<form action="${inertHtmlCode(githubUrl)}/settings/apps/new" method="post">
<input type="hidden" name="manifest" value="${json}">
<button>Create ${inertHtmlCode(manifest.name)} on GitHub</button>
</form>
For an organisation, create it at
<code>${inertHtmlCode(githubUrl)}/organizations/ORG/settings/apps/new</code> with the same settings.</li>
<li>GitHub sends you back to this page, which then shows how to get the credentials.</li>
</ol>`;
}

function afterCreation(code: string, apiUrl: string): string {
  const command = `curl -X POST ${apiUrl}/app-manifests/${code}/conversions`;
  return `
<p>The app exists. Within one hour, get its credentials with</p>
<pre>${inertHtmlCode(command)}</pre>
<p>and start the service with them:</p>
<pre>APP_ID=…            the answer's "id"
PRIVATE_KEY=…       the answer's "pem"
WEBHOOK_SECRET=…    the answer's "webhook_secret"</pre>
<p>Then install the app on your repositories, and make
<code>Ops / production readiness</code> a required check with this app as its expected source.</p>`;
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Set up Ops</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}
pre{background:#8882;padding:1rem;overflow:auto}button{font:inherit;padding:.4rem .8rem}</style>
<h1>Set up Ops</h1>
${body}
</html>
`;
}
