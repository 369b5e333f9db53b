import { createHash } from 'node:crypto';
import type { Evidence } from '../domain/evidence.ts';

/** What makes two concerns the same across pushes: never a line number, a path, or wording. */
export interface Identity {
  /** The rule's id, or the agent's category. */
  readonly kind: string;
  /** The rule's structural anchor, or the area. */
  readonly anchor: string;
  readonly evidence: readonly Evidence[];
}

const ID_DIGITS = 6;

/**
 * Ids for a whole review, in the given order: `C-` and the first digits of a fingerprint over kind, anchor
 * and quoted code. Moving the code keeps the id; changing it makes a new one, so that a waiver never
 * outlives what it was given for. Equal fingerprints are told apart by path, equal ids by more digits.
 */
export function concernIds(identities: readonly Identity[]): string[] {
  const plain = identities.map((identity) => digestOf(identity, false));
  const counts = new Map<string, number>();
  for (const digest of plain) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  const taken = new Set<string>();
  return identities.map((identity, index) => {
    const digest = plain[index]!;
    const unique = (counts.get(digest) ?? 0) > 1 ? digestOf(identity, true) : digest;
    return shortestFree(unique, taken);
  });
}

function shortestFree(digest: string, taken: Set<string>): string {
  for (let digits = ID_DIGITS; digits <= 16; digits += 1) {
    const id = `C-${digest.slice(0, digits)}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
  // The same fact at the same place twice: number the rest, in hexadecimal, at the end of the digest.
  return shortestFree(createHash('sha256').update(`${digest}+${taken.size}`).digest('hex'), taken);
}

function digestOf({ kind, anchor, evidence }: Identity, withPath: boolean): string {
  const first = evidence[0];
  const parts = [kind, anchor, normalise(first?.quote ?? '')];
  if (withPath) parts.push(first?.path ?? '');
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** White space carries no meaning for identity: a re-indented block is the same block. */
function normalise(quote: string): string {
  return quote.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}
