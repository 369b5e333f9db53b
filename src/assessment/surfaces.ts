import { pathClassOf } from '../snapshot/path-class.ts';
import type { ChangedFile } from '../snapshot/snapshot.ts';
import { countedLines } from '../snapshot/lines.ts';

/** What a change touches, as far as that decides which questions and scenarios fit it. */
export type Surface =
  | 'user_facing'
  | 'outbound_call'
  | 'schema'
  | 'stored_data'
  | 'deployment'
  | 'credentials'
  | 'monitoring'
  | 'background_work';

interface Sign {
  readonly path?: RegExp;
  /** Looked for in changed lines only. Linear: bounded repetitions. */
  readonly line?: RegExp;
}

const SIGNS: readonly (readonly [Surface, Sign])[] = [
  [
    'user_facing',
    {
      path: /(?:^|\/)(?:routes?|controllers?|handlers?|views?|pages?|screens?|components?|templates?|api|public)\/|\.(?:tsx|jsx|vue|svelte|html|erb|ejs|hbs|blade\.php|graphql|proto)$|(?:^|\/)openapi\b/iu,
      line: /\b(?:app|router|server|fastify|api)\.(?:get|post|put|patch|delete|route|use)\(|@(?:app|router|bp|blueprint)\.(?:get|post|put|patch|delete|route)\b|@(?:Get|Post|Put|Patch|Delete|Request)Mapping\b|\b(?:HandleFunc|MapGet|MapPost)\(|\bres\.(?:json|send|status|render)\(/u,
    },
  ],
  [
    'outbound_call',
    {
      line: /\b(?:fetch|axios|got|undici|requests|httpx|aiohttp|urllib|HttpClient|RestTemplate|WebClient|http\.(?:Get|Post|NewRequest|Client)|grpc|Faraday|Net::HTTP|OkHttpClient|reqwest)\b/u,
    },
  ],
  [
    'schema',
    {
      path: /(?:^|\/)(?:migrations?|migrate|alembic|flyway|liquibase|schema)\/|\.sql$|(?:^|\/)schema\.prisma$/iu,
      line: /\b(?:CREATE|ALTER|DROP|TRUNCATE)\s{1,4}(?:TABLE|INDEX|COLUMN|TYPE|VIEW)\b/iu,
    },
  ],
  [
    'stored_data',
    {
      line: /\b(?:INSERT INTO|UPDATE|DELETE FROM|SELECT)\b|\b(?:pool|max_connections|maximumPoolSize|connectionLimit)\b|\.(?:query|execute|save|bulkCreate|insertMany|deleteMany|updateMany)\(/u,
    },
  ],
  [
    'deployment',
    {
      path: /(?:^|\/)(?:Dockerfile[^/]*|[^/]*\.Dockerfile|(?:docker-)?compose[^/]*\.ya?ml|Procfile|Chart\.yaml|values[^/]*\.ya?ml|kustomization\.ya?ml|skaffold\.ya?ml|serverless\.ya?ml|fly\.toml|vercel\.json)$|\.(?:tf|tfvars|hcl|bicep)$|(?:^|\/)(?:k8s|kubernetes|helm|charts?|deploy|deployments?|manifests?|terraform|infra|ansible)\/|^\.github\/workflows\/|(?:^|\/)\.gitlab-ci\.yml$/iu,
    },
  ],
  [
    'credentials',
    {
      path: /(?:^|\/)(?:auth|security|iam|secrets?|vault)\//iu,
      line: /\b(?:password|secret|token|api[_-]?key|credentials?|authori[sz]e|authenticate|jwt|oauth|session|permission)\b/iu,
    },
  ],
  [
    'monitoring',
    {
      path: /(?:^|\/)(?:alerts?|rules|dashboards?|monitoring|observability|prometheus|grafana|slos?)\//iu,
      line: /\b(?:logger|console\.(?:log|error|warn)|logging|metrics?|counter|histogram|tracer|span|alert)\b/iu,
    },
  ],
  [
    'background_work',
    {
      path: /(?:^|\/)(?:jobs?|workers?|tasks?|consumers?|cron|queues?|batch)\//iu,
      line: /\b(?:cron|schedule|setInterval|enqueue|consume|subscribe|worker|celery|sidekiq|bull)\b/iu,
    },
  ],
];

const MAX_LINES = 20_000;

/** The surfaces of a change, in a fixed order. Tests, examples and prose touch none. */
export function surfacesOf(files: readonly ChangedFile[]): Surface[] {
  const live = files.filter((file) => {
    const pathClass = pathClassOf(file.path);
    return pathClass === 'production' || pathClass === 'dev';
  });
  const lines = live.flatMap(changedLines).slice(0, MAX_LINES);
  return SIGNS.filter(
    ([, { path, line }]) =>
      (path !== undefined && live.some((file) => path.test(file.path))) ||
      (line !== undefined && lines.some((text) => line.test(text))),
  ).map(([surface]) => surface);
}

function changedLines(file: ChangedFile): string[] {
  const head = file.head === null ? [] : countedLines(file.head);
  const base = file.base === null ? [] : countedLines(file.base);
  return file.hunks.flatMap((hunk) => [
    ...head.slice(hunk.headStart - 1, hunk.headStart - 1 + hunk.headLines),
    ...base.slice(hunk.baseStart - 1, hunk.baseStart - 1 + hunk.baseLines),
  ]);
}
