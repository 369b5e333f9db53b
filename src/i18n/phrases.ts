import { en, type Phrases } from './en.ts';
import { vi } from './vi.ts';

export type { Phrases } from './en.ts';

const CATALOGUES = { en, vi } as const satisfies Record<string, Phrases>;

/** Fixed phrases of one language. Texts of rules live in the rules, texts of the agent come from it. */
export function phrasesOf(language: keyof typeof CATALOGUES): Phrases {
  return CATALOGUES[language];
}
