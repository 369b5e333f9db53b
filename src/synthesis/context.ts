import type { Concern, Waiver } from '../domain/concern.ts';
import type { ConfigLoad } from '../domain/configuration.ts';
import type { Subject } from '../domain/report.ts';
import type { Language } from '../domain/vocabulary.ts';

/** What a review takes over from the past of the same pull request. */
export interface ReviewHistory {
  /** Head of the last published review; null for the first one. */
  readonly headSha: string | null;
  /** Its open concerns, as published. */
  readonly concerns: readonly Concern[];
  /** Waivers by `/ops waive`, on top of the ones in the repository's file. */
  readonly waivers: readonly Waiver[];
}

export const NO_HISTORY: ReviewHistory = { headSha: null, concerns: [], waivers: [] };

export interface SynthesisContext {
  readonly language: Language;
  readonly icon: string;
  readonly history: ReviewHistory;
  /** `YYYY-MM-DD`, UTC: decides which waivers still hold. */
  readonly today: string;
  readonly opsVersion: string;
  readonly notices: readonly string[];
}

/** What synthesis needs to know of the snapshot. */
export interface ReviewedChange {
  readonly subject: Subject;
  readonly files: readonly ReviewedFile[];
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
  readonly incomplete: string | null;
  readonly config: ConfigLoad;
  readonly proposedConfig: ConfigLoad | null;
}

export interface ReviewedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly base: string | null;
  readonly head: string | null;
  readonly hunks: readonly {
    readonly baseStart: number;
    readonly baseLines: number;
    readonly headStart: number;
    readonly headLines: number;
  }[];
}
