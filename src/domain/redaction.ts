import { findSecrets } from './secret-search.ts';

/**
 * Replaces every secret of a text by `«redacted:<kind>»`. Linear and idempotent. Line ends inside a secret
 * stay, so that line numbers after it are still true.
 */
export function redactSecrets(text: string): string {
  let redacted = '';
  let at = 0;
  for (const { kind, start, end } of findSecrets(text)) {
    const lineEnds = text.slice(start, end).match(/\r?\n/gu)?.join('') ?? '';
    const marker = `«redacted:${kind}»`;
    // The last line is marked too: what follows on it must not turn into the start of a line.
    redacted += text.slice(at, start) + marker + (lineEnds === '' ? '' : lineEnds + marker);
    at = end;
  }
  return at === 0 ? text : redacted + text.slice(at);
}
