/**
 * Made-up credentials in the formats of real providers. They are put together at run time, so that no
 * scanner mistakes this file for a leak.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Deterministic and random-looking: a linear congruential generator over the alphabet. */
export function body(length: number, seed: number, alphabet = ALPHABET): string {
  let state = seed * 2_654_435_761 + 12_345;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += alphabet[(state >>> 16) % alphabet.length];
  }
  return text;
}

export const hex = (length: number, seed: number): string => body(length, seed, HEX);
const lines = (count: number, seed: number): string =>
  Array.from({ length: count }, (_, i) => body(64, seed + i)).join('\n');
const pem = (label: string, content: string): string =>
  `-----BEGIN ${label} KEY-----\n${content}\n-----END ${label} KEY-----`;

export interface SampleSecret {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  /** What must not survive redaction. */
  readonly value: string;
}

function sample(name: string, kind: string, value: string, around = '"@"'): SampleSecret {
  return { name, kind, value, text: around.replace('@', value) };
}

const uuid = `${hex(8, 3)}-${hex(4, 4)}-${hex(4, 5)}-${hex(4, 6)}-${hex(12, 7)}`;

export const CERTAIN_SECRETS: readonly SampleSecret[] = [
  sample('AWS secret access key', 'aws-secret-access-key', body(40, 11), 'AWS_SECRET_ACCESS_KEY=@'),
  sample('AWS secret in JSON', 'aws-secret-access-key', body(40, 12), '"SecretAccessKey": "@"'),
  sample('GitHub classic token', 'github-token', `ghp_${body(36, 13)}`),
  sample('GitHub server token', 'github-token', `ghs_${body(36, 14)}`),
  sample(
    'GitHub server JWT',
    'github-token',
    `ghs_${12_345}_eyJ${body(40, 15)}.eyJ${body(60, 16)}.${body(43, 17)}`,
  ),
  sample('GitHub fine-grained token', 'github-token', `github_pat_${body(22, 18)}_${body(59, 19)}`),
  sample('GitLab token', 'gitlab-token', `glpat-${body(20, 20)}`),
  sample(
    'Slack bot token',
    'slack-token',
    `xoxb-${2_345_678_901}-${3_456_789_012}-${body(24, 21)}`,
  ),
  sample(
    'Slack webhook',
    'slack-webhook',
    `T0${body(8, 22, BASE32)}/B0${body(8, 23, BASE32)}/${body(24, 24)}`,
    'https://hooks.slack.com/services/@',
  ),
  sample('Stripe live key', 'stripe-key', `sk_live_${body(24, 25)}`),
  sample('Stripe restricted key', 'stripe-key', `rk_live_${body(99, 26)}`),
  sample('Google API key', 'google-api-key', `AIza${body(35, 27)}`),
  sample('npm token', 'npm-token', `npm_${body(36, 28)}`),
  sample('npm registry line', 'npm-token', uuid, '//npm.example.com/:_authToken=@'),
  sample('PyPI token', 'pypi-token', `pypi-AgE${body(120, 29)}`),
  sample('SendGrid key', 'sendgrid-key', `SG.${body(22, 30)}.${body(43, 31)}`),
  sample('Twilio API key', 'twilio-key', `SK${hex(32, 32)}`),
  sample('Twilio auth token', 'twilio-auth-token', hex(32, 33), 'TWILIO_AUTH_TOKEN=@'),
  sample('OpenAI project key', 'openai-key', `sk-proj-${body(80, 34)}`),
  sample('OpenAI key', 'openai-key', `sk-${body(48, 35)}`),
  sample('Anthropic key', 'anthropic-key', `sk-ant-api03-${body(93, 36)}AA`),
  sample(
    'Azure storage key',
    'azure-storage-key',
    `${body(86, 37)}==`,
    'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=@;EndpointSuffix=core.windows.net',
  ),
  sample(
    'Azure shared access key',
    'azure-shared-access-key',
    `${body(43, 38)}=`,
    'Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKey=@',
  ),
  sample('Vault token', 'vault-token', `hvs.${body(95, 39)}`),
  sample('DigitalOcean token', 'digitalocean-token', `dop_v1_${hex(64, 40)}`),
  sample('Hugging Face token', 'huggingface-token', `hf_${body(34, 41, ALPHABET.slice(0, 52))}`),
  sample(
    'Discord webhook',
    'discord-webhook',
    `${123_456_789_012}345678/${body(68, 42)}`,
    'https://discord.com/api/webhooks/@',
  ),
  sample('Telegram token', 'telegram-token', `${1_234_567_890}:AA${body(33, 43)}`),
  sample('private key', 'private-key', pem('RSA PRIVATE', lines(12, 44))),
  sample('OpenSSH key', 'private-key', pem('OPENSSH PRIVATE', lines(6, 60))),
  sample(
    'EC key in one string',
    'private-key',
    pem('EC PRIVATE', lines(3, 70)).replaceAll('\n', String.raw`\n`),
  ),
  sample(
    'GCP service account',
    'private-key',
    pem('PRIVATE', lines(20, 80)).replaceAll('\n', String.raw`\n`),
    '{ "type": "service_account", "private_key": "@" }',
  ),
  sample(
    'PostgreSQL URL',
    'url-password',
    body(14, 45),
    'postgres://orders:@@db1.prod.acme.io:5432/orders',
  ),
  sample(
    'MongoDB URL',
    'url-password',
    body(14, 46),
    'mongodb+srv://orders:@@cluster0.ab1cd.mongodb.net/orders',
  ),
  sample(
    'Redis URL without a user',
    'url-password',
    body(20, 47),
    'rediss://:@@cache.prod.acme.io:6380/0',
  ),
];

export const STAND_INS: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'the AWS documentation pair',
    text: 'AKIAIOSFODNN7EXAMPLE\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  { name: 'a token of x', text: `ghp_${'x'.repeat(36)}` },
  { name: 'a counting token', text: `ghp_${'0123456789abcdefghijklmnopqrstuvwxyz'}` },
  { name: 'letters and digits in turn', text: `npm_${'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8'}` },
  { name: 'a named placeholder', text: `sk-proj-${'your-key-here-'.repeat(4)}` },
  {
    name: 'a password from the environment',
    text: 'postgres://app:${DB_PASSWORD}@db.prod.acme.io/app',
  },
  {
    name: 'a password from a template',
    text: 'postgres://app:{{ .Values.password }}@db.prod.acme.io/app',
  },
  { name: 'a local database', text: 'postgres://postgres:postgres@localhost:5432/app' },
  { name: 'a Compose database', text: 'mysql://root:root@db:3306/app' },
  {
    name: 'a public certificate',
    text: `-----BEGIN CERTIFICATE-----\n${lines(10, 90)}\n-----END CERTIFICATE-----`,
  },
  {
    name: 'a public key',
    text: `-----BEGIN PUBLIC KEY-----\n${lines(4, 91)}\n-----END PUBLIC KEY-----`,
  },
  {
    name: 'code about keys',
    text: `const a = '-----BEGIN ${'RSA PRIVATE'} KEY-----';\nfunction wrap(body: string) { return a + body; }\nconst b = '-----END ${'RSA PRIVATE'} KEY-----';`,
  },
  {
    name: 'the Azurite key',
    text: 'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  },
  { name: 'an integrity hash', text: `"integrity": "sha512-${body(86, 92)}=="` },
  { name: 'a Git commit', text: `ref: ${hex(40, 93)}` },
  { name: 'a UUID', text: `token = "${uuid}"` },
  {
    name: 'an encrypted value',
    text: `token: ENC[AES256_GCM,data:${body(24, 94)},iv:${body(43, 95)}=,type:str]`,
  },
];
