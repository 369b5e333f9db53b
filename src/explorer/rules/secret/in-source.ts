import { createHash } from 'node:crypto';
import { findSecrets, type SecretSpan } from '../../../domain/secret-search.ts';
import type { PathClass } from '../../../snapshot/path-class.ts';
import { defineFileRule, type Match } from '../../rule.ts';
import type { SourceFile } from '../../source-file.ts';

export default defineFileRule({
  id: 'secret/in-source',
  wave: 1,
  item: 'secrets',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'security_vulnerability',
    when: {
      en: 'A literal has the format of a known provider and a random body (AWS secret key, GitHub, GitLab, Slack, Stripe live, private key, connection string with a password …) and stands outside tests, examples, documentation, vendored and generated files.',
      vi: 'Một chuỗi đúng định dạng của nhà cung cấp đã biết và có phần thân ngẫu nhiên (AWS secret key, GitHub, GitLab, Slack, Stripe live, private key, connection string kèm mật khẩu …), nằm ngoài test, ví dụ, tài liệu, mã vendor và mã sinh tự động.',
    },
  },
  surfaces: ['any text file'],
  files: ['**/*'],
  silentIn: [],
  everywhere: true,
  title: {
    en: '{provider} written into the repository',
    vi: '{provider} bị ghi thẳng vào repository',
  },
  impact: {
    en: 'Anyone who can read the repository, a fork, a build log or an image layer can act as this service: read customer data, spend money, deploy code.',
    vi: 'Bất kỳ ai đọc được repository, bản fork, build log hay một layer của image đều có thể mạo danh dịch vụ này: đọc dữ liệu khách hàng, tiêu tiền, deploy mã.',
  },
  why: {
    en: 'Git keeps every version: deleting the line later does not take the value back, and clones and caches hold it already.',
    vi: 'Git giữ mọi phiên bản: xóa dòng này về sau không thu hồi được giá trị, vì các bản clone và cache đã có nó.',
  },
  fix: {
    en: 'Revoke or rotate the credential now, then read it from the environment or the secret store at run time and take the literal out of this branch with a rebase.',
    vi: 'Thu hồi hoặc rotate credential ngay, sau đó đọc nó từ biến môi trường hoặc secret store lúc chạy, và rebase để bỏ giá trị này khỏi nhánh.',
  },
  later: {
    en: 'Turn on push protection or a pre-commit secret scanner, and prefer short-lived identities (OIDC, workload identity) over long-lived keys.',
    vi: 'Bật push protection hoặc secret scanner ở pre-commit, và ưu tiên danh tính ngắn hạn (OIDC, workload identity) thay cho key dài hạn.',
  },
  references: [
    'https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning',
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    'https://cwe.mitre.org/data/definitions/798.html',
  ],
  examples: {
    bad: [
      {
        path: 'deploy/settings.yaml',
        code: `registry:\n  user: ci\n  token: ${'ghp_' + 'Vq3ZtR8sLw1Xc7NbYk5Jd0GhPm2Fa9UeT6Qo'}\n`,
      },
      {
        path: 'src/storage.ts',
        code:
          `export const s3 = new S3Client({\n  credentials: {\n` +
          `    accessKeyId: '${'AKIA' + 'Q7ZK3M5N2P4R6T8V'}',\n` +
          `    secretAccessKey: '${'kT9vQ2mXw7Lr4Zb8Yc1N' + 'f6Hd3Js5Gp0AeUiRoWqK'}',\n  },\n});\n`,
      },
      {
        path: 'config/database.py',
        code: `DATABASE_URL = "postgresql://orders:${'Zx9q2' + 'LmP7rTw'}@db1.prod.acme-shop.io:5432/orders"\n`,
      },
      {
        path: 'deploy/api.env',
        code:
          `JWT_KEY="-----BEGIN ${'RSA PRIVATE'} KEY-----\n` +
          `MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi8sVqXW1cDkP5hGkz0J7nBt2Lx\n` +
          `wYe4RfUa6pQs9ZdVbNmKjHgTcXrEoIuYlPqWsAzDxCfVgBhNjMkLoP0i9U8y7T6r\n` +
          `-----END ${'RSA PRIVATE'} KEY-----"\n`,
      },
    ],
    good: [
      {
        path: 'src/storage.ts',
        code:
          `// The pair from the AWS documentation.\nconst id = 'AKIAIOSFODNN7EXAMPLE';\n` +
          `const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';\n`,
      },
      {
        path: 'compose.yaml',
        code: 'services:\n  api:\n    environment:\n      DATABASE_URL: postgres://app:${DB_PASSWORD}@db.prod.acme.io/app\n      REDIS_URL: redis://:redis@redis:6379\n',
      },
      {
        path: 'secrets/prod.enc.yaml',
        code: 'db_password: ENC[AES256_GCM,data:8v3Kq1Zr0LwT,iv:Q2mXw7Lr4Zb8Yc1Nf6Hd3A==,tag:Gp0AeUiRoWqK9vQ2mXw7Lg==,type:str]\nsops:\n  version: 3.9.0\n',
      },
      {
        path: 'src/keys.ts',
        code: `const token = process.env.API_TOKEN;\nconst requestToken = '3f8c1a52-9b0e-4d77-a2c6-5e41f0b98d13';\nif (pem.startsWith('-----BEGIN ${'RSA PRIVATE'} KEY-----')) load(pem);\nconst imageSecretHash = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c';\n`,
      },
    ],
  },
  *check(file) {
    const spans = findSecrets(file.text);
    const lineAt = lineFinder(file.text);
    const pairs = spans.filter((span) => span.kind === 'aws-secret-access-key');
    for (const span of spans) {
      // The secret half of a pair carries the finding; two for one key would be noise.
      if (span.kind === 'aws-access-key-id' && pairs.some((pair) => isNear(pair, span))) continue;
      const rating = rate(file, span);
      if (rating === null) continue;
      yield {
        line: lineAt(span.start),
        // One line proves it; the rest of a key block is redacted anyway.
        span: { line: lineAt(span.start), endLine: lineAt(span.end - 1) },
        anchor: anchorOf(file, span),
        values: { provider: span.provider },
        ...rating,
      };
    }
  },
});

type Rating = Pick<Match, 'blocks' | 'priority' | 'confidence'>;

/** Where a leaked credential is usually a stand-in: reported, never blocking. */
const DEMOTED: readonly PathClass[] = ['test', 'example', 'docs', 'vendored', 'generated'];

/** Null: keep silent. Only what rests on name and chance may be dropped for its place. */
function rate(file: SourceFile, span: SecretSpan): Rating | null {
  const demoted = DEMOTED.includes(file.pathClass);
  if (span.weight === 'generic') {
    if (demoted || !holdsSettings(file, span)) return null;
    return { priority: 'medium', confidence: 'medium' };
  }
  if (demoted) return { priority: 'medium', confidence: 'medium' };
  if (isInSignedUrl(file, span)) return { priority: 'low', confidence: 'medium' };
  if (span.weight === 'likely') return { priority: likelyPriority(span), confidence: 'medium' };
  if (isPublicByDesign(file, span)) return { priority: 'low', confidence: 'medium' };
  if (span.kind === 'url-password' && file.pathClass === 'dev')
    return { priority: 'medium', confidence: 'medium' };
  return { blocks: true };
}

function likelyPriority(span: SecretSpan): 'high' | 'medium' {
  return span.kind === 'jwt' || span.kind === 'stripe-test-key' ? 'medium' : 'high';
}

/** A signed URL names the key id that signed it and expires by itself. */
function isInSignedUrl(file: SourceFile, span: SecretSpan): boolean {
  const before = file.text.slice(Math.max(0, span.start - 20), span.start);
  return span.kind === 'aws-access-key-id' && /(?:Credential|AWSAccessKeyId)=$/u.test(before);
}

/** Firebase puts its key into every page; restrictions on the key protect it, not secrecy. */
function isPublicByDesign(file: SourceFile, span: SecretSpan): boolean {
  if (span.kind !== 'google-api-key') return false;
  return (
    /(?:^|\/)(?:google-services\.json|GoogleService-Info\.plist)$/u.test(file.path) ||
    /authDomain|NEXT_PUBLIC_|VITE_|REACT_APP_/u.test(file.text)
  );
}

const ENCRYPTED =
  /^\$ANSIBLE_VAULT;|^kind:\s*SealedSecret\s*$|^sops:|"sops":\s*\{|ENC\[AES256_GCM/mu;
const SETTINGS = /\.(?:env|properties|ini|cfg|conf|toml|ya?ml|tfvars|sh)$/iu;
/** Secrets in manifests have a rule of their own. */
const MANIFEST = /^apiVersion:.*\n(?:.*\n){0,5}kind:|^kind:.*\n(?:.*\n){0,5}apiVersion:/mu;
const HASH_CONTEXT = /hash|digest|checksum|integrity|fingerprint|sha(?:1|256|512)|etag|commit/iu;

function holdsSettings(file: SourceFile, span: SecretSpan): boolean {
  // `secret/file-committed` tells about those.
  if (/(?:^|\/)\.env[^/]*$/u.test(file.path)) return false;
  if (ENCRYPTED.test(file.text) || MANIFEST.test(file.text)) return false;
  const lineStart = file.text.lastIndexOf('\n', span.start) + 1;
  if (HASH_CONTEXT.test(file.text.slice(lineStart, span.start))) return false;
  return /["'`]/u.test(file.text[span.start - 1] ?? '') || SETTINGS.test(file.path);
}

const NEAR_CHARS = 500;

function isNear(a: SecretSpan, b: SecretSpan): boolean {
  return Math.abs(a.start - b.start) <= NEAR_CHARS;
}

/**
 * Another value is another leak, also on the same line. Digests of what a person can choose are cut so short
 * that many values share one, so that a guess cannot be confirmed with it.
 */
function anchorOf(file: SourceFile, span: SecretSpan): string {
  const value = file.text.slice(span.start, span.end);
  const digest = createHash('sha256').update(value).digest('hex');
  const chosen = span.weight === 'generic' || span.kind === 'url-password';
  return `${span.kind}:${digest.slice(0, chosen ? 3 : 12)}`;
}

/** 1-based line of an offset. Offsets of one text, in any order. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
