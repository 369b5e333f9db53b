import type { CodeLanguage } from './ast-grep.ts';

/**
 * HTTP clients whose default is to wait very long. What is not here has a default that protects
 * (httpx 5 s, OkHttp 10 s, .NET HttpClient 100 s, aiohttp 300 s in all) or cannot be judged from one file.
 */
export interface HttpClient {
  readonly languages: readonly CodeLanguage[];
  /** Full names after imports are resolved, e.g. `requests.get`, `net/http.Get`. */
  readonly calls: readonly string[];
  /** Where the limit would stand in this call. */
  readonly limit:
    | {
        readonly in: 'keyword';
        readonly names: readonly string[];
        readonly position: number | null;
      }
    | { readonly in: 'options'; readonly at: readonly number[]; readonly keys: readonly string[] }
    /** The call cannot carry one. */
    | { readonly in: 'nowhere' };
  /** The file sets the limit elsewhere: on the client, a session, a default or around the call. */
  readonly elsewhere: RegExp | null;
  /** A default protects; only switching it off (`timeout=None`) is a problem. */
  readonly safeByDefault?: boolean;
  /** Runs in browsers too, where no worker or request slot is held. */
  readonly browser?: boolean;
  /** How long the default waits; `∞` for ever. */
  readonly waits: string;
}

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
const of = (module: string, names: readonly string[]): string[] =>
  names.map((n) => `${module}.${n}`);

const PYTHON: readonly HttpClient[] = [
  {
    // https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts
    languages: ['python'],
    calls: of('requests', [...VERBS, 'request']),
    limit: { in: 'keyword', names: ['timeout'], position: null },
    elsewhere: null,
    waits: '∞',
  },
  {
    // https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen
    languages: ['python'],
    calls: ['urllib.request.urlopen'],
    limit: { in: 'keyword', names: ['timeout'], position: 2 },
    elsewhere: /setdefaulttimeout/u,
    waits: '∞',
  },
  {
    // https://www.python-httpx.org/advanced/timeouts/
    languages: ['python'],
    calls: of('httpx', [...VERBS, 'request', 'stream', 'Client', 'AsyncClient']),
    limit: { in: 'keyword', names: ['timeout'], position: null },
    elsewhere: null,
    safeByDefault: true,
    waits: '∞',
  },
];

const GO: readonly HttpClient[] = [
  {
    // https://pkg.go.dev/net/http#Client: "A Timeout of zero means no timeout."
    languages: ['go'],
    calls: of('net/http', ['Get', 'Post', 'PostForm', 'Head']),
    limit: { in: 'nowhere' },
    elsewhere: /DefaultClient\.Timeout\s*=|DefaultClient\s*=/u,
    waits: '∞',
  },
  {
    languages: ['go'],
    calls: [
      'net/http.DefaultClient.Do',
      'net/http.DefaultClient.Get',
      'net/http.DefaultClient.Post',
    ],
    limit: { in: 'nowhere' },
    elsewhere:
      /DefaultClient\.Timeout\s*=|DefaultClient\s*=|NewRequestWithContext|\.WithContext\(/u,
    waits: '∞',
  },
];

const ECMA: readonly CodeLanguage[] = ['typescript', 'tsx', 'javascript'];
const ECMAS: readonly HttpClient[] = [
  {
    // Node's fetch is undici: 300 s for headers and again for the body.
    // https://undici.nodejs.org/#/docs/api/Client
    languages: ECMA,
    calls: ['fetch', 'globalThis.fetch', 'undici.fetch'],
    limit: { in: 'options', at: [1], keys: ['signal', 'timeout', 'dispatcher'] },
    elsewhere: /setGlobalDispatcher/u,
    browser: true,
    waits: '300 s',
  },
  {
    languages: ECMA,
    calls: ['node-fetch', 'node-fetch.default'],
    limit: { in: 'options', at: [1], keys: ['signal', 'timeout'] },
    elsewhere: null,
    waits: '∞',
  },
  {
    // https://axios-http.com/docs/req_config: timeout, default 0, no timeout
    languages: ECMA,
    calls: of('axios', ['get', 'delete', 'head', 'options']),
    limit: { in: 'options', at: [1], keys: ['timeout', 'signal', 'cancelToken'] },
    elsewhere: /axios\.defaults\.timeout|defaults\s*=\s*\{[^}]{0,500}timeout/u,
    browser: true,
    waits: '∞',
  },
  {
    languages: ECMA,
    calls: of('axios', ['post', 'put', 'patch']),
    limit: { in: 'options', at: [2], keys: ['timeout', 'signal', 'cancelToken'] },
    elsewhere: /axios\.defaults\.timeout/u,
    browser: true,
    waits: '∞',
  },
  {
    languages: ECMA,
    calls: ['axios', 'axios.request', 'axios.create'],
    limit: { in: 'options', at: [0, 1], keys: ['timeout', 'signal', 'cancelToken'] },
    elsewhere: /(?:axios|\w+)\.defaults\.timeout/u,
    browser: true,
    waits: '∞',
  },
  {
    // https://github.com/sindresorhus/got/blob/main/documentation/6-timeout.md
    languages: ECMA,
    calls: ['got', ...of('got', VERBS)],
    limit: { in: 'options', at: [0, 1], keys: ['timeout', 'signal'] },
    elsewhere: null,
    waits: '∞',
  },
];

const JVM: readonly HttpClient[] = [
  {
    // https://docs.oracle.com/en/java/javase/21/docs/api/java.net.http/java/net/http/HttpRequest.Builder.html
    languages: ['java', 'kotlin'],
    calls: ['java.net.http.HttpRequest.newBuilder'],
    limit: { in: 'nowhere' },
    elsewhere: /\.timeout\s*\(|orTimeout\s*\(|\.get\s*\(\s*\w+\s*,\s*TimeUnit/u,
    waits: '∞',
  },
  {
    // https://docs.spring.io/spring-framework/reference/integration/rest-clients.html
    languages: ['java', 'kotlin'],
    calls: ['org.springframework.web.client.RestTemplate'],
    limit: { in: 'options', at: [0], keys: [] },
    elsewhere:
      /set(?:Read|Connect|ConnectionRequest)Timeout|setRequestFactory|RestTemplateBuilder/u,
    waits: '∞',
  },
  {
    languages: ['java', 'kotlin'],
    calls: ['org.apache.http.impl.client.HttpClients.createDefault'],
    limit: { in: 'nowhere' },
    elsewhere: /set(?:Socket|Response)Timeout/u,
    waits: '∞',
  },
];

const OTHERS: readonly HttpClient[] = [
  {
    // https://docs.ruby-lang.org/en/master/Net/HTTP.html: open_timeout and read_timeout default to 60
    languages: ['ruby'],
    calls: of('Net::HTTP', ['get', 'get_response', 'post', 'post_form']),
    limit: { in: 'nowhere' },
    elsewhere: /Timeout(?:\.|::)timeout/u,
    waits: '60 s',
  },
  {
    languages: ['ruby'],
    calls: ['URI.open'],
    limit: { in: 'keyword', names: ['read_timeout', 'open_timeout'], position: null },
    elsewhere: /Timeout(?:\.|::)timeout/u,
    waits: '60 s',
  },
  {
    // https://curl.se/libcurl/c/CURLOPT_TIMEOUT.html: default 0, never times out
    languages: ['php'],
    calls: ['curl_exec'],
    limit: { in: 'nowhere' },
    elsewhere: /CURLOPT_TIMEOUT|curl_setopt_array\s*\(\s*\$\w+\s*,\s*\$|CURLOPT_LOW_SPEED_TIME/u,
    waits: '∞',
  },
  {
    // https://docs.guzzlephp.org/en/stable/request-options.html#timeout: default 0
    languages: ['php'],
    calls: ['GuzzleHttp\\Client'],
    limit: { in: 'options', at: [0], keys: ['timeout', 'handler'] },
    elsewhere: /['"]timeout['"]|RequestOptions::TIMEOUT/u,
    waits: '∞',
  },
  {
    // https://docs.rs/reqwest/latest/reqwest/struct.ClientBuilder.html#method.timeout
    languages: ['rust'],
    calls: ['reqwest::get', 'reqwest::Client::new', 'reqwest::blocking::get'],
    limit: { in: 'nowhere' },
    elsewhere: /timeout/u,
    waits: '∞',
  },
];

export const HTTP_CLIENTS: readonly HttpClient[] = [...PYTHON, ...GO, ...ECMAS, ...JVM, ...OTHERS];
