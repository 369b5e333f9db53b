import { describe, expect, it } from 'vitest';
import rule from '../../../../src/explorer/rules/code/tls-verify-disabled.ts';
import { runRule } from '../../../support/run-rule.ts';

async function blocks(path: string, code: string): Promise<boolean[]> {
  const { findings, failures } = await runRule(rule, { path, code });
  expect(failures).toEqual([]);
  return findings.map((finding) => finding.blocks);
}

describe('code/tls-verify-disabled', () => {
  it.each([
    { name: 'requests', path: 'a.py', code: 'import requests\nrequests.get(u, verify=False)\n' },
    {
      name: 'a session attribute',
      path: 'a.py',
      code: 'import requests\ns = requests.Session()\ns.verify = False\n',
    },
    {
      name: 'aiohttp',
      path: 'a.py',
      code: 'import aiohttp\nc = aiohttp.TCPConnector(ssl=False)\n',
    },
    { name: 'CERT_NONE', path: 'a.py', code: 'import ssl\nctx.verify_mode = ssl.CERT_NONE\n' },
    {
      name: 'an unverified context',
      path: 'a.py',
      code: 'import ssl\nssl._create_default_https_context = ssl._create_unverified_context\n',
    },
    {
      name: 'Go, a literal',
      path: 'a.go',
      code: 'package a\n\nvar c = &tls.Config{InsecureSkipVerify: true}\n',
    },
    {
      name: 'Go, an assignment',
      path: 'a.go',
      code: 'package a\n\nfunc f() { cfg.InsecureSkipVerify = true }\n',
    },
    {
      name: 'Node, an agent',
      path: 'a.ts',
      code: 'const a = new https.Agent({ rejectUnauthorized: false });\n',
    },
    {
      name: 'Node, the environment',
      path: 'a.js',
      code: "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n",
    },
    {
      name: 'Java, a no-op verifier',
      path: 'A.java',
      code: 'import org.apache.http.conn.ssl.NoopHostnameVerifier;\nclass A { Object c = b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE); }\n',
    },
    {
      name: 'Java, an empty trust manager',
      path: 'A.java',
      code: 'class A { public void checkServerTrusted(X509Certificate[] c, String t) {} }\n',
    },
    { name: 'Ruby', path: 'a.rb', code: 'http.verify_mode = OpenSSL::SSL::VERIFY_NONE\n' },
    {
      name: 'PHP',
      path: 'a.php',
      code: '<?php\ncurl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);\n',
    },
    {
      name: 'C#',
      path: 'A.cs',
      code: 'class A { void F() { h.ServerCertificateCustomValidationCallback = (a, b, c, d) => true; } }\n',
    },
    {
      name: 'Rust',
      path: 'a.rs',
      code: 'fn f() { let c = Client::builder().danger_accept_invalid_certs(true); }\n',
    },
    {
      name: 'a Compose file',
      path: 'compose.yaml',
      code: 'services:\n  api:\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: "0"\n',
    },
  ])('$name blocks', async ({ path, code }) => {
    expect(await blocks(path, code)).toEqual([true]);
  });

  it.each([
    {
      name: 'a value from configuration',
      path: 'a.ts',
      code: 'const a = new https.Agent({ rejectUnauthorized: config.strict });\n',
    },
    {
      name: 'verification switched on',
      path: 'a.py',
      code: 'import requests\nrequests.get(u, verify=True)\n',
    },
    { name: 'verify of another library', path: 'a.py', code: 'form.submit(verify=False)\n' },
    {
      name: 'localhost',
      path: 'a.py',
      code: 'import requests\nrequests.get("https://localhost:8443", verify=False)\n',
    },
    {
      name: 'a development branch',
      path: 'a.ts',
      code: "if (process.env.NODE_ENV !== 'production') {\n  agent = new https.Agent({ rejectUnauthorized: false });\n}\n",
    },
    {
      name: 'a switch of the operator',
      path: 'a.py',
      code: 'import ssl\nctx = ssl._create_unverified_context() if NO_SSL_VERIFY else None\n',
    },
    {
      name: 'a verification of one’s own',
      path: 'a.go',
      code: 'package a\n\nvar c = &tls.Config{InsecureSkipVerify: true, VerifyConnection: check}\n',
    },
    {
      name: 'optional client certificates',
      path: 'a.ts',
      code: 'createServer({ requestCert: true, rejectUnauthorized: false });\n',
    },
    {
      name: 'a comment',
      path: 'Dockerfile',
      code: 'FROM node:24\n# ENV NODE_TLS_REJECT_UNAUTHORIZED=0\n',
    },
    {
      name: 'an import alone',
      path: 'A.java',
      code: 'import org.apache.http.conn.ssl.NoopHostnameVerifier;\nclass A {}\n',
    },
    {
      name: 'a test',
      path: 'test/a.test.ts',
      code: 'const a = new https.Agent({ rejectUnauthorized: false });\n',
    },
  ])('$name is fine', async ({ path, code }) => {
    expect(await blocks(path, code)).toEqual([]);
  });

  it('does not block under a condition that it cannot judge', async () => {
    const code =
      'package a\n\nfunc f() {\n\tif mode == special {\n\t\tcfg.InsecureSkipVerify = true\n\t}\n}\n';

    expect(await blocks('a.go', code)).toEqual([false]);
  });
});
