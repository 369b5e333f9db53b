import {
  type Dockerfile,
  dockerfileParser,
  type Instruction,
  lineage,
} from '../../parsers/dockerfile.ts';
import { DOCKERFILES } from '../../parsers/dockerfile-files.ts';
import { type Collected, defineChangeRule, type LineRange } from '../../rule.ts';
import { ParseFailure } from '../../source-file.ts';
import { firstTouched } from '../../touched-lines.ts';

interface FinalUser extends LineRange {
  readonly user: 'root' | 'named' | 'unset' | 'unknown';
  /** Of a stage whose base image is known to start as root and that says what to run. */
  readonly startsAsRoot: boolean;
}

/** Official images that run as root unless a Dockerfile says otherwise. */
const ROOT_IMAGES =
  /^(?:docker\.io\/)?(?:library\/)?(?:node|python|golang|ruby|php|rust|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|perl|elixir|erlang|debian|ubuntu|alpine|fedora|amazonlinux|rockylinux|almalinux|busybox)(?:[:@]|$)/u;

/** Programs by which an entry point gives up root itself. */
const DROPS_PRIVILEGES =
  /\b(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|s6-overlay|chpst|su\s+-|sudo\s+-u)\b/u;

export default defineChangeRule<FinalUser>({
  id: 'dockerfile/root-user',
  wave: 1,
  item: 'authorization',
  group: 'technical_risks',
  category: 'technical_debt',
  principle: 'demo_is_not_production',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: ['Dockerfile'],
  files: DOCKERFILES,
  silentIn: ['test', 'example', 'docs', 'dev'],
  title: {
    en: 'Image `{file}` runs as root',
    vi: 'Image `{file}` chạy bằng quyền root',
  },
  impact: {
    en: 'A flaw in the service gives an attacker root inside the container: they can change its binaries, read every mounted secret, and are one kernel flaw away from the node.',
    vi: 'Chỉ cần service có một lỗ hổng, kẻ tấn công có quyền root trong container: sửa được binary, đọc mọi secret được mount, và chỉ còn cách node một lỗ hổng kernel.',
  },
  why: {
    en: 'The last `USER` that the final stage sets or inherits is root, or none is set, so its process has user id 0.',
    vi: '`USER` cuối cùng mà stage cuối đặt hoặc kế thừa là root, hoặc không có `USER` nào, nên process chạy với user id 0.',
  },
  fix: {
    en: 'End the final stage with an unprivileged user, for example `USER 10001:10001`, and `chown` only the folders that it writes to.',
    vi: 'Kết thúc stage cuối bằng một user không có đặc quyền, ví dụ `USER 10001:10001`, và chỉ `chown` những thư mục mà nó cần ghi.',
  },
  later: {
    en: 'Set `runAsNonRoot: true` and `readOnlyRootFilesystem: true` where the image runs, so that a root image is refused.',
    vi: 'Đặt `runAsNonRoot: true` và `readOnlyRootFilesystem: true` ở nơi chạy image để image dùng root bị từ chối.',
  },
  references: [
    'https://docs.docker.com/reference/dockerfile/#user',
    'https://docs.docker.com/build/building/best-practices/#user',
  ],

  *collect(file) {
    try {
      const found = finalUserOf(file.parse(dockerfileParser));
      if (found !== null) yield found;
    } catch (error) {
      if (!(error instanceof ParseFailure) || file.side === 'head') throw error;
    }
  },

  *decide({ base, head }) {
    const before = new Map(base.map((collected) => [collected.path, collected]));
    for (const now of head) {
      const old = before.get(now.path);
      const { fact, path } = now;
      const values = { file: path };
      if (old?.fact.user === 'named' && isRoot(fact)) {
        const gone = {
          path,
          side: 'base',
          line: old.fact.line,
          endLine: old.fact.endLine,
        } as const;
        const stated = { path, side: 'head', line: fact.line, endLine: fact.endLine } as const;
        if (fact.user === 'root') yield { ...stated, also: [gone], anchor: 'final-stage', values };
        else yield { ...gone, anchor: 'final-stage', values };
      } else if (isNewlyRoot(now, old)) {
        const priority = fact.user === 'root' ? 'medium' : 'low';
        yield {
          path,
          side: 'head',
          line: fact.line,
          endLine: fact.endLine,
          anchor: 'final-stage',
          priority,
          values,
        };
      }
    }
  },

  examples: {
    bad: [
      {
        path: 'Dockerfile',
        code: 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nUSER root\nCMD ["node", "server.js"]\n',
      },
      {
        path: 'services/api/Dockerfile',
        base: 'FROM python:3.13-slim\nRUN useradd app\nUSER app\nCMD ["gunicorn", "app:app"]\n',
        code: 'FROM python:3.13-slim\nRUN useradd app\nCMD ["gunicorn", "app:app"]\n',
      },
      {
        path: 'worker.Dockerfile',
        code: 'FROM golang:1.25 AS build\nRUN go build -o /worker .\n\nFROM alpine:3.22\nCOPY --from=build /worker /worker\nENTRYPOINT ["/worker"]\n',
      },
    ],
    good: [
      {
        // Looks bad: root only installs packages; the last USER counts.
        path: 'Dockerfile',
        code: 'FROM node:22-slim\nUSER root\nRUN apt-get update\nUSER node\nCMD ["node", "server.js"]\n',
      },
      {
        // Looks bad: the builder is root, the final image is distroless and is not.
        path: 'Dockerfile',
        code: 'FROM golang:1.25 AS build\nUSER root\nRUN go build -o /app .\n\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
      },
      {
        // Looks bad: the entry point starts as root and drops it.
        path: 'Dockerfile',
        code: 'FROM debian:12\nRUN apt-get install -y gosu\nUSER root\nENTRYPOINT ["gosu", "app", "/usr/bin/service"]\n',
      },
      {
        path: 'Dockerfile',
        code: 'ARG UID=1000\nFROM node:22-slim AS base\nUSER node\n\nFROM base\nARG UID\nUSER ${UID}\nCMD ["node", "server.js"]\n',
      },
    ],
  },
});

function finalUserOf({ stages }: Dockerfile): FinalUser | null {
  const final = stages.at(-1);
  if (final === undefined) return null;
  const inherited = [...lineage(final)];
  const all = inherited.flatMap((stage) => [...stage.instructions]);
  if (all.some(({ text }) => DROPS_PRIVILEGES.test(text))) return null;
  for (const ancestor of inherited) {
    const user = ancestor.instructions.findLast(({ keyword }) => keyword === 'USER');
    if (user === undefined) continue;
    return { user: kindOf(user), startsAsRoot: false, line: user.line, endLine: user.endLine };
  }
  const image = inherited.at(-1)?.resolvedImage ?? '';
  const runs = all.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  return { user: 'unset', startsAsRoot: runs && ROOT_IMAGES.test(image), ...final.from };
}

function kindOf({ text }: Instruction): 'root' | 'named' | 'unknown' {
  const name = text.replaceAll(/["']/gu, '').split(':')[0]?.trim() ?? '';
  if (name.includes('$')) return 'unknown';
  return name === 'root' || /^0+$/u.test(name) ? 'root' : 'named';
}

function isRoot(fact: FinalUser): boolean {
  return fact.user === 'root' || fact.user === 'unset';
}

/** Said by a line that the change adds, or left unsaid by a file or final stage that the change adds. */
function isNewlyRoot(now: Collected<FinalUser>, old: Collected<FinalUser> | undefined): boolean {
  const { fact, changedLines } = now;
  if (firstTouched(changedLines, fact) === null) return false;
  if (fact.user === 'root') return old?.fact.user !== 'root';
  return fact.user === 'unset' && fact.startsAsRoot && (old === undefined || !isRoot(old.fact));
}
