import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type FileInputs, GitStore } from './git-store.ts';
import type { FakeApp, FakeState, RepositoryPermission } from './state.ts';

export interface FakeGitHubOptions {
  /** `owner/name`; default `acme/shop`. */
  readonly repo?: string;
  /** Files of the default branch. */
  readonly files?: FileInputs;
  readonly defaultBranch?: string;
  /** What people may do; whoever is not named may read. */
  readonly permissions?: Readonly<Record<string, RepositoryPermission>>;
  /** Required checks of the default branch: merging is refused until they succeed. */
  readonly requiredChecks?: readonly string[];
  /** What the app was granted; default: what `app.yml` asks for. */
  readonly appPermissions?: Readonly<Record<string, string>>;
  /** Where webhooks go; also settable later with `deliverTo`. */
  readonly webhookUrl?: string;
  readonly now?: () => Date;
}

/** What `app.yml` asks for. */
const APP_PERMISSIONS = {
  metadata: 'read',
  contents: 'read',
  pull_requests: 'write',
  issues: 'read',
  checks: 'write',
  merge_queues: 'read',
};

let sharedKeys: { readonly privateKey: string; readonly publicKey: string } | undefined;

/** One key pair a process: making one takes a tenth of a second and more. */
function keys(): { readonly privateKey: string; readonly publicKey: string } {
  sharedKeys ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return sharedKeys;
}

/** Installations differ from fake to fake: clients cache tokens by installation. */
let installations = 0;

export function makeApp(options: FakeGitHubOptions): FakeApp {
  installations += 1;
  return {
    id: 4242,
    slug: 'ops-test',
    ...keys(),
    installationId: 7_000 + installations,
    webhookSecret: randomBytes(16).toString('hex'),
    permissions: options.appPermissions ?? APP_PERMISSIONS,
  };
}

export function makeState(options: FakeGitHubOptions): FakeState {
  const [owner, name] = (options.repo ?? 'acme/shop').split('/') as [string, string];
  const defaultBranch = options.defaultBranch ?? 'main';
  const git = new GitStore();
  let id = 1_000;
  const first = git.commitFiles(null, options.files ?? { 'README.md': 'hello\n' }, 'first');
  return {
    git,
    repo: { id: 99, owner, name, defaultBranch, archived: false },
    branches: new Map([[defaultBranch, first]]),
    pulls: new Map(),
    comments: new Map(),
    checks: new Map(),
    reactions: [],
    permissions: new Map(Object.entries(options.permissions ?? { alice: 'write' })),
    protection: new Map(
      options.requiredChecks === undefined ? [] : [[defaultBranch, options.requiredChecks]],
    ),
    tokens: new Map(),
    nextId: () => (id += 1),
    now: options.now ?? (() => new Date()),
  };
}
