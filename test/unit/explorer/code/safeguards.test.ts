import { describe, expect, it } from 'vitest';
import {
  collectCodeOwners,
  collectCodeSafeguards,
} from '../../../../src/explorer/safeguards/code.ts';
import { SourceFile } from '../../../../src/explorer/source-file.ts';

function inventory(path: string, text: string): string[] {
  return [...collectCodeSafeguards(new SourceFile(path, 'head', text))].map(
    ({ kind, owner, name }) => `${kind} ${owner} ${name}`,
  );
}

const CASES = [
  {
    name: 'a keyword',
    path: 'a.py',
    text: 'import requests\nclass A:\n  def f(self):\n    requests.get(u, timeout=3)\n',
    found: ['timeout A.f:requests.get timeout'],
  },
  {
    name: 'an option',
    path: 'a.ts',
    text: 'import axios from "axios";\nexport const http = axios.create({ timeout: 3 });\n',
    found: ['timeout a.ts:axios.create timeout'],
  },
  {
    name: 'a signal',
    path: 'a.ts',
    text: 'async function f() { await fetch(u, { signal: AbortSignal.timeout(3) }); }\n',
    found: ['timeout f:fetch signal'],
  },
  {
    name: 'a field in Go',
    path: 'a.go',
    text: 'package a\nfunc f() { s := &http.Server{ReadHeaderTimeout: t} }\n',
    found: ['timeout f:http.Server ReadHeaderTimeout'],
  },
  {
    name: 'a context in Go',
    path: 'a.go',
    text: 'package a\nfunc f() { ctx, c := context.WithTimeout(p, t) }\n',
    found: ['timeout f context.WithTimeout'],
  },
  {
    name: 'a decorator',
    path: 'a.py',
    text: 'from tenacity import retry\n@retry(stop=s)\ndef charge():\n  pass\n',
    found: ['retry charge @retry'],
  },
  {
    name: 'attempts',
    path: 'a.ts',
    text: 'new Queue("orders", { attempts: 5 });\n',
    found: ['retry a.ts:Queue attempts'],
  },
  {
    name: 'a retry library',
    path: 'a.ts',
    text: 'import pRetry from "p-retry";\nconst f = () => pRetry(g);\n',
    found: ['retry f p-retry'],
  },
  {
    name: 'retry-go',
    path: 'a.go',
    text: 'package a\nimport "github.com/avast/retry-go/v4"\nfunc f() { retry.Do(g) }\n',
    found: ['retry f retry-go.Do'],
  },
  {
    name: 'annotations',
    path: 'A.java',
    text: 'class A { @Retry(name = "x") @CircuitBreaker(name = "y") void f() {} }\n',
    found: ['retry A.f @Retry', 'circuit_breaker A.f @CircuitBreaker'],
  },
  {
    name: 'opossum',
    path: 'a.ts',
    text: 'import Breaker from "opossum";\nconst timeoutless = new Breaker(f);\nconst breaker = 1;\n',
    found: ['circuit_breaker a.ts opossum'],
  },
  {
    name: 'gobreaker',
    path: 'a.go',
    text: 'package a\nfunc f() { cb := gobreaker.NewCircuitBreaker(s) }\n',
    found: ['circuit_breaker f gobreaker.NewCircuitBreaker'],
  },
  {
    name: 'SIGTERM in Node',
    path: 'src/main.ts',
    text: 'process.on("SIGTERM", stop);\n',
    found: ['graceful_shutdown process:main.ts SIGTERM handler'],
  },
  {
    name: 'SIGTERM in Python',
    path: 'main.py',
    text: 'import signal\nsignal.signal(signal.SIGTERM, stop)\n',
    found: ['graceful_shutdown process:main.py SIGTERM handler'],
  },
  {
    name: 'a dead-letter queue',
    path: 'a.ts',
    text: 'new Queue(this, "orders", { deadLetterQueue: { queue, maxReceiveCount: 3 } });\n',
    found: ['dead_letter_queue a.ts:Queue deadLetterQueue'],
  },
  {
    name: 'a timeout that is switched off',
    path: 'a.py',
    text: 'import requests\nrequests.get(u, timeout=None)\n',
    found: [],
  },
  {
    name: 'a library with a default of its own',
    path: 'a.py',
    text: 'import httpx\nhttpx.get(u, timeout=3)\n',
    found: [],
  },
  {
    name: 'a timeout of the screen',
    path: 'a.ts',
    text: 'toast({ timeout: 3 });\nsetTimeout(f, 3);\n',
    found: [],
  },
];

describe('safeguards in code', () => {
  it.each(CASES)('$name', ({ path, text, found }) => {
    expect(inventory(path, text)).toEqual(found);
  });

  it.each(CASES.filter(({ found }) => found.length > 0))(
    'the owner of $name is listed',
    ({ path, text }) => {
      const file = new SourceFile(path, 'head', text);
      const owners = new Set(collectCodeOwners(file));

      for (const { owner } of collectCodeSafeguards(file)) expect(owners).toContain(owner);
    },
  );

  it('measures retries by their attempts', () => {
    const file = new SourceFile('a.ts', 'head', 'request(u, { retries: 4, timeout: 100 });\n');

    expect([...collectCodeSafeguards(file)].map(({ name, strength }) => [name, strength])).toEqual([
      ['retries', 4],
      ['timeout', null],
    ]);
  });
});
