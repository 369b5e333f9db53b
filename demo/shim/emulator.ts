import { createEmulator } from 'emulate';

export const OWNER = 'acme';
export const REPO = 'shop';
export const APP_ID = 4242;
export const APP_SLUG = 'ops';
export const INSTALLATION_ID = 77;
/** A developer of the demo, with write access. */
export const AUTHOR_TOKEN = 'demo-token-of-lan';

const PERMISSIONS = {
  metadata: 'read',
  contents: 'read',
  pull_requests: 'write',
  issues: 'read',
  checks: 'write',
};

export interface RunningEmulator {
  readonly url: string;
  /** PEM of the demo's GitHub App, made for this run. */
  readonly privateKey: string;
  close(): Promise<void>;
}

/** Starts the local GitHub on loopback with one organisation, one repository and our App installed. */
export async function startEmulator(options: {
  readonly port: number;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}): Promise<RunningEmulator> {
  const emulator = await createEmulator({
    service: 'github',
    port: options.port,
    seed: {
      tokens: { [AUTHOR_TOKEN]: { login: 'lan', scopes: ['repo', 'user'] } },
      github: {
        users: [{ login: 'lan', name: 'Lan', email: 'lan@example.com' }],
        orgs: [{ login: OWNER, name: 'Acme', members: [{ login: 'lan', role: 'admin' }] }],
        repos: [{ owner: OWNER, name: REPO, auto_init: true }],
        apps: [
          {
            app_id: APP_ID,
            slug: APP_SLUG,
            name: 'Ops',
            permissions: PERMISSIONS,
            events: ['pull_request', 'issue_comment', 'check_run'],
            webhook_url: options.webhookUrl,
            webhook_secret: options.webhookSecret,
            installations: [
              { installation_id: INSTALLATION_ID, account: OWNER, repository_selection: 'all' },
            ],
          },
        ],
      },
    },
  });
  const key = emulator.generatedSecrets.find(({ kind }) => kind === 'github.app_private_key');
  if (key === undefined) throw new Error('the emulator made no key for the App');
  return {
    url: `http://127.0.0.1:${options.port}`,
    privateKey: key.value,
    close: async () => await emulator.close(),
  };
}
