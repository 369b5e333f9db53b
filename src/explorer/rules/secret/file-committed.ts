import { findSecrets } from '../../../domain/secret-search.ts';
import { defineFileRule, type Match } from '../../rule.ts';
import type { SourceFile } from '../../source-file.ts';

interface CredentialFile {
  readonly path: RegExp;
  /** What people call such a file. */
  readonly name: string;
  /** Finds the first place that shows that the file really holds credentials. */
  readonly proof: RegExp | ((text: string) => number | null);
  /** Proof of this kind is certain enough to block. */
  readonly certain: boolean;
}

/** The path alone proves nothing: a `.env` with ports or a `.pem` with a public certificate is fine. */
const CREDENTIAL_FILES: readonly CredentialFile[] = [
  {
    path: /(?:^|\/)terraform\.tfstate(?:\.backup)?$|\.tfstate$/u,
    name: 'Terraform state',
    proof: /"(?:terraform_version|serial|lineage)"\s*:/u,
    certain: true,
  },
  {
    path: /(?:^|\/)(?:\.kube\/config|kubeconfig|[^/]*\.kubeconfig|kubeconfig\.ya?ml)$/u,
    name: 'kubeconfig',
    proof: /^\s*(?:client-key-data|token|password):\s*["']?[A-Za-z0-9+/=._-]{20,}/mu,
    certain: true,
  },
  {
    path: /(?:^|\/)\.(?:netrc|pgpass)$/u,
    name: 'password file',
    proof: /\bpassword\s+\S{4,}|^[^#:\n]+:\d+:[^:\n]+:[^:\n]+:\S{4,}/mu,
    certain: true,
  },
  {
    path: /(?:^|\/)\.htpasswd$/u,
    name: '.htpasswd',
    proof: /^[^#:\s]+:(?:\$2[aby]\$|\$apr1\$|\{SHA\})\S{10,}/mu,
    certain: true,
  },
  {
    path: /(?:^|\/)\.docker\/config\.json$|(?:^|\/)\.dockercfg$|(?:^|\/)\.dockerconfigjson$/u,
    name: 'Docker registry login',
    proof: /"auth"\s*:\s*"[A-Za-z0-9+/=]{12,}"/u,
    certain: true,
  },
  {
    path: /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults|schema|vault)[\w-]+)*$/u,
    name: '.env',
    proof: (text) => findSecrets(text).find(({ weight }) => weight === 'generic')?.start ?? null,
    certain: false,
  },
];

export default defineFileRule({
  id: 'secret/file-committed',
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
      en: 'The file is Terraform state, a kubeconfig, a password file or a registry login, its content proves it, and it stands outside tests, examples and documentation.',
      vi: 'File là Terraform state, kubeconfig, file mật khẩu hoặc thông tin đăng nhập registry, nội dung chứng tỏ điều đó, và nằm ngoài test, ví dụ, tài liệu.',
    },
  },
  surfaces: ['any text file'],
  files: [
    '**/*.tfstate',
    '**/*.tfstate.backup',
    '**/.kube/config',
    '**/*kubeconfig*',
    '**/.netrc',
    '**/.pgpass',
    '**/.htpasswd',
    '**/.docker/config.json',
    '**/.dockercfg',
    '**/.dockerconfigjson',
    '**/.env',
    '**/.env.*',
  ],
  everywhere: true,
  title: {
    en: 'A credential file is committed ({name})',
    vi: 'Commit cả file chứa credential ({name})',
  },
  impact: {
    en: 'Whoever reads the repository, a fork or a backup holds the keys to what this file opens: the cluster, the database, the whole cloud account.',
    vi: 'Ai đọc được repository, bản fork hay bản sao lưu đều cầm chìa khóa của những gì file này mở ra: cluster, database, cả tài khoản cloud.',
  },
  why: {
    en: 'A {name} file is written by a tool for one machine and holds its credentials in plain text; Git keeps it in every clone for good.',
    vi: 'File {name} do công cụ ghi ra cho một máy và chứa credential ở dạng văn bản thuần; Git giữ nó mãi trong mọi bản clone.',
  },
  fix: {
    en: 'Rotate what the file contains, remove it from the branch (git rm --cached and a rebase) and add its path to .gitignore.',
    vi: 'Rotate mọi credential trong file, gỡ nó khỏi nhánh (git rm --cached rồi rebase) và thêm đường dẫn vào .gitignore.',
  },
  later: {
    en: 'Keep state in a remote encrypted backend and credentials in a secret store; commit a .env.example with names only.',
    vi: 'Lưu state ở remote backend có mã hóa và credential trong secret store; chỉ commit .env.example gồm tên biến.',
  },
  references: [
    'https://developer.hashicorp.com/terraform/language/state/sensitive-data',
    'https://cwe.mitre.org/data/definitions/538.html',
  ],
  examples: {
    bad: [
      {
        path: 'infra/terraform.tfstate',
        code: '{\n  "version": 4,\n  "terraform_version": "1.9.2",\n  "serial": 41,\n  "resources": []\n}\n',
      },
      {
        path: '.env.production',
        code: `PORT=8080\nSESSION_SECRET=${'hq2Vx8Lm4Zb9' + 'Kc6Td1Wf3Yg5'}\n`,
      },
    ],
    good: [
      {
        path: '.env',
        code: 'PORT=8080\nLOG_LEVEL=info\nAPI_TOKEN=${API_TOKEN}\nDB_PASSWORD=changeme-please\n',
      },
      { path: '.env.example', code: `SESSION_SECRET=${'hq2Vx8Lm4Zb9' + 'Kc6Td1Wf3Yg5'}\n` },
      {
        path: 'deploy/kubeconfig.yaml',
        code: 'apiVersion: v1\nkind: Config\nusers:\n  - name: ci\n    user:\n      exec:\n        command: aws\n',
      },
    ],
  },
  *check(file) {
    const kind = CREDENTIAL_FILES.find(({ path }) => path.test(file.path));
    if (kind !== undefined) yield* proofOf(file, kind);
  },
});

function* proofOf(file: SourceFile, { name, proof, certain }: CredentialFile): Iterable<Match> {
  const at = typeof proof === 'function' ? proof(file.text) : firstOf(proof, file.text);
  // Encrypted in place: SOPS and dotenvx leave the names readable.
  if (at === null || /ENC\[AES256_GCM|encrypted:|^sops_/mu.test(file.text)) return;
  const line = file.text.slice(0, at).split('\n').length;
  yield {
    line,
    span: { line: 1, endLine: file.lines.length },
    anchor: name,
    values: { name },
    ...(certain && file.pathClass === 'production' ? { blocks: true } : { confidence: 'medium' }),
  };
}

function firstOf(proof: RegExp, text: string): number | null {
  const found = proof.exec(text);
  return found === null ? null : found.index + found[0].length - found[0].trimStart().length;
}
