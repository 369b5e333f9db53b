import { OpsError } from '../domain/ops-error.ts';

/** Larger agent files are not prompts any more. */
export const MAX_AGENT_BYTES = 256 * 1024;

/** Fewer than this can be somebody writing about broken text; more is broken text. */
const MIN_BROKEN = 3;
const BROKEN_SHARE = 0.3;

/**
 * Decodes an agent file as UTF-8 in normal form C, without a byte order mark. Throws `agent.invalid` for
 * text that is not UTF-8, and for UTF-8 that was once read as a single-byte encoding and written again:
 * a persona in mangled Vietnamese would still run, and nobody would see why its answers are poor.
 */
export function decodeAgentText(path: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_AGENT_BYTES)
    throw new OpsError('agent.invalid', `the file has ${bytes.length} bytes.`, {
      at: `${path}:1`,
      remedy: `An agent file may have up to ${MAX_AGENT_BYTES} bytes.`,
    });
  const text = decodeUtf8(path, bytes);
  refuseLostCharacters(path, text);
  refuseMojibake(path, text);
  return text.normalize('NFC');
}

function decodeUtf8(path: string, bytes: Uint8Array): string {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw damaged(path, 1, 'the file is UTF-16, not UTF-8.');
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const strict = new TextDecoder('utf-8', { fatal: true });
  try {
    return strict.decode(bytes);
  } catch (cause) {
    const broken = countOf(lenient, '\uFFFD');
    const line = lineAt(lenient, lenient.indexOf('\uFFFD'));
    throw damaged(path, line, `the file is not valid UTF-8: ${sequences(broken)}.`, cause);
  }
}

function refuseLostCharacters(path: string, text: string): void {
  const lost = countOf(text, '\uFFFD');
  if (lost === 0) return;
  const line = lineAt(text, text.indexOf('\uFFFD'));
  throw damaged(
    path,
    line,
    `the encoding is damaged: ${sequences(lost)} became U+FFFD when the file was converted.`,
  );
}

/** Single-byte encodings for which UTF-8 is commonly mistaken, the commonest first. */
const SUSPECTS = ['Windows-1252', 'Windows-1254', 'Windows-1258'].map((name) => ({
  name,
  byteOf: reverseTable(name),
}));

interface Damage {
  readonly name: string;
  /** Runs that are a UTF-8 sequence or, where bytes were lost, the start of one. */
  readonly broken: number;
  readonly whole: number;
  readonly characters: number;
  readonly firstAt: number;
}

function refuseMojibake(path: string, text: string): void {
  const suspects = SUSPECTS.map(({ name, byteOf }) => damageOf(text, name, byteOf));
  // The encoding that explains the most characters; the first one on a tie.
  const worst = suspects.reduce((a, b) => (b.characters > a.characters ? b : a));
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  if (worst.whole < MIN_BROKEN || worst.characters < foreign * BROKEN_SHARE) return;
  throw damaged(
    path,
    lineAt(text, worst.firstAt),
    `the encoding is damaged: UTF-8 was read as ${worst.name} and saved again (${sequences(worst.broken)}).`,
  );
}

function damageOf(text: string, name: string, byteOf: ReadonlyMap<string, number>): Damage {
  const found = { name, broken: 0, whole: 0, characters: 0, firstAt: 0 };
  for (let at = 0; at < text.length;) {
    const expected = continuationsOf(byteOf.get(text[at]!));
    let length = 0;
    while (length < expected && isContinuation(byteOf.get(text[at + 1 + length] ?? '')))
      length += 1;
    if (length > 0) {
      if (found.broken === 0) found.firstAt = at;
      found.broken += 1;
      found.characters += 1 + length;
      if (length === expected) found.whole += 1;
    }
    at += 1 + length;
  }
  return found;
}

/** Which byte of the encoding gives a character, for the bytes of UTF-8 sequences. */
function reverseTable(label: string): ReadonlyMap<string, number> {
  const decoder = new TextDecoder(label);
  const table = new Map<string, number>();
  for (let byte = 0x80; byte <= 0xff; byte += 1)
    table.set(decoder.decode(Uint8Array.of(byte)), byte);
  return table;
}

/** How many bytes follow a lead byte: https://www.rfc-editor.org/rfc/rfc3629#section-4 */
function continuationsOf(lead: number | undefined): number {
  if (lead === undefined || lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 1;
  return lead < 0xf0 ? 2 : 3;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

function damaged(path: string, line: number, message: string, cause?: unknown): OpsError {
  return new OpsError('agent.invalid', message, {
    at: `${path}:${line}`,
    remedy: 'Save the original again as UTF-8; what was lost cannot be restored from this file.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function sequences(count: number): string {
  return `${count} broken ${count === 1 ? 'sequence' : 'sequences'}`;
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

function lineAt(text: string, index: number): number {
  return countOf(text.slice(0, Math.max(0, index)), '\n') + 1;
}
