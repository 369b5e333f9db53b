import { DOCKERFILES } from '../../parsers/dockerfile-files.ts';
import { dockerfileParser, type Instruction, lineage } from '../../parsers/dockerfile.ts';
import { defineFileRule } from '../../rule.ts';

const SECRET_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_KEY|SECRET_KEY|ENCRYPTION_KEY|CREDENTIALS?)(?:_BASE)?$/iu;

/** Values that stand for a secret without being one. */
const PLACEHOLDER =
  /change|replace|example|dummy|placeholder|your|todo|fake|test|sample|default|secret|password|xxx|\*\*\*|^<|^\{\{/iu;

/** Files that hold credentials and that a later layer cannot take out of the image again. */
const SECRET_FILE =
  /(?:^|\/)(?:\.env(?:\.(?:prod|production|staging))?|\.npmrc|\.pypirc|\.netrc|\.git-credentials|id_(?:rsa|ed25519|ecdsa)|credentials\.json|kubeconfig|\.aws|\.ssh)$/u;

interface Leak {
  readonly name: string;
  readonly literal: boolean;
}

export default defineFileRule({
  id: 'dockerfile/secret-in-image',
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
      en: 'The final image gets a variable whose name says that it is a secret and whose literal value looks like one: twelve characters or more, letters and digits, no placeholder.',
      vi: 'Image cuối nhận một biến có tên cho biết đó là secret và có giá trị cố định giống secret thật: từ mười hai ký tự, gồm chữ và số, không phải giá trị giữ chỗ.',
    },
  },
  surfaces: ['Dockerfile'],
  files: DOCKERFILES,
  title: {
    en: 'Secret `{name}` is baked into the image',
    vi: 'Secret `{name}` bị đóng luôn vào image',
  },
  impact: {
    en: 'Everybody who can pull the image, now or from a backup, can read `{name}` with `docker history` or by opening a layer.',
    vi: 'Bất kỳ ai pull được image, lúc này hay từ bản sao lưu, đều đọc được `{name}` bằng `docker history` hoặc bằng cách mở layer.',
  },
  why: {
    en: '`ARG` and `ENV` values and copied files stay in the image’s metadata and layers, even when a later instruction unsets or deletes them.',
    vi: 'Giá trị của `ARG`, `ENV` và file đã copy nằm lại trong metadata và layer của image, kể cả khi lệnh sau đó xoá chúng.',
  },
  fix: {
    en: 'Take `{name}` out of the Dockerfile and replace the leaked value: at build time use `RUN --mount=type=secret`, at run time pass it from the platform’s secret store.',
    vi: 'Bỏ `{name}` khỏi Dockerfile và thay giá trị đã lộ: lúc build dùng `RUN --mount=type=secret`, lúc chạy lấy từ kho secret của nền tảng.',
  },
  later: {
    en: 'List `.env`, `.npmrc` and key files in `.dockerignore`, and scan images for secrets before they are pushed.',
    vi: 'Liệt kê `.env`, `.npmrc` và các file khoá trong `.dockerignore`, và quét secret trong image trước khi push.',
  },
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
  ],

  *check(file) {
    const { stages } = file.parse(dockerfileParser);
    const final = stages.at(-1);
    const shipped = new Set(final === undefined ? [] : lineage(final));
    for (const stage of stages) {
      for (const instruction of stage.instructions) {
        for (const { name, literal } of leaksOf(instruction)) {
          // What only a builder stage knows stays out of the pushed image.
          if (!shipped.has(stage) && !literal) continue;
          const blocks = literal && shipped.has(stage);
          const { line, endLine } = instruction;
          yield {
            line,
            endLine,
            anchor: `${stage.alias ?? stage.index}:${name}`,
            values: { name },
            blocks,
          };
        }
      }
    }
  },

  examples: {
    bad: [
      {
        path: 'Dockerfile',
        code: 'FROM node:22-slim\nENV NODE_ENV=production STRIPE_API_KEY=rk9f2Qm71ZxLpA04vTn8\nCMD ["node", "server.js"]\n',
      },
      {
        path: 'Dockerfile',
        code: 'FROM python:3.13-slim\nCOPY .env /app/.env\nCMD ["python", "app.py"]\n',
      },
    ],
    good: [
      {
        // Looks bad: declared without a value, and mounted for one command only.
        path: 'Dockerfile',
        code: 'FROM node:22-slim\nARG NPM_TOKEN\nRUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci\n',
      },
      {
        // Looks bad: a path, a name and a switch, none of them a secret.
        path: 'Dockerfile',
        code: 'FROM ruby:3.4\nENV DB_PASSWORD_FILE=/run/secrets/db SECRET_KEY_BASE=placeholder-for-assets TOKEN=$TOKEN\nRUN SECRET_KEY_BASE_DUMMY=1 rails assets:precompile\n',
      },
      { path: 'Dockerfile', code: 'FROM python:3.13-slim\nCOPY .env.example /app/.env.example\n' },
    ],
  },
});

function leaksOf({ keyword, text }: Instruction): Leak[] {
  if (keyword === 'ENV' || keyword === 'ARG')
    return assignmentsOf(text).flatMap(([name, value]) => leakOf(name, value));
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const words = text
    .replaceAll(/[[\]",]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => word !== '' && !word.startsWith('--'));
  if (/--from=/u.test(text)) return [];
  return words
    .slice(0, -1)
    .filter((word) => SECRET_FILE.test(word))
    .map((name) => ({ name, literal: false }));
}

/** `A=1 B="two words"`, or the old form `A value`. */
function assignmentsOf(text: string): (readonly [string, string])[] {
  const old = /^(\w+)\s+([^=]*)$/u.exec(text);
  if (old !== null) return [[old[1] ?? '', old[2] ?? '']];
  return [...text.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/gu)].map((m) => [
    m[1] ?? '',
    (m[2] ?? '').replaceAll(/^["']|["']$/gu, ''),
  ]);
}

function leakOf(name: string, value: string): Leak[] {
  if (!SECRET_NAME.test(name) || /public/iu.test(name)) return [];
  if (value.length < 8 || value.includes('$') || /^[/.~]/u.test(value) || PLACEHOLDER.test(value))
    return [];
  const literal = value.length >= 12 && /[a-z]/iu.test(value) && /\d/u.test(value);
  return [{ name, literal }];
}
