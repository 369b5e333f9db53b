import type { Concern } from './concern.ts';
import type { Report } from './report.ts';
import type { Language } from './vocabulary.ts';

/** A finished review: the published record, and what only its renderers need. */
export interface Review {
  readonly report: Report;
  readonly language: Language;
  /** Shown before the comment's title; from the agent file. */
  readonly icon: string;
  /** Concerns of the previous review of this pull request that this one no longer has. */
  readonly resolved: readonly Concern[];
  /** How many concerns of the previous review are still here. */
  readonly previousHeadSha: string | null;
  /** What the verdict would be with the configuration that the change proposes; null when it proposes none. */
  readonly dryRun: string | null;
  /** The agent's answers were scripted, not a model's: said in every rendering. */
  readonly scripted: boolean;
  readonly notices: readonly string[];
}
