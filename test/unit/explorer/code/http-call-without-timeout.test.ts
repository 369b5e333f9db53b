import { describe, expect, it } from 'vitest';
import rule from '../../../../src/explorer/rules/code/http-call-without-timeout.ts';
import { runRule } from '../../../support/run-rule.ts';

async function titles(path: string, code: string): Promise<string[]> {
  const { findings, failures } = await runRule(rule, { path, code });
  expect(failures).toEqual([]);
  return findings.map(({ title }) => title.replace(' has no timeout', ''));
}

const go = (imports: string, code: string): string =>
  `package a\n\nimport (\n${imports
    .split(' ')
    .map((i) => `\t"${i}"\n`)
    .join('')})\n\n${code}\n`;

describe('code/http-call-without-timeout', () => {
  it.each([
    {
      name: 'requests',
      path: 'a.py',
      code: 'import requests\nrequests.get(u)\n',
      hits: ['requests.get'],
    },
    {
      name: 'requests under another name',
      path: 'a.py',
      code: 'import requests as rq\nrq.post(u)\n',
      hits: ['requests.post'],
    },
    {
      name: 'a function imported from requests',
      path: 'a.py',
      code: 'from requests import get\nget(u)\n',
      hits: ['requests.get'],
    },
    {
      name: 'timeout=None',
      path: 'a.py',
      code: 'import requests\nrequests.get(u, timeout=None)\n',
      hits: ['requests.get'],
    },
    {
      name: 'requests with a timeout',
      path: 'a.py',
      code: 'import requests\nrequests.get(u, timeout=T)\n',
      hits: [],
    },
    {
      name: 'requests with **kwargs',
      path: 'a.py',
      code: 'import requests\nrequests.get(u, **kw)\n',
      hits: [],
    },
    {
      name: 'a get of something else',
      path: 'a.py',
      code: 'requests = {}\nother.get(u)\n',
      hits: [],
    },
    {
      name: 'a session',
      path: 'a.py',
      code: 'import requests\ns = requests.Session()\ns.get(u)\n',
      hits: ['s.get'],
    },
    {
      name: 'a session in a with',
      path: 'a.py',
      code: 'import requests\nwith requests.Session() as s:\n    s.get(u)\n',
      hits: ['s.get'],
    },
    {
      name: 'a session with an adapter',
      path: 'a.py',
      code: 'import requests\ns = requests.Session()\ns.mount("https://", A(timeout=3))\ns.get(u)\n',
      hits: [],
    },
    {
      name: 'httpx by default',
      path: 'a.py',
      code: 'import httpx\nhttpx.get(u)\nhttpx.Client()\n',
      hits: [],
    },
    {
      name: 'httpx without its default',
      path: 'a.py',
      code: 'import httpx\nc = httpx.AsyncClient(timeout=None)\n',
      hits: ['httpx.AsyncClient'],
    },
    {
      name: 'urlopen',
      path: 'a.py',
      code: 'from urllib.request import urlopen\nurlopen(u)\n',
      hits: ['urllib.request.urlopen'],
    },
    {
      name: 'urlopen with a positional timeout',
      path: 'a.py',
      code: 'from urllib.request import urlopen\nurlopen(u, None, 5)\n',
      hits: [],
    },
    {
      name: 'wait_for around it',
      path: 'a.py',
      code: 'import requests\nasync def f():\n    await asyncio.wait_for(requests.get(u), 5)\n',
      hits: [],
    },
    {
      name: 'http.Get',
      path: 'a.go',
      code: go('net/http', 'func f() { http.Get(u) }'),
      hits: ['http.Get'],
    },
    {
      name: 'another package called http',
      path: 'a.go',
      code: go('acme.io/http', 'func f() { http.Get(u) }'),
      hits: [],
    },
    {
      name: 'a client without Timeout',
      path: 'a.go',
      code: go('net/http', 'var c = &http.Client{Transport: t}'),
      hits: ['http.Client'],
    },
    {
      name: 'a client with Timeout',
      path: 'a.go',
      code: go('net/http time', 'var c = &http.Client{Timeout: time.Second}'),
      hits: [],
    },
    {
      name: 'a Timeout set later',
      path: 'a.go',
      code: go('net/http time', 'func f() { c := &http.Client{}; c.Timeout = time.Second }'),
      hits: [],
    },
    {
      name: 'a deadline on the context',
      path: 'a.go',
      code: go(
        'net/http context',
        'func f() { ctx, _ := context.WithTimeout(p, d); c := &http.Client{} }',
      ),
      hits: [],
    },
    {
      name: 'fetch on a server',
      path: 'src/server/a.ts',
      code: 'await fetch(u);\n',
      hits: ['fetch'],
    },
    {
      name: 'fetch with a signal',
      path: 'src/a.ts',
      code: 'await fetch(u, { method: "POST", signal });\n',
      hits: [],
    },
    {
      name: 'fetch with unknown options',
      path: 'src/a.ts',
      code: 'await fetch(u, options);\nawait fetch(u, { ...options });\n',
      hits: [],
    },
    {
      name: 'fetch in a component',
      path: 'src/Profile.tsx',
      code: 'import { useState } from "react";\nfetch("/api/me");\n',
      hits: [],
    },
    {
      name: 'fetch that is a parameter',
      path: 'src/a.ts',
      code: 'export async function load({ fetch, params }) { return await fetch(u); }\n',
      hits: [],
    },
    {
      name: 'fetch in a race',
      path: 'src/a.ts',
      code: 'await Promise.race([fetch(u), sleep(5)]);\n',
      hits: [],
    },
    {
      name: 'axios',
      path: 'src/a.ts',
      code: 'import axios from "axios";\nawait axios.get(u);\n',
      hits: ['axios.get'],
    },
    {
      name: 'axios with a timeout',
      path: 'src/a.ts',
      code: 'import axios from "axios";\nawait axios.post(u, b, { timeout: 1 });\n',
      hits: [],
    },
    {
      name: 'an axios instance without one',
      path: 'src/a.ts',
      code: 'import axios from "axios";\nexport const c = axios.create({ baseURL });\n',
      hits: ['axios.create'],
    },
    {
      name: 'a default for axios',
      path: 'src/a.ts',
      code: 'import axios from "axios";\naxios.defaults.timeout = 5000;\nawait axios.get(u);\n',
      hits: [],
    },
    {
      name: 'RestTemplate',
      path: 'A.java',
      code: 'import org.springframework.web.client.RestTemplate;\nclass A { RestTemplate t = new RestTemplate(); }\n',
      hits: ['RestTemplate'],
    },
    {
      name: 'RestTemplate with a factory',
      path: 'A.java',
      code: 'import org.springframework.web.client.RestTemplate;\nclass A { RestTemplate t = new RestTemplate(factory); }\n',
      hits: [],
    },
    {
      name: 'HttpRequest',
      path: 'A.java',
      code: 'import java.net.http.HttpRequest;\nclass A { Object r = HttpRequest.newBuilder(u).GET().build(); }\n',
      hits: ['HttpRequest.newBuilder'],
    },
    {
      name: 'HttpRequest with a timeout',
      path: 'A.java',
      code: 'import java.net.http.HttpRequest;\nclass A { Object r = HttpRequest.newBuilder(u).timeout(d).build(); }\n',
      hits: [],
    },
    { name: 'Net::HTTP', path: 'a.rb', code: 'Net::HTTP.get(uri)\n', hits: ['Net::HTTP.get'] },
    {
      name: 'Net::HTTP.start',
      path: 'a.rb',
      code: 'Net::HTTP.start(h, p, read_timeout: 5) { |c| c.get(u) }\n',
      hits: [],
    },
    {
      name: 'curl in PHP',
      path: 'a.php',
      code: '<?php\n$ch = curl_init($u);\ncurl_exec($ch);\n',
      hits: ['curl_exec'],
    },
    {
      name: 'curl with a limit',
      path: 'a.php',
      code: '<?php\ncurl_setopt($ch, CURLOPT_TIMEOUT, 5);\ncurl_exec($ch);\n',
      hits: [],
    },
    {
      name: 'Guzzle',
      path: 'a.php',
      code: '<?php\nuse GuzzleHttp\\Client;\n$c = new Client(["base_uri" => $u]);\n',
      hits: ['GuzzleHttp\\Client'],
    },
    {
      name: 'reqwest',
      path: 'a.rs',
      code: 'use reqwest::Client;\nfn f() { let c = Client::new(); }\n',
      hits: ['reqwest::Client::new'],
    },
  ])('$name', async ({ path, code, hits }) => {
    expect(await titles(path, code)).toEqual(hits);
  });

  it('counts a call as new when the change takes its timeout', async () => {
    const base = 'import requests\n\n\ndef f():\n    return requests.get(u, timeout=5)\n';

    const { findings } = await runRule(rule, {
      path: 'a.py',
      base,
      code: base.replace(', timeout=5', ''),
    });

    expect(findings).toHaveLength(1);
  });

  it('keeps quiet about a call that stood there before', async () => {
    const base = 'import requests\n\n\ndef f():\n    return requests.get(u)\n';

    const { findings } = await runRule(rule, {
      path: 'a.py',
      base,
      code: base.replace('(u)', '(u, headers=h)'),
    });

    expect(findings).toEqual([]);
  });

  it('names a file that does not parse', async () => {
    const { failures } = await runRule(rule, {
      path: 'a.py',
      code: 'requests (((( ]]] def def :::: )))) }} {{\n',
    });

    expect(failures.map(({ reason }) => reason)).toEqual(['does not parse as python']);
  });
});
