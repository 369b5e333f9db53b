/**
 * What credentials of known providers look like. Plain data: the search and the rule decide what to do.
 *
 * Every expression is linear: it starts with a literal after a boundary, its repetitions are bounded, and
 * nothing long stands before an assertion. `body` (else the whole match) is what a provider draws at
 * random and what is weighed; `secret` (else the whole match) is what must never be shown.
 */
export interface SecretFormat {
  /** Stands in the redaction marker: lower case, no colon. */
  readonly kind: string;
  /** What people call it; shown in findings. */
  readonly provider: string;
  /** One of them occurs in a text that can match; compared case-sensitively. */
  readonly keywords: readonly string[];
  readonly pattern: RegExp;
  /** Bits for each character of the body, below which it is a stand-in. */
  readonly minEntropy: number;
  /** The format alone proves a live credential. False: an identifier, a test key, a public-by-design key. */
  readonly certain: boolean;
}

type Options = Partial<Pick<SecretFormat, 'minEntropy' | 'certain'>> & {
  /** What must not stand before the expression; the empty text allows everything. */
  readonly before?: string;
};

function format(
  kind: string,
  provider: string,
  keywords: readonly string[],
  expression: string,
  { minEntropy = 3, certain = true, before = '(?<![A-Za-z0-9_])' }: Options = {},
): SecretFormat {
  const pattern = new RegExp(before + expression, 'dgu');
  return { kind, provider, keywords, pattern, minEntropy, certain };
}

const END = '(?![A-Za-z0-9_])';
/** From the end of a name to the start of its literal: `": "`, ` = '`, `</…>` of XML, `=`. */
const ASSIGNED = '["\']?\\]?[ \\t]{0,8}(?::=|=>|[=:,>])[ \\t]{0,8}["\'`]?';

const CLOUD: readonly SecretFormat[] = [
  // An identifier, not a secret: only the pair opens anything, so the pair is what blocks.
  format(
    'aws-access-key-id',
    'AWS access key id',
    ['AKIA', 'ASIA'],
    `(?:AKIA|ASIA)(?<body>[A-Z0-9]{16})${END}`,
    { certain: false, minEntropy: 2.8 },
  ),
  format(
    'aws-secret-access-key',
    'AWS secret access key',
    ['ccess', 'ecret', 'CCESS', 'ECRET'],
    '(?:(?:[Ss]ecret|SECRET)[_.-]?(?:[Aa]ccess|ACCESS)[_.-]?(?:[Kk]ey|KEY)' +
      '|(?:[Aa]ws|AWS)[_.-]?(?:[Ss]ecret|SECRET)(?:[_.-]?(?:[Kk]ey|KEY))?)' +
      ASSIGNED +
      '(?<secret>(?<body>[A-Za-z0-9/+]{40}))(?![A-Za-z0-9/+=])',
    { minEntropy: 4, before: '' },
  ),
  format('google-api-key', 'Google API key', ['AIza'], `AIza(?<body>[A-Za-z0-9_-]{35})${END}`),
  format(
    'google-oauth-secret',
    'Google OAuth client secret',
    ['GOCSPX-'],
    'GOCSPX-(?<body>[A-Za-z0-9_-]{28})',
  ),
  format(
    'azure-storage-key',
    'Azure storage account key',
    ['AccountKey='],
    'AccountKey=(?<secret>(?<body>[A-Za-z0-9+/]{86})==)',
    { minEntropy: 4 },
  ),
  format(
    'azure-shared-access-key',
    'Azure shared access key',
    ['SharedAccessKey='],
    'SharedAccessKey=(?<secret>(?<body>[A-Za-z0-9+/]{43})=)',
    { minEntropy: 4 },
  ),
  format(
    'azure-client-secret',
    'Azure client secret',
    ['Q~'],
    '(?<body>[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})(?![A-Za-z0-9_~.-])',
    { minEntropy: 3.5 },
  ),
  format(
    'digitalocean-token',
    'DigitalOcean token',
    ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    'do[opr]_v1_(?<body>[a-f0-9]{64})',
  ),
  format('databricks-token', 'Databricks token', ['dapi'], `dapi(?<body>[a-f0-9]{32})${END}`),
  format(
    'vault-token',
    'HashiCorp Vault token',
    ['hvs.', 'hvb.'],
    'hv[sb]\\.(?<body>[A-Za-z0-9_-]{90,300})',
  ),
  format(
    'terraform-cloud-token',
    'Terraform Cloud token',
    ['.atlasv1.'],
    '[A-Za-z0-9]{14}\\.atlasv1\\.(?<body>[A-Za-z0-9_-]{60,70})',
  ),
];

const FORGES: readonly SecretFormat[] = [
  format(
    'github-token',
    'GitHub token',
    ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    'gh[pousr]_(?<body>[A-Za-z0-9]{36,255})',
  ),
  // Installation tokens of the newer kind: `ghs_<app id>_<JWT>`.
  format(
    'github-token',
    'GitHub token',
    ['ghs_'],
    'ghs_[0-9]{1,12}_(?<body>eyJ[A-Za-z0-9_.-]{60,4000})',
  ),
  format(
    'github-token',
    'GitHub fine-grained token',
    ['github_pat_'],
    'github_pat_(?<body>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})',
  ),
  format(
    'gitlab-token',
    'GitLab token',
    ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glsoat-', 'glimt-', 'glagent-'],
    'gl(?:pat|dt|rt|ptt|cbt|soat|imt|agent)-(?<body>[A-Za-z0-9_.=-]{20,300})',
  ),
  format('npm-token', 'npm token', ['npm_'], `npm_(?<body>[A-Za-z0-9]{36})${END}`),
  format(
    'npm-token',
    'npm registry token',
    [':_authToken='],
    ':_authToken=(?<secret>(?<body>[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12}))',
    { before: '' },
  ),
  format('pypi-token', 'PyPI token', ['pypi-AgE'], 'pypi-AgE(?<body>[A-Za-z0-9_-]{50,1000})'),
  format('rubygems-token', 'RubyGems key', ['rubygems_'], 'rubygems_(?<body>[a-f0-9]{48})'),
  format('docker-token', 'Docker Hub token', ['dckr_pat_'], 'dckr_pat_(?<body>[A-Za-z0-9_-]{27})'),
];

const SERVICES: readonly SecretFormat[] = [
  format(
    'slack-token',
    'Slack token',
    ['xox'],
    'xox[abeoprs]-(?:[0-9]{1,15}-){0,3}(?<body>[A-Za-z0-9]{20,200})',
  ),
  format(
    'slack-token',
    'Slack app token',
    ['xapp-'],
    'xapp-[0-9]-[A-Z0-9]{8,15}-[0-9]{8,15}-(?<body>[a-f0-9]{32,128})',
  ),
  format(
    'slack-webhook',
    'Slack webhook',
    ['hooks.slack.com/'],
    'hooks\\.slack\\.com/(?<secret>(?:services|workflows|triggers)/[A-Z0-9]{8,14}/[A-Z0-9]{8,20}/' +
      '(?<body>[A-Za-z0-9]{20,48}))',
  ),
  format(
    'discord-webhook',
    'Discord webhook',
    ['/api/webhooks/'],
    'discord(?:app)?\\.com/api/webhooks/(?<secret>[0-9]{15,22}/(?<body>[A-Za-z0-9_-]{60,100}))',
  ),
  format(
    'telegram-token',
    'Telegram bot token',
    [':AA'],
    `[0-9]{8,10}:AA(?<body>[A-Za-z0-9_-]{33})${END}`,
  ),
  format(
    'stripe-key',
    'Stripe live key',
    ['k_live_'],
    '(?:sk|rk)_live_(?<body>[A-Za-z0-9]{16,250})',
  ),
  format(
    'stripe-test-key',
    'Stripe test key',
    ['k_test_'],
    '(?:sk|rk)_test_(?<body>[A-Za-z0-9]{16,250})',
    { certain: false },
  ),
  format(
    'stripe-webhook-secret',
    'Stripe webhook secret',
    ['whsec_'],
    'whsec_(?<body>[A-Za-z0-9+/]{32,88}={0,2})',
  ),
  format(
    'square-token',
    'Square token',
    ['sq0atp-', 'sq0csp-'],
    'sq0(?:atp|csp)-(?<body>[A-Za-z0-9_-]{22,43})',
  ),
  format(
    'shopify-token',
    'Shopify token',
    ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    'shp(?:at|ca|pa|ss)_(?<body>[a-fA-F0-9]{32})',
  ),
  format(
    'sendgrid-key',
    'SendGrid API key',
    ['SG.'],
    'SG\\.(?<body>[A-Za-z0-9_-]{20,24}\\.[A-Za-z0-9_-]{39,50})',
    { minEntropy: 3.5 },
  ),
  format('twilio-key', 'Twilio API key', ['SK'], `SK(?<body>[0-9a-f]{32})${END}`),
  format(
    'twilio-auth-token',
    'Twilio auth token',
    ['wilio', 'WILIO'],
    '(?:[Tt]wilio|TWILIO)[_.-]?(?:[Aa]uth|AUTH)[_.-]?(?:[Tt]oken|TOKEN)' +
      ASSIGNED +
      '(?<secret>(?<body>[0-9a-f]{32}))' +
      END,
    { before: '' },
  ),
  format('mailgun-key', 'Mailgun key', ['key-'], `key-(?<body>[0-9a-f]{32})${END}`),
  format('newrelic-key', 'New Relic user key', ['NRAK-'], 'NRAK-(?<body>[A-Z0-9]{27})'),
  format(
    'grafana-token',
    'Grafana service account token',
    ['glsa_'],
    'glsa_(?<body>[A-Za-z0-9]{32})_[a-f0-9]{8}',
  ),
  format('doppler-token', 'Doppler token', ['dp.pt.'], 'dp\\.pt\\.(?<body>[A-Za-z0-9]{43})'),
  format('linear-key', 'Linear API key', ['lin_api_'], 'lin_api_(?<body>[A-Za-z0-9]{40})'),
  format('postman-key', 'Postman API key', ['PMAK-'], 'PMAK-(?<body>[a-f0-9]{24}-[a-f0-9]{34})'),
  format(
    'supabase-token',
    'Supabase secret key',
    ['sbp_', 'sb_secret_'],
    '(?:sbp_(?<body>[a-f0-9]{40})|sb_secret_[A-Za-z0-9_-]{31,60})',
  ),
  format(
    'age-key',
    'age private key',
    ['AGE-SECRET-KEY-1'],
    'AGE-SECRET-KEY-1(?<body>[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})',
  ),
];

const MODELS: readonly SecretFormat[] = [
  format(
    'openai-key',
    'OpenAI API key',
    ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    'sk-(?:proj|svcacct|admin)-(?<body>[A-Za-z0-9_-]{40,250})',
    { minEntropy: 3.5 },
  ),
  format('openai-key', 'OpenAI API key', ['sk-'], `sk-(?<body>[A-Za-z0-9]{48})${END}`, {
    minEntropy: 3.5,
  }),
  format(
    'anthropic-key',
    'Anthropic API key',
    ['sk-ant-'],
    'sk-ant-[a-z]{3,5}[0-9]{2}-(?<body>[A-Za-z0-9_-]{80,200})',
    { minEntropy: 3.5 },
  ),
  format('huggingface-token', 'Hugging Face token', ['hf_'], `hf_(?<body>[A-Za-z]{34})${END}`),
  format('groq-key', 'Groq API key', ['gsk_'], `gsk_(?<body>[A-Za-z0-9]{52})${END}`),
];

const PUBLIC_BY_HABIT: readonly SecretFormat[] = [
  // Sessions, public anonymous keys and examples look alike: worth hiding, not worth blocking.
  format(
    'jwt',
    'JSON Web Token',
    ['eyJ'],
    'eyJ[A-Za-z0-9_-]{10,500}\\.eyJ(?<body>[A-Za-z0-9_-]{10,2000})\\.[A-Za-z0-9_-]{20,700}',
    { certain: false, before: '(?<![A-Za-z0-9_-])' },
  ),
];

export const SECRET_FORMATS: readonly SecretFormat[] = [
  ...CLOUD,
  ...FORGES,
  ...SERVICES,
  ...MODELS,
  ...PUBLIC_BY_HABIT,
];

/**
 * Keys that vendors publish for their local emulators.
 * https://learn.microsoft.com/en-us/azure/storage/common/storage-connect-azurite
 * https://learn.microsoft.com/en-us/azure/cosmos-db/emulator
 */
export const PUBLISHED_KEY_STARTS: readonly string[] = ['Eby8vdM02xNOcq', 'C2y6yDjf5/R+ob0N8'];
