import { CODE_FILES } from '../../parsers/ast-grep.ts';
import {
  type CallsOfFile,
  type CodeCall,
  callsParser,
  entriesOf,
} from '../../parsers/code-calls.ts';
import { functionAround, scopeOf } from '../../parsers/code-scopes.ts';
import { defineFileRule } from '../../rule.ts';

export default defineFileRule({
  id: 'code/jwt-unverified',
  wave: 1,
  item: 'authentication',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'security_vulnerability',
    when: {
      en: 'A literal tells the library not to check the signature (verify_signature: False, verify=False, algorithm none) in production code, and the same function verifies no token.',
      vi: 'Một giá trị viết sẵn yêu cầu thư viện không kiểm tra chữ ký (verify_signature: False, verify=False, thuật toán none) trong mã production, và cùng hàm đó không verify token nào.',
    },
  },
  surfaces: ['Python', 'JavaScript', 'TypeScript', 'Go', 'Ruby', 'PHP'],
  files: CODE_FILES,
  title: {
    en: 'A token is read without checking its signature ({call})',
    vi: 'Đọc token mà không kiểm tra chữ ký ({call})',
  },
  impact: {
    en: 'Anyone can write a token with another user’s id or an admin role, and the service believes it.',
    vi: 'Bất kỳ ai cũng có thể tự viết token mang id của người khác hoặc quyền admin, và dịch vụ sẽ tin.',
  },
  why: {
    en: '{call} decodes the claims and skips the signature, which is the only part that proves who issued them.',
    vi: '{call} giải mã claim nhưng bỏ qua chữ ký, phần duy nhất chứng minh ai đã phát hành token.',
  },
  fix: {
    en: 'Verify with the issuer’s key and a fixed list of algorithms, e.g. jwt.decode(token, key, algorithms=["RS256"]) or jwt.verify(token, key, { algorithms: [...] }).',
    vi: 'Verify bằng khóa của bên phát hành và danh sách thuật toán cố định, ví dụ jwt.decode(token, key, algorithms=["RS256"]) hoặc jwt.verify(token, key, { algorithms: [...] }).',
  },
  later: {
    en: 'Verify in one middleware that also checks issuer, audience and expiry, so that handlers only ever see verified claims.',
    vi: 'Verify trong một middleware duy nhất, kiểm tra cả issuer, audience và hạn dùng, để handler chỉ nhận claim đã được xác thực.',
  },
  references: [
    'https://cwe.mitre.org/data/definitions/347.html',
    'https://pyjwt.readthedocs.io/en/stable/usage.html',
    'https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html',
  ],
  examples: {
    bad: [
      {
        path: 'accounts/auth.py',
        code: 'import jwt\n\n\ndef current_user(token):\n    claims = jwt.decode(token, options={"verify_signature": False})\n    return User.get(claims["sub"])\n',
      },
      {
        path: 'src/auth.ts',
        code: `import jwt from 'jsonwebtoken';\n\nexport function currentUser(token: string) {\n  return jwt.verify(token, publicKey, { algorithms: ['RS256', 'none'] });\n}\n`,
      },
      {
        path: 'internal/auth/token.go',
        code: 'package auth\n\nimport "github.com/golang-jwt/jwt/v5"\n\nfunc claims(raw string) (jwt.MapClaims, error) {\n\tout := jwt.MapClaims{}\n\t_, _, err := jwt.NewParser().ParseUnverified(raw, out)\n\treturn out, err\n}\n',
      },
    ],
    good: [
      {
        path: 'accounts/auth.py',
        code: 'import jwt\n\n\ndef current_user(token, keys):\n    kid = jwt.decode(token, options={"verify_signature": False})["iss"]\n    return jwt.decode(token, keys[kid], algorithms=["RS256"])\n',
      },
      {
        path: 'src/auth.ts',
        code: `import jwt from 'jsonwebtoken';\n\nexport function currentUser(token: string) {\n  return jwt.verify(token, publicKey, { algorithms: ['RS256'] });\n}\n`,
      },
      {
        path: 'internal/auth/token.go',
        code: 'package auth\n\nimport "github.com/golang-jwt/jwt/v5"\n\nfunc claims(raw string) (*jwt.Token, error) {\n\treturn jwt.Parse(raw, keyOf, jwt.WithValidMethods([]string{"RS256"}))\n}\n',
      },
    ],
  },
  *check(file) {
    if (!/jwt|jose|jsonwebtoken/iu.test(file.text)) return;
    const calls = file.parse(callsParser);
    for (const call of calls.named(
      'decode',
      'decode_complete',
      'verify',
      'sign',
      'ParseUnverified',
    )) {
      const reading = readingOf(call, calls);
      if (reading === null || (reading !== 'none' && verifiesToo(call))) continue;
      const name = call.method === 'ParseUnverified' ? call.method : shortName(call);
      yield {
        ...call.lines,
        anchor: `${scopeOf(call.node)}:${name}`,
        values: { call: name },
        ...(reading === 'doubtful' || file.pathClass !== 'production'
          ? { confidence: 'medium' as const, priority: 'medium' as const }
          : { blocks: true }),
      };
    }
  },
});

type Reading = 'unverified' | 'none' | 'doubtful' | null;

/** `doubtful`: clients and log lines may decode without verifying; whether this one may cannot be told. */
function readingOf(call: CodeCall, { language }: CallsOfFile): Reading {
  switch (language) {
    case 'python':
      return isPythonUnverified(call) ? 'unverified' : null;
    case 'go':
      return call.method === 'ParseUnverified' ? 'doubtful' : null;
    case 'typescript':
    case 'tsx':
    case 'javascript':
      return /^(?:jsonwebtoken|jwt)\b/u.test(call.callee) && allowsNone(call) ? 'none' : null;
    case 'ruby': {
      const third = call.args[2]?.value.text();
      return call.receiver === 'JWT' && call.method === 'decode' && third === 'false'
        ? 'unverified'
        : null;
    }
    default:
      return null;
  }
}

function isPythonUnverified(call: CodeCall): boolean {
  if (!/^(?:jwt|jose\.jwt)\.decode(?:_complete)?$/u.test(call.callee)) return false;
  return call.args.some(({ name, value }) => {
    if (name === 'verify') return value.text() === 'False';
    if (name === 'algorithms') return /["']none["']/iu.test(value.text());
    if (name !== 'options') return false;
    return entriesOf(value)?.get('verify_signature')?.text() === 'False';
  });
}

function allowsNone(call: CodeCall): boolean {
  const options = call.args.at(-1);
  if (options === undefined) return false;
  const entries = entriesOf(options.value);
  const algorithm = entries?.get(call.method === 'sign' ? 'algorithm' : 'algorithms');
  return algorithm !== undefined && /["'`]none["'`]/iu.test(algorithm.text());
}

/** Reading the issuer or key id first and verifying right after is how key rotation works. */
function verifiesToo(call: CodeCall): boolean {
  const around = functionAround(call.node);
  if (around === null) return false;
  const rest = around.text().replace(call.node.text(), '');
  return /algorithms\s*=|\.verify\s*\(|jwtVerify|\.Parse(?:WithClaims)?\s*\(|get_signing_key/u.test(
    rest,
  );
}

function shortName(call: CodeCall): string {
  return call.callee.replace(/^jsonwebtoken/u, 'jwt').slice(-40);
}
