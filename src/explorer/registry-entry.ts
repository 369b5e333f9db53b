import type { PathClass } from '../snapshot/path-class.ts';
import type { Rule } from './rule.ts';

/** What the explorer needs to know of a rule before it loads its code; generated from the rules. */
export interface RegistryEntry {
  readonly id: string;
  readonly scope: Rule['scope'];
  readonly files: readonly string[];
  readonly silentIn: readonly PathClass[];
  readonly everywhere: boolean;
  load(): Promise<{ readonly default: Rule }>;
}
