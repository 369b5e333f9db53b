import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.ts';
import { isOpsError } from '../../../src/domain/ops-error.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n';
const APP = { APP_ID: '42', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 's3cr3t-of-the-test' };

/** The problems that a refused environment lists. */
function problemsOf(record: Record<string, string>): string {
  try {
    readEnvironment(record);
  } catch (error) {
    if (isOpsError(error, 'environment.invalid')) return error.message;
    throw error;
  }
  return '';
}

describe('the environment of the service', () => {
  it('is usable when it is empty: nothing is configured', () => {
    expect(readEnvironment({})).toEqual({
      app: null,
      host: 'localhost',
      port: 3000,
      dataDir: '.ops',
      githubApiUrl: 'https://api.github.com',
      logLevel: 'info',
      language: 'en',
      deadlineMs: 600_000,
      drainMs: 25_000,
      debounceMs: 2_000,
      reconcileMs: 300_000,
      concurrency: 2,
      paced: true,
    });
  });

  it.each([
    { name: 'PEM as it is', key: PEM },
    { name: 'PEM with written-out line breaks', key: PEM.trim().replaceAll('\n', String.raw`\n`) },
    { name: 'PEM in base64', key: Buffer.from(PEM).toString('base64') },
    { name: 'PKCS#1', key: PEM.replaceAll('PRIVATE', 'RSA PRIVATE') },
  ])('takes a private key: $name', ({ key }) => {
    const { app } = readEnvironment({ ...APP, PRIVATE_KEY: key });
    expect(app?.privateKey).toMatchObject({
      kind: 'pem',
      pem: expect.stringContaining('\nQUJD\n'),
    });
  });

  it('takes the file of a private key and two secrets', () => {
    const { app } = readEnvironment({
      APP_ID: '42',
      PRIVATE_KEY_PATH: '/run/secrets/key.pem',
      WEBHOOK_SECRET: 'new-one',
      WEBHOOK_SECRET_PREVIOUS: 'old-one',
    });
    expect(app).toEqual({
      appId: 42,
      privateKey: { kind: 'file', path: '/run/secrets/key.pem' },
      webhookSecrets: ['new-one', 'old-one'],
    });
  });

  it.each([
    { name: 'no secret', change: { WEBHOOK_SECRET: '' }, says: /WEBHOOK_SECRET: missing.*openssl/ },
    { name: 'a blank secret', change: { WEBHOOK_SECRET: '  ' }, says: /WEBHOOK_SECRET: missing/ },
    {
      name: "Probot's default secret",
      change: { WEBHOOK_SECRET: 'development' },
      says: /WEBHOOK_SECRET: "development" is public/,
    },
    { name: 'no app id', change: { APP_ID: '' }, says: /APP_ID: missing/ },
    { name: 'an app id that is none', change: { APP_ID: 'ops' }, says: /APP_ID: expected a whole/ },
    {
      name: 'no key',
      change: { PRIVATE_KEY: '' },
      says: /PRIVATE_KEY or PRIVATE_KEY_PATH: missing/,
    },
    { name: 'two keys', change: { PRIVATE_KEY_PATH: 'x' }, says: /both are set/ },
    {
      name: 'a key that is none',
      change: { PRIVATE_KEY: 'abc' },
      says: /PRIVATE_KEY: expected PEM/,
    },
    { name: 'a port that is none', change: { PORT: '70000' }, says: /PORT: expected a whole/ },
    { name: 'a level that is none', change: { LOG_LEVEL: 'loud' }, says: /LOG_LEVEL/ },
    {
      name: 'an address that is none',
      change: { GITHUB_API_URL: 'ftp://x' },
      says: /GITHUB_API_URL/,
    },
    {
      name: 'two addresses',
      change: { GITHUB_API_URL: 'https://a.example', GHE_HOST: 'b.example' },
      says: /GITHUB_API_URL and GHE_HOST/,
    },
    { name: 'a host with a scheme', change: { GHE_HOST: 'https://x' }, says: /GHE_HOST: expected/ },
    {
      name: 'PostgreSQL',
      change: { DATABASE_URL: 'postgres://x' },
      says: /DATABASE_URL.*OPS_DATA_DIR/,
    },
    { name: 'a deadline of nothing', change: { OPS_DEADLINE_S: '0' }, says: /OPS_DEADLINE_S/ },
  ])('refuses $name and says what to do', ({ change, says }) => {
    expect(problemsOf({ ...APP, ...change })).toMatch(says);
  });

  it('lists everything that is missing at once, and never a value', () => {
    const problems = problemsOf({ WEBHOOK_SECRET_PREVIOUS: 'do-not-print-me' });
    expect(problems).toMatch(/APP_ID[\s\S]*PRIVATE_KEY[\s\S]*WEBHOOK_SECRET: missing/);
    expect(problems).not.toContain('do-not-print-me');
  });

  it.each([
    {
      name: 'an enterprise host',
      record: { GHE_HOST: 'git.acme.example' },
      url: 'https://git.acme.example/api/v3',
    },
    {
      name: 'an address',
      record: { GITHUB_API_URL: 'http://127.0.0.1:4000/' },
      url: 'http://127.0.0.1:4000',
    },
  ])('speaks to $name', ({ record, url }) => {
    expect(readEnvironment({ ...record }).githubApiUrl).toBe(url);
  });
});
