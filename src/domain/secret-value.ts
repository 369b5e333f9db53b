import { PUBLISHED_KEY_STARTS } from './secret-formats.ts';

/** Shannon entropy in bits for each character; 0 for the empty text. */
export function entropyOf(text: string): number {
  if (text === '') return 0;
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** Long enough that a random body spells one of them with negligible chance. */
const STAND_IN_WORDS =
  /example|placeholder|change[-_]?me|redacted|your[-_]?(?:token|key|secret|api)|(?:token|key|secret)[-_]?here|dummy[-_]|fake[-_]|sample[-_]|insert[-_]|replace[-_]?me|<[a-z]/iu;

/** A body that nobody drew at random: EXAMPLE keys, `xxxxxx`, `1234567890…`, `a1b2c3d4…`, published keys. */
export function isStandIn(body: string, minEntropy: number): boolean {
  return (
    STAND_IN_WORDS.test(body) ||
    /([A-Za-z0-9*.])\1{5}/u.test(body) ||
    PUBLISHED_KEY_STARTS.some((start) => body.startsWith(start)) ||
    entropyOf(body) < minEntropy ||
    isCounting(body, 1, 0.4) ||
    isCounting(body, 2, 0.6)
  );
}

/** Whether characters `stride` apart follow each other in the alphabet over more than `share` of the text. */
function isCounting(body: string, stride: number, share: number): boolean {
  const text = body.toLowerCase();
  let steps = 0;
  for (let i = stride; i < text.length; i += 1)
    if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - stride)) === 1) steps += 1;
  return text.length > stride && steps / (text.length - stride) > share;
}

/** Values that point elsewhere instead of being the secret: variables, templates, references, paths. */
const REFERENCE =
  /[$%]\{|\{\{|\$\(|^\$[A-Za-z_]|^%[A-Z_]+%$|^\{[\w.]*\}|%[sdv]|^<.*>$|\*{3}|\.{3}|^(?:https?|file|vault|op|arn|ref\+|sm|ssm|secretsmanager|projects|keyvault|env|sha(?:1|256|384|512)|urn):|^(?:ref\+|ENC\[|\/|\.\/|~\/|projects\/|@)|process\.env|os\.environ|secrets\.|\$\{\{/u;

const DOUBTFUL_WORDS =
  /example|placeholder|change|redact|dummy|fake|sample|insert|replace|your|test|mock|foobar|secret|passw(?:or)?d|default|todo|none|null|undefined|required|invalid|missing|qwerty|abc123|12345/iu;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/** Words joined by separators, each with at most three digits behind it: a name, not a secret. */
function isName(value: string): boolean {
  return value.split(/[-_./:@]/u).every((part) => /^[A-Za-z]*[0-9]{0,3}$/u.test(part));
}

/** Whether a literal that is assigned to a password, token or key looks drawn at random. */
export function looksRandom(value: string, isPassword: boolean): boolean {
  if (value.length < (isPassword ? 8 : 16)) return false;
  if (!/[0-9]/u.test(value) || !/[A-Za-z]/u.test(value)) return false;
  if (REFERENCE.test(value) || DOUBTFUL_WORDS.test(value) || UUID.test(value)) return false;
  return !isName(value) && !isStandIn(value, isPassword ? 2.7 : 3.4);
}

/** Whether the password of a connection URL is written out and is not one that everybody types. */
export function isLiteralPassword(password: string): boolean {
  return !REFERENCE.test(password) && !/^[{[<(%#]|^x+$|^\*+$/iu.test(password);
}

const EVERYBODYS =
  /^(?:postgres|postgresql|mysql|mongo|mongodb|redis|rabbit(?:mq)?|guest|root|admin|user|username|test|testing|dev|demo|app|local|pass|password|passwd|pwd|secret|changeme|change[-_]me|example|foo|bar|1234\d*|db|docker|default)$/iu;

export function isEverybodysPassword(password: string): boolean {
  return EVERYBODYS.test(password) || DOUBTFUL_WORDS.test(password) || password.length < 4;
}
