import { z } from 'zod';
import { OpsError } from '../domain/ops-error.ts';
import { Language } from '../domain/vocabulary.ts';

/** Who we are on GitHub. `privateKey` is PEM text, or the file that holds it. */
export interface AppCredentials {
  readonly appId: number;
  readonly privateKey:
    | { readonly kind: 'pem'; readonly pem: string }
    | { readonly kind: 'file'; readonly path: string };
  /** The secret in use first, then the one that is being replaced. */
  readonly webhookSecrets: readonly [string, ...string[]];
}

export interface ServiceEnvironment {
  /** Null when no credential is set at all: the service then only shows how to get them. */
  readonly app: AppCredentials | null;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  readonly githubApiUrl: string;
  readonly logLevel: LogLevel;
  /** Of what is said before a repository's own configuration is known. */
  readonly language: Language;
  readonly deadlineMs: number;
  readonly drainMs: number;
  readonly debounceMs: number;
  readonly reconcileMs: number;
  readonly concurrency: number;
  /** False sends to GitHub without its pace: for a local stand-in only. */
  readonly paced: boolean;
}

const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);
export type LogLevel = z.infer<typeof LogLevel>;

const Text = z.string().trim().min(1);

function whole(low: number, high: number, otherwise: number) {
  const problem = `expected a whole number from ${low} to ${high}`;
  return z
    .string()
    .regex(/^\d{1,9}$/u, { error: problem })
    .transform(Number)
    .refine((value) => value >= low && value <= high, { error: problem })
    .default(otherwise);
}

const Url = z
  .url({ protocol: /^https?$/u, error: 'expected an http or https address' })
  .transform((url) => url.replace(/\/+$/u, ''));

/** Probot accepts requests signed with this word when nothing is set, so everybody knows it. */
const WELL_KNOWN_SECRET = 'development';

const Secret = Text.refine((secret) => secret !== WELL_KNOWN_SECRET, {
  error: `"${WELL_KNOWN_SECRET}" is public knowledge; choose a random one: openssl rand -hex 32`,
});

const Environment = z.object({
  APP_ID: whole(1, 999_999_999, 0),
  PRIVATE_KEY: Text.optional(),
  PRIVATE_KEY_PATH: Text.optional(),
  WEBHOOK_SECRET: Secret.optional(),
  WEBHOOK_SECRET_PREVIOUS: Secret.optional(),
  HOST: Text.default('localhost'),
  PORT: whole(0, 65_535, 3000),
  OPS_DATA_DIR: Text.default('.ops'),
  DATABASE_URL: z
    .never({ error: 'PostgreSQL is not supported by this version; unset it and use OPS_DATA_DIR' })
    .optional(),
  GITHUB_API_URL: Url.optional(),
  GHE_HOST: z
    .string()
    .regex(/^[a-z0-9.-]+(?::\d{1,5})?$/iu, { error: 'expected a host name without https://' })
    .optional(),
  ANTHROPIC_API_KEY: Text.optional(),
  ANTHROPIC_BASE_URL: Url.optional(),
  LOG_LEVEL: LogLevel.default('info'),
  OPS_LANGUAGE: Language.default('en'),
  OPS_DEADLINE_S: whole(10, 3_600, 600),
  OPS_DRAIN_S: whole(0, 3_600, 25),
  OPS_DEBOUNCE_S: whole(0, 60, 2),
  OPS_RECONCILE_S: whole(10, 86_400, 300),
  OPS_CONCURRENCY: whole(1, 64, 2),
  OPS_GITHUB_PACE: z.enum(['github', 'none']).default('github'),
});
type Environment = z.infer<typeof Environment>;

/**
 * Reads the environment of the service. An empty variable counts as unset. Throws
 * `OpsError('environment.invalid')` that lists every problem, each with its remedy.
 */
export function readEnvironment(
  record: Readonly<Record<string, string | undefined>>,
): ServiceEnvironment {
  const set = Object.entries(record).filter(([, value]) => (value ?? '').trim() !== '');
  const parsed = Environment.safeParse(Object.fromEntries(set));
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const env = parsed.data;
  const problems = [...credentialProblems(env), ...addressProblems(env)];
  if (problems.length > 0) throw invalid(problems);
  return {
    app: credentialsOf(env),
    host: env.HOST,
    port: env.PORT,
    dataDir: env.OPS_DATA_DIR,
    githubApiUrl: apiUrlOf(env),
    logLevel: env.LOG_LEVEL,
    language: env.OPS_LANGUAGE,
    deadlineMs: env.OPS_DEADLINE_S * 1_000,
    drainMs: env.OPS_DRAIN_S * 1_000,
    debounceMs: env.OPS_DEBOUNCE_S * 1_000,
    reconcileMs: env.OPS_RECONCILE_S * 1_000,
    concurrency: env.OPS_CONCURRENCY,
    paced: env.OPS_GITHUB_PACE === 'github',
  };
}

function invalid(problems: readonly string[]): OpsError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new OpsError('environment.invalid', `The environment is not usable:${list}`);
}

function credentialProblems(env: Environment): string[] {
  if (!hasAnyCredential(env)) return [];
  const problems: string[] = [];
  if (env.APP_ID === 0) {
    problems.push('APP_ID: missing; it stands on the settings page of the GitHub App');
  }
  if (env.PRIVATE_KEY === undefined && env.PRIVATE_KEY_PATH === undefined) {
    problems.push(
      'PRIVATE_KEY or PRIVATE_KEY_PATH: missing; generate a key on the settings page of the GitHub App',
    );
  }
  if (env.PRIVATE_KEY !== undefined && env.PRIVATE_KEY_PATH !== undefined) {
    problems.push('PRIVATE_KEY and PRIVATE_KEY_PATH: both are set; unset one');
  }
  if (env.PRIVATE_KEY !== undefined && !isPem(pemOf(env.PRIVATE_KEY))) {
    problems.push('PRIVATE_KEY: expected PEM text, also with \\n for its line breaks or in base64');
  }
  if (env.WEBHOOK_SECRET === undefined) {
    problems.push(
      'WEBHOOK_SECRET: missing; without it anybody could send events. Make one with ' +
        'openssl rand -hex 32 and enter it on the settings page of the GitHub App too',
    );
  }
  return problems;
}

function addressProblems(env: Environment): string[] {
  return env.GITHUB_API_URL !== undefined && env.GHE_HOST !== undefined
    ? ['GITHUB_API_URL and GHE_HOST: both are set; unset one']
    : [];
}

function hasAnyCredential(env: Environment): boolean {
  return (
    env.APP_ID !== 0 ||
    env.PRIVATE_KEY !== undefined ||
    env.PRIVATE_KEY_PATH !== undefined ||
    env.WEBHOOK_SECRET !== undefined ||
    env.WEBHOOK_SECRET_PREVIOUS !== undefined
  );
}

function credentialsOf(env: Environment): AppCredentials | null {
  if (env.WEBHOOK_SECRET === undefined) return null;
  const previous = env.WEBHOOK_SECRET_PREVIOUS === undefined ? [] : [env.WEBHOOK_SECRET_PREVIOUS];
  return {
    appId: env.APP_ID,
    privateKey:
      env.PRIVATE_KEY === undefined
        ? { kind: 'file', path: env.PRIVATE_KEY_PATH! }
        : { kind: 'pem', pem: pemOf(env.PRIVATE_KEY) },
    webhookSecrets: [env.WEBHOOK_SECRET, ...previous],
  };
}

/** One line is how environments carry a key: with `\n` written out, or in base64. */
function pemOf(text: string): string {
  const unfolded = text.replaceAll(String.raw`\n`, '\n');
  return isPem(unfolded) ? unfolded : Buffer.from(unfolded, 'base64').toString('utf8');
}

export function isPem(text: string): boolean {
  return /^-----BEGIN (?:RSA )?PRIVATE KEY-----\n[\s\S]+\n-----END (?:RSA )?PRIVATE KEY-----\s*$/u.test(
    text.trim().replaceAll('\r\n', '\n'),
  );
}

function apiUrlOf(env: Environment): string {
  if (env.GHE_HOST !== undefined) return `https://${env.GHE_HOST}/api/v3`;
  return env.GITHUB_API_URL ?? 'https://api.github.com';
}
