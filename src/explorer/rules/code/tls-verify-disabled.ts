import type { SgNode } from '@ast-grep/napi';
import { CODE_FILES, codeParser, languageOf } from '../../parsers/ast-grep.ts';
import { linesOf, nodesOfKind } from '../../parsers/code-calls.ts';
import { scopeOf } from '../../parsers/code-scopes.ts';
import { TLS_SETTING, TLS_SWITCHES, type TlsSwitch } from '../../parsers/tls-switches.ts';
import { defineFileRule, type Match } from '../../rule.ts';
import type { SourceFile } from '../../source-file.ts';

export default defineFileRule({
  id: 'code/tls-verify-disabled',
  wave: 1,
  item: 'input_validation',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'security_vulnerability',
    when: {
      en: 'A literal switches certificate verification off in production code, under no condition and not for localhost.',
      vi: 'Một giá trị viết sẵn tắt kiểm tra chứng chỉ trong mã production, không nằm trong điều kiện nào và không dành cho localhost.',
    },
  },
  surfaces: [
    'Python',
    'Go',
    'JavaScript',
    'TypeScript',
    'Java',
    'Kotlin',
    'Ruby',
    'PHP',
    'C#',
    'Rust',
    'Dockerfile',
    'Compose',
  ],
  files: [
    ...CODE_FILES,
    '**/{Dockerfile,Containerfile}*',
    '**/*.Dockerfile',
    '**/{docker-,}compose*.{yml,yaml}',
    '**/.npmrc',
    '**/*.env',
  ],
  optOuts: ['#nosec G402', '# nosec B501', '# noqa: S501'],
  title: {
    en: 'TLS certificates are not verified ({setting})',
    vi: 'Không kiểm tra chứng chỉ TLS ({setting})',
  },
  impact: {
    en: 'Anyone on the network path can pose as the other side, read passwords and customer data and change what is sent, and no error ever shows it.',
    vi: 'Bất kỳ ai đứng giữa đường truyền đều có thể giả làm phía bên kia, đọc mật khẩu, dữ liệu khách hàng và sửa nội dung gửi đi, mà không có lỗi nào lộ ra.',
  },
  why: {
    en: '{setting} accepts every certificate, so encryption is left but identity is not.',
    vi: '{setting} chấp nhận mọi chứng chỉ: kết nối vẫn mã hóa nhưng không còn xác thực được đối phương.',
  },
  fix: {
    en: 'Take {setting} out. For a private CA, give the client its bundle instead (verify="/etc/ssl/ca.pem", RootCAs, NODE_EXTRA_CA_CERTS, ca:).',
    vi: 'Bỏ {setting}. Nếu dùng CA nội bộ, hãy cấp CA bundle cho client (verify="/etc/ssl/ca.pem", RootCAs, NODE_EXTRA_CA_CERTS, ca:).',
  },
  later: {
    en: 'Distribute the private CA in the base image and renew certificates automatically, so that nobody needs the switch again.',
    vi: 'Đưa CA nội bộ vào image nền và tự động gia hạn chứng chỉ để không ai phải tắt kiểm tra nữa.',
  },
  references: [
    'https://cwe.mitre.org/data/definitions/295.html',
    'https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification',
    'https://pkg.go.dev/crypto/tls#Config',
    'https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue',
  ],
  examples: {
    bad: [
      {
        path: 'billing/gateway.py',
        code: 'import requests\n\n\ndef charge(url, body):\n    return requests.post(url, json=body, timeout=5, verify=False)\n',
      },
      {
        path: 'internal/gateway/client.go',
        code: 'package gateway\n\nimport (\n\t"crypto/tls"\n\t"net/http"\n)\n\nvar transport = &http.Transport{\n\tTLSClientConfig: &tls.Config{InsecureSkipVerify: true},\n}\n',
      },
      {
        path: 'src/db.ts',
        code: `export const pool = new Pool({\n  connectionString: process.env.DATABASE_URL,\n  ssl: { rejectUnauthorized: false },\n});\n`,
      },
      {
        path: 'Dockerfile',
        code: 'FROM node:24-slim\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\nCMD ["node", "server.js"]\n',
      },
    ],
    good: [
      {
        path: 'billing/gateway.py',
        code: 'import requests\n\n\ndef charge(url, body, settings):\n    requests.get("https://localhost:8443/health", timeout=1, verify=False)\n    return requests.post(url, json=body, timeout=5, verify=settings.ca_bundle)\n',
      },
      {
        path: 'internal/gateway/client.go',
        code: 'package gateway\n\nimport "crypto/tls"\n\nfunc config(insecure bool) *tls.Config {\n\treturn &tls.Config{InsecureSkipVerify: insecure}\n}\n',
      },
      {
        path: 'src/server.ts',
        code: `const server = https.createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, app);\nif (process.env.NODE_ENV === 'development') {\n  agent = new https.Agent({ rejectUnauthorized: false });\n}\n`,
      },
      {
        path: 'test/gateway.test.ts',
        code: `const agent = new https.Agent({ rejectUnauthorized: false });\n`,
      },
    ],
  },
  *check(file) {
    if (languageOf(file.path) === null) yield* checkSettings(file);
    else yield* checkCode(file);
  },
});

function* checkCode(file: SourceFile): Iterable<Match> {
  // Trees are dear and this claims every source file: a cheap look first.
  if (!HINT.test(file.text)) return;
  const { language, root } = file.parse(codeParser);
  const switches = TLS_SWITCHES.filter(
    ({ languages, needs }) => languages.includes(language) && (needs?.test(file.text) ?? true),
  );
  for (const kind of new Set(switches.flatMap(({ kinds }) => kinds))) {
    if (!hasKind(language, kind)) continue;
    for (const node of nodesOfKind(root.root(), [kind])) {
      const match = switches.find((s) => s.kinds.includes(kind) && holds(node, s));
      if (match !== undefined) yield* judge(file, node, match.name);
    }
  }
}

const HINT =
  /verif|CERT_NONE|unauthorized|strictSSL|checkServerTrusted|TrustAll|InsecureTrust|ALLOW_ALL|ssl\s*=\s*False|ServerCertificate|danger_accept/iu;

/** Java and Kotlin share entries of the table, their grammars do not share these kinds. */
function hasKind(language: string, kind: string): boolean {
  if (kind === 'simple_identifier') return language === 'kotlin';
  return !(kind === 'identifier' && language === 'kotlin');
}

const MAX_SWITCH_CHARS = 400;

function holds(node: SgNode, { pattern }: TlsSwitch): boolean {
  const { start, end } = node.range();
  if (end.index - start.index > MAX_SWITCH_CHARS) return false;
  return pattern.test(node.text().replaceAll(/\s+/gu, ''));
}

function* judge(file: SourceFile, node: SgNode, setting: string): Iterable<Match> {
  const around = node.ancestors();
  if (around.some((a) => /^(?:import|using|use)_/u.test(String(a.kind())))) return;
  if (isForLocalhost(around) || isOptionalClientCert(node) || hasOwnVerification(node)) return;
  const condition = conditionAround(node, around);
  if (condition !== null && DEVELOPMENT.test(condition)) return;
  const certain = condition === null && file.pathClass === 'production';
  yield {
    ...linesOf(node),
    anchor: `${scopeOf(node)}:${setting}`,
    values: { setting },
    ...(certain ? { blocks: true } : { confidence: 'medium' as const }),
    ...(file.pathClass === 'dev' ? { priority: 'medium' as const } : {}),
  };
}

const DEVELOPMENT =
  /NODE_ENV|\bdev|debug|local|insecure|skip|unsafe|test|self_?signed|allow|verify|environment|stag(?:e|ing)/iu;

/** The nearest condition that decides whether the switch is used at all. */
function conditionAround(node: SgNode, around: readonly SgNode[]): string | null {
  for (const ancestor of around) {
    if (
      !/^(?:if_statement|if|unless|if_modifier|if_expression|elif_clause|ternary_expression|conditional_expression|conditional|when_entry|switch_case)$/u.test(
        String(ancestor.kind()),
      )
    )
      continue;
    // Python writes `value if condition else other`; its grammar names none of the three.
    const position = ancestor.kind() === 'conditional_expression' ? 1 : 0;
    const condition = ancestor.field('condition') ?? ancestor.namedChildren()[position];
    if (condition && condition.id() !== node.id()) return condition.text().slice(0, 300);
  }
  return null;
}

function isForLocalhost(around: readonly SgNode[]): boolean {
  const call = around.find((a) =>
    /^(?:call|call_expression|method_invocation)$/u.test(String(a.kind())),
  );
  const list = call?.field('arguments')?.namedChildren()[0]?.text() ?? '';
  return /^[fbru]?["'`]https:\/\/(?:localhost|127\.0\.0\.1|\[::1\])/u.test(list);
}

/** On a server that asks for client certificates, refusing none leaves the decision to the application. */
function isOptionalClientCert(node: SgNode): boolean {
  return (
    node.parent()?.kind() === 'object' && /requestCert['"]?\s*:\s*true/u.test(node.parent()!.text())
  );
}

/** Go: a verification of one's own replaces the standard one. */
function hasOwnVerification(node: SgNode): boolean {
  if (node.kind() !== 'keyed_element') return false;
  return /\bVerify(?:PeerCertificate|Connection)\s*:/u.test(node.parent()?.text() ?? '');
}

function* checkSettings(file: SourceFile): Iterable<Match> {
  for (const [index, text] of file.lines.entries()) {
    const found = /^\s*(?:#|\/\/)/u.test(text) ? null : TLS_SETTING.exec(text.slice(0, 2_000));
    if (found === null) continue;
    const setting = found[0]
      .replaceAll(/\s+|["']/gu, ' ')
      .replace(/ ?[:=] ?/u, '=')
      .trim();
    yield {
      line: index + 1,
      anchor: setting,
      values: { setting },
      ...(file.pathClass === 'production' ? { blocks: true } : { priority: 'medium' as const }),
    };
  }
}
