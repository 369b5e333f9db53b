import { CODE_FILES } from '../../parsers/ast-grep.ts';
import {
  type CallsOfFile,
  type CodeCall,
  callsParser,
  entriesOf,
} from '../../parsers/code-calls.ts';
import { scopeOf } from '../../parsers/code-scopes.ts';
import { clientLiteralsWithoutTimeout } from '../../parsers/go-literals.ts';
import { HTTP_CLIENTS, type HttpClient } from '../../parsers/http-clients.ts';
import { pythonSessionCalls } from '../../parsers/python-sessions.ts';
import { defineFileRule, type Match } from '../../rule.ts';
import type { SourceFile } from '../../source-file.ts';

export default defineFileRule({
  id: 'code/http-call-without-timeout',
  wave: 1,
  item: 'timeouts',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  blocks: null,
  surfaces: ['Python', 'Go', 'JavaScript', 'TypeScript', 'Java', 'Kotlin', 'Ruby', 'PHP', 'Rust'],
  files: CODE_FILES,
  optOuts: ['# nosec B113', '# noqa: S113', '//nolint:noctx'],
  title: {
    en: '{call} has no timeout',
    vi: '{call} không có timeout',
  },
  impact: {
    en: 'When the other side hangs instead of failing, requests pile up behind it until every worker or connection is taken and the service stops answering everyone.',
    vi: 'Khi phía bên kia treo thay vì báo lỗi, request dồn lại cho đến khi mọi worker hoặc connection đều bị chiếm và dịch vụ ngừng phản hồi với tất cả người dùng.',
  },
  why: {
    en: 'By default {call} waits up to {wait} for an answer, and nothing in this file sets a limit.',
    vi: 'Mặc định {call} chờ phản hồi tới {wait}, và không có chỗ nào trong file này đặt giới hạn.',
  },
  fix: {
    en: 'Set a timeout below the caller’s own deadline: {hint}. Decide what happens when it strikes: retry with a cap, fall back, or fail fast.',
    vi: 'Đặt timeout nhỏ hơn deadline của bên gọi: {hint}. Quyết định rõ khi hết giờ thì làm gì: retry có giới hạn, fallback hay fail fast.',
  },
  later: {
    en: 'Build clients in one place with connect and read timeouts, so that no call site can forget them, and alert on the rate of timeouts.',
    vi: 'Tạo HTTP client tại một nơi duy nhất với connect timeout và read timeout để không lời gọi nào quên được, và đặt alert theo tỷ lệ timeout.',
  },
  references: [
    'https://sre.google/sre-book/addressing-cascading-failures/',
    'https://requests.readthedocs.io/en/latest/user/advanced/#timeouts',
    'https://pkg.go.dev/net/http#Client',
    'https://axios-http.com/docs/req_config',
  ],
  examples: {
    bad: [
      {
        path: 'billing/rates.py',
        code: 'import requests\n\n\ndef fetch_rates(url):\n    return requests.get(url, headers={"Accept": "application/json"}).json()\n',
      },
      {
        path: 'billing/refund.py',
        code: 'import httpx\n\n\ndef refund(url, body):\n    return httpx.post(url, json=body, timeout=None)\n',
      },
      {
        path: 'internal/rates/client.go',
        code: 'package rates\n\nimport "net/http"\n\nfunc Fetch(url string) (*http.Response, error) {\n\treturn http.Get(url)\n}\n',
      },
      {
        path: 'src/server/payments.ts',
        code: `import axios from 'axios';\n\nexport async function charge(body: Charge) {\n  return await axios.post('https://pay.internal/charge', body);\n}\n`,
      },
      {
        path: 'src/main/java/shop/Stock.java',
        code: 'package shop;\n\nimport org.springframework.web.client.RestTemplate;\n\nclass Stock {\n  private final RestTemplate http = new RestTemplate();\n}\n',
      },
    ],
    good: [
      {
        path: 'billing/rates.py',
        code: 'import httpx\nimport requests\n\n\ndef fetch_rates(url, **options):\n    httpx.get(url)  # five seconds by default\n    requests.get(url, **options)\n    return requests.get(url, timeout=(3, 10)).json()\n',
      },
      {
        path: 'internal/rates/client.go',
        code: 'package rates\n\nimport (\n\t"net/http"\n\t"time"\n)\n\nvar client = &http.Client{Timeout: 5 * time.Second}\n\nfunc Fetch(url string) (*http.Response, error) {\n\treturn client.Get(url)\n}\n',
      },
      {
        path: 'src/server/payments.ts',
        code: `import axios from 'axios';\n\nconst http = axios.create({ baseURL: 'https://pay.internal', timeout: 3000 });\n\nexport const charge = (body: Charge) => http.post('/charge', body);\nexport const ping = () => fetch('https://pay.internal/ping', { signal: AbortSignal.timeout(1000) });\n`,
      },
      {
        path: 'src/components/Profile.tsx',
        code: `'use client';\nimport { useEffect } from 'react';\n\nexport function Profile() {\n  useEffect(() => void fetch('/api/me'), []);\n  return null;\n}\n`,
      },
    ],
  },
  *check(file) {
    if (!HINT.test(file.text)) return;
    const calls = file.parse(callsParser);
    if (isBrowserCode(file, calls)) yield* matchesOf(file, calls, (client) => !client.browser);
    else yield* matchesOf(file, calls, () => true);
    if (calls.language === 'go') yield* goClients(file, calls);
    if (calls.language === 'python')
      for (const call of pythonSessionCalls(calls)) {
        const problem = lacksKeyword(call, ['timeout'], null, false);
        if (problem) yield matchOf(file, call, '∞', calls.language);
      }
  },
});

/** Without one of these words no client of the table is used, and the file need not parse. */
const HINT =
  /requests|urllib|httpx|net\/http"|fetch|axios|\bgot\b|HttpRequest|RestTemplate|HttpClients|Net::HTTP|URI\.open|curl_exec|Guzzle|reqwest/u;

function* matchesOf(
  file: SourceFile,
  calls: CallsOfFile,
  wanted: (client: HttpClient) => boolean,
): Iterable<Match> {
  for (const client of HTTP_CLIENTS) {
    if (!client.languages.includes(calls.language) || !wanted(client)) continue;
    const methods = [
      ...new Set(client.calls.map((name) => /\w+$/u.exec(shortOf(name))?.[0] ?? name)),
    ];
    for (const call of calls.named(...methods)) {
      if (!client.calls.includes(call.callee) || isShadowed(file, calls, call)) continue;
      if (!isUnlimited(call, client) || client.elsewhere?.test(file.text)) continue;
      if (isBounded(call)) continue;
      yield matchOf(file, call, client.waits, calls.language);
    }
  }
}

/** `node-fetch` is called by the name that the import gave it. */
function shortOf(name: string): string {
  return name === 'node-fetch' ? 'fetch' : name;
}

function isUnlimited(call: CodeCall, { limit, safeByDefault = false }: HttpClient): boolean {
  switch (limit.in) {
    case 'nowhere':
      return true;
    case 'keyword':
      return lacksKeyword(call, limit.names, limit.position, safeByDefault);
    case 'options':
      return lacksOption(call, limit.at, limit.keys);
  }
}

function lacksKeyword(
  call: CodeCall,
  names: readonly string[],
  position: number | null,
  safeByDefault: boolean,
): boolean {
  if (call.args.some((arg) => arg.splat)) return false;
  const given = call.args.find((arg) => arg.name !== null && names.includes(arg.name));
  if (given !== undefined) return /^(?:None|nil|null)$/u.test(given.value.text());
  if (safeByDefault) return false;
  return position === null || call.args.filter((arg) => arg.name === null).length <= position;
}

/** Options that are a variable, a call or spread are unknown, and what is unknown is no finding. */
function lacksOption(call: CodeCall, at: readonly number[], keys: readonly string[]): boolean {
  if (call.args.some((arg) => arg.splat)) return false;
  if (keys.length === 0) return call.args.length === 0;
  const given = call.args.filter((_, index) => at.includes(index));
  for (const { value } of given) {
    const entries = entriesOf(value);
    if (entries === null && !isUrl(value.text(), at)) return false;
    if (entries !== null && keys.some((key) => entries.has(key))) return false;
  }
  return true;
}

/** The first of two possible places may be the address: a literal there is no set of options. */
function isUrl(text: string, at: readonly number[]): boolean {
  return at.length > 1 && /^["'`]/u.test(text);
}

const LIMITING = /time_?out|deadline|wait_for|race|abort|withTimeLimit/iu;

/** Something around the call limits it: `Promise.race`, `asyncio.wait_for`, `with timeout(5):`. */
function isBounded(call: CodeCall): boolean {
  for (const ancestor of call.node.ancestors()) {
    const kind = String(ancestor.kind());
    const head =
      kind === 'call_expression' || kind === 'call'
        ? (ancestor.field('function') ?? ancestor.field('method'))
        : kind === 'with_statement'
          ? ancestor.namedChildren()[0]
          : null;
    if (head && LIMITING.test(head.text().slice(-120))) return true;
  }
  return LIMITING.test(scopeOf(call.node).split('.').at(-1) ?? '');
}

/** A name that the file declares or takes as a parameter is not the library's. */
function isShadowed(file: SourceFile, calls: CallsOfFile, call: CodeCall): boolean {
  const first = call.args[0]?.value.text() ?? '';
  if (call.callee === 'fetch') {
    // A request object that comes in carries the signal of its sender.
    if (/^(?:req|request|event\.request|ctx\.request)$/u.test(first)) return true;
    return /[{(,]\s*fetch\s*[,})=:]|(?:function|const|let|var)\s+fetch\b/u.test(file.text);
  }
  return call.callee.startsWith('axios') && !calls.imports.has('axios');
}

/** Code that only browsers run: a slow answer there costs one user, not a worker of the service. */
function isBrowserCode(file: SourceFile, calls: CallsOfFile): boolean {
  if (!['typescript', 'tsx', 'javascript'].includes(calls.language)) return false;
  if (
    /(?:^|\/)(?:client|frontend|web|www|ui|components|hooks|public|static|assets|extension|popup|stores?)\//iu.test(
      file.path,
    )
  )
    return !isServerCode(file, calls);
  if (/\.(?:jsx|tsx)$/u.test(file.path)) return !isServerCode(file, calls);
  return (
    [
      'react',
      'react-dom',
      'vue',
      'svelte',
      'preact',
      'solid-js',
      '@angular/core',
      'jquery',
      '@tanstack/react-query',
    ].some((module) => calls.imports.has(module)) ||
    /\b(?:document|window|localStorage)\.\w|['"]use client['"]|\bchrome\.\w/u.test(file.text)
  );
}

function isServerCode(file: SourceFile, calls: CallsOfFile): boolean {
  return (
    /(?:^|\/)(?:server|api|backend|lambda|functions|workers?|jobs)\//iu.test(file.path) ||
    ['express', 'fastify', 'koa', 'hono', '@nestjs/common', 'fs', 'http', 'next/server', 'pg'].some(
      (m) => calls.imports.has(m),
    )
  );
}

function* goClients(file: SourceFile, calls: CallsOfFile): Iterable<Match> {
  for (const { node, line, endLine } of clientLiteralsWithoutTimeout(file.text, calls)) {
    const scope = scopeOf(node);
    yield {
      line,
      endLine,
      anchor: `${scope}:http.Client`,
      values: { call: 'http.Client', wait: '∞', hint: 'http.Client{Timeout: 5 * time.Second}' },
    };
  }
}

const HINTS: Readonly<Record<string, string>> = {
  python: 'timeout=(3, 10)',
  go: '&http.Client{Timeout: 5 * time.Second}',
  java: '.timeout(Duration.ofSeconds(5))',
  kotlin: '.timeout(Duration.ofSeconds(5))',
  ruby: 'Net::HTTP.start(host, port, open_timeout: 2, read_timeout: 5)',
  php: 'CURLOPT_TIMEOUT / timeout => 5',
  rust: 'reqwest::Client::builder().timeout(Duration::from_secs(5))',
};

function hintFor(call: CodeCall, language: string): string {
  if (call.method === 'urlopen') return 'timeout=10';
  if (call.callee.startsWith('axios') || call.callee.startsWith('got')) return 'timeout: 5000';
  if (call.callee.endsWith('RestTemplate'))
    return 'RestTemplateBuilder.readTimeout(Duration.ofSeconds(5))';
  return HINTS[language] ?? 'signal: AbortSignal.timeout(5000)';
}

function matchOf(file: SourceFile, call: CodeCall, wait: string, language: string): Match {
  const name = nameOf(call);
  const { line, endLine } = call.lines;
  return {
    line,
    endLine: endLine - line > 8 ? line : endLine,
    span: { line, endLine },
    anchor: `${scopeOf(call.node)}:${name}`,
    values: { call: name, wait, hint: hintFor(call, language) },
    ...(wait === '∞' && file.pathClass !== 'dev' ? {} : { priority: 'medium' as const }),
  };
}

/** `http.Get`, not `net/http.Get`; `RestTemplate`, not its package. */
function nameOf(call: CodeCall): string {
  return call.callee
    .replace(/^(?:[\w-]+\/)+/u, '')
    .replace(/^(?:[a-z]\w*\.){2,}(?=[A-Z])/u, '')
    .slice(-60);
}
