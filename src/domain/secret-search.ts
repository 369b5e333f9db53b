import { SECRET_FORMATS, type SecretFormat } from './secret-formats.ts';
import { isEverybodysPassword, isLiteralPassword, isStandIn, looksRandom } from './secret-value.ts';

/** A secret in a text. Offsets are UTF-16 units, `end` is exclusive; the value is never kept. */
export interface SecretSpan {
  readonly kind: string;
  readonly provider: string;
  readonly start: number;
  readonly end: number;
  /** `certain`: a provider's format proves it. `likely`: it needs a look. `generic`: only name and chance. */
  readonly weight: 'certain' | 'likely' | 'generic';
}

/**
 * Every secret of a text, ordered by place; no two overlap. Linear in the length of the text.
 * What stands for a secret (EXAMPLE keys, `${VAR}`, published emulator keys) is not one.
 */
export function findSecrets(text: string): SecretSpan[] {
  const spans = [
    ...findPrivateKeys(text),
    ...SECRET_FORMATS.flatMap((format) => findFormat(text, format)),
    ...findConnectionUrls(text),
    ...findAssignments(text),
  ];
  return withoutOverlaps(pairAwsKeys(text, spans));
}

function findFormat(text: string, format: SecretFormat): SecretSpan[] {
  if (!format.keywords.some((keyword) => text.includes(keyword))) return [];
  const spans: SecretSpan[] = [];
  for (const match of text.matchAll(format.pattern)) {
    // What an earlier run covers is found already; to follow the run again would take quadratic time.
    if (match.index < (spans.at(-1)?.end ?? 0)) continue;
    if (isStandIn(match.groups?.['body'] ?? match[0], format.minEntropy)) continue;
    const [start, stop] = match.indices?.groups?.['secret'] ?? [
      match.index,
      match.index + match[0].length,
    ];
    const { kind, provider, certain } = format;
    spans.push({
      kind,
      provider,
      start,
      end: endOfRun(text, stop),
      weight: certain ? 'certain' : 'likely',
    });
  }
  return spans;
}

/**
 * A token that is longer than its format says goes as a whole: a rest of it would still be telling, and
 * behind a marker it could pass for the start of another one.
 */
function endOfRun(text: string, end: number): number {
  let at = end;
  while (at < text.length && /[A-Za-z0-9_-]/u.test(text[at]!)) at += 1;
  return at;
}

const BEGIN_KEY = /-----BEGIN ([A-Z0-9 ]{0,24})PRIVATE KEY(?: BLOCK)?-----/gu;
/** RSA keys of 16,384 bits stay below it. */
const MAX_KEY_CHARS = 16_000;
const MIN_KEY_BODY = 60;

/** PEM blocks, also inside strings with `\n`; a header without a body is code that talks about keys. */
function* findPrivateKeys(text: string): Iterable<SecretSpan> {
  for (const match of text.matchAll(BEGIN_KEY)) {
    const start = match.index;
    const bodyStart = start + match[0].length;
    const bodyEnd = endOfKeyBody(text, bodyStart);
    const body = text.slice(bodyStart, bodyEnd);
    if (!isKeyMaterial(body)) continue;
    const closing = /^-----END [A-Z0-9 ]{0,40}-----/u.exec(text.slice(bodyEnd, bodyEnd + 60));
    const encrypted = match[1] === 'ENCRYPTED ' || body.includes('ENCRYPTED');
    yield {
      kind: 'private-key',
      provider: /"private_key"\s{0,4}:\s{0,4}"$/u.test(text.slice(Math.max(0, start - 40), start))
        ? 'Google Cloud service account key'
        : encrypted
          ? 'Encrypted private key'
          : 'Private key',
      start,
      end: closing === null ? endOfRun(text, bodyEnd) : bodyEnd + closing[0].length,
      weight: encrypted ? 'likely' : 'certain',
    };
  }
}

/** Mostly long runs of base64: code between two constants that hold BEGIN and END is none. */
function isKeyMaterial(body: string): boolean {
  const text = body.replaceAll(/\\[nr]/gu, ' ');
  const runs = (text.match(/[A-Za-z0-9+/]{40,}/gu) ?? []).join('');
  const all = text.replaceAll(/[^A-Za-z0-9+/]/gu, '').length;
  return (
    runs.length >= MIN_KEY_BODY && runs.length * 2 >= all && !isStandIn(runs.slice(0, 400), 3.5)
  );
}

/** Up to the END line, or to the last character that can belong to a key when there is none. */
function endOfKeyBody(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_KEY_CHARS);
  const dashes = text.slice(from, limit).indexOf('-----');
  if (dashes >= 0) return from + dashes;
  const run = /^[A-Za-z0-9+/=\s\\"',]*/u.exec(text.slice(from, limit));
  return from + (run?.[0].trimEnd().length ?? 0);
}

const CONNECTION_URL =
  /(?<![A-Za-z0-9])(?<scheme>postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|cockroachdb|clickhouse|https?|ftp|smtps?)(?:\+[a-z0-9]{1,20})?:\/\/[^\s:@/'"`<>«»]{0,80}:(?<secret>[^\s@/'"`«»]{1,128})@(?<host>[^\s:/?#'"`,@«»]{1,253})/dgu;

/** URLs with a literal password. Local hosts and the passwords that everybody types are no secrets. */
function* findConnectionUrls(text: string): Iterable<SecretSpan> {
  if (!text.includes('://')) return;
  for (const match of text.matchAll(CONNECTION_URL)) {
    const { scheme = '', secret = '', host = '' } = match.groups ?? {};
    const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
    const weak = isEverybodysPassword(secret);
    if (!isLiteralPassword(secret) || isStandInHost(host) || (weak && isLocalHost(host))) continue;
    if (/^[$%{<[(]/u.test(host) && weak) continue;
    const web = /^(?:http|ftp|smtp)/u.test(scheme);
    if (web && isLocalHost(host)) continue;
    const provider = web ? 'Password in a URL' : 'Connection string with a password';
    const certain = !web && !weak && !isLocalHost(host) && secret.length >= 6;
    yield { kind: 'url-password', provider, start, end, weight: certain ? 'certain' : 'likely' };
  }
}

function isStandInHost(host: string): boolean {
  return /(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid)$|^(?:your|my)?[-_]?host(?:name)?$/iu.test(
    host,
  );
}

/** A name without a dot is a Compose service or a host of the same cluster. */
function isLocalHost(host: string): boolean {
  return /^127\.|^0\.0\.0\.0$|\.(?:local|localhost|internal)$/u.test(host) || !host.includes('.');
}

const SECRET_NAME =
  /(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|auth[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?)[0-9]{0,2}$/iu;
const PASSWORD_NAME = /(?:passw(?:or)?d|passwd|pwd|passphrase)[0-9]{0,2}$/iu;
const NAME_WORDS = /pass|pwd|secret|token|key|credential/iu;

const QUOTED =
  /(?<![\w.-])(?<name>[\w.-]{1,60})["']?\]?[ \t]{0,8}(?::[ \t]{0,4}[\w.<>|?]{1,30}[ \t]{0,8})?(?::=|=>|=|:)[ \t]{0,8}[bru]?(?<quote>["'`])(?<secret>[^"'`\s«»]{8,256})\k<quote>/dgu;
/** A whole line of a settings file. */
const UNQUOTED =
  /^[ \t]{0,40}(?:export[ \t]{1,4}|-[ \t]{1,4})?(?<name>[\w.-]{1,60})[ \t]{0,8}[=:][ \t]{0,8}(?<secret>[^\s"'`#(){}[\];,<>«»$]{8,256})[ \t]{0,40}\r?$/dgmu;

/** Literals that look random and are assigned to something called a password, token or key. */
function* findAssignments(text: string): Iterable<SecretSpan> {
  if (!NAME_WORDS.test(text)) return;
  for (const pattern of [QUOTED, UNQUOTED])
    for (const match of text.matchAll(pattern)) {
      const { name = '', secret = '' } = match.groups ?? {};
      if (!SECRET_NAME.test(name) || /public/iu.test(name)) continue;
      const isPassword = PASSWORD_NAME.test(name);
      if (!looksRandom(secret, isPassword)) continue;
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
      const provider = isPassword ? 'Password' : 'Token or key';
      yield { kind: isPassword ? 'password' : 'token', provider, start, end, weight: 'generic' };
    }
}

const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gu;
const PAIR_DISTANCE = 400;

/** A random 40-character text near an access key id is its secret, whatever it is called. */
function pairAwsKeys(text: string, spans: readonly SecretSpan[]): SecretSpan[] {
  const found = [...spans];
  let searched = 0;
  for (const id of spans) {
    if (id.kind !== 'aws-access-key-id') continue;
    // Windows of neighbours overlap by no more than a secret and what stands right before it.
    const from = Math.max(0, id.start - PAIR_DISTANCE, searched - 41);
    searched = id.end + PAIR_DISTANCE;
    for (const match of text.slice(from, searched).matchAll(AWS_SECRET)) {
      const value = match[0];
      if (!/[A-Z]/u.test(value) || !/[a-z]/u.test(value) || isStandIn(value, 4)) continue;
      const start = from + match.index;
      found.push({
        kind: 'aws-secret-access-key',
        provider: 'AWS secret access key',
        start,
        end: start + value.length,
        weight: 'certain',
      });
    }
  }
  return found;
}

const RANK = { certain: 0, likely: 1, generic: 2 } as const;

/** Overlapping spans become one that covers them all and carries the weightiest name. */
function withoutOverlaps(spans: readonly SecretSpan[]): SecretSpan[] {
  const result: SecretSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) {
      result.push(span);
      continue;
    }
    const named = RANK[span.weight] < RANK[last.weight] ? span : last;
    result[result.length - 1] = {
      ...named,
      start: last.start,
      end: Math.max(last.end, span.end),
    };
  }
  return result;
}
