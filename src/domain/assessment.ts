import type { Evidence } from './evidence.ts';
import type { FailureMode, Slo, Usage, UserJourney } from './report.ts';
import type {
  AgentStatus,
  Category,
  ChecklistStatus,
  Confidence,
  Item,
  Origin,
  Principle,
  Priority,
} from './vocabulary.ts';

/** What an independent, fresh request said of a claim: only `confirmed` lets it block. */
export type Refutation = 'confirmed' | 'refuted' | 'undetermined' | 'not_asked';

/** A concern that the agent proposes. Its evidence has been found at its place in the snapshot. */
export interface ProposedConcern {
  readonly title: string;
  readonly item: Item;
  readonly user_experience: boolean;
  readonly category: Category;
  readonly principle: Principle;
  readonly priority: Priority;
  readonly confidence: Confidence;
  readonly origin: Origin;
  readonly description: string;
  readonly user_impact: string;
  readonly technical_details: string;
  readonly recommendation: string;
  readonly recommendation_long_term: string;
  readonly evidence: readonly Evidence[];
  /** Index into the exploration's findings when the concern refines one of them. */
  readonly finding: number | null;
  readonly refutation: Refutation;
}

/** The agent says why a finding of the explorer does not hold. Shown beside it; never removes it. */
export interface FindingDispute {
  readonly finding: number;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

export interface ProposedChecklistEntry {
  readonly item: Item;
  readonly status: ChecklistStatus;
  readonly note: string;
  readonly evidence: readonly Evidence[];
}

/** What the agent's part of a review gave. Everything foreign in it is validated and grounded. */
export interface Assessment {
  readonly status: AgentStatus;
  /** One sentence for people, in the review's language: why it ended as it did. */
  readonly detail: string;
  /** The outcome may heal by itself: when the queue should try again, milliseconds. */
  readonly retryAfterMs: number | null;
  readonly whatBreaksFirst: string | null;
  readonly concerns: readonly ProposedConcern[];
  readonly disputes: readonly FindingDispute[];
  readonly checklist: readonly ProposedChecklistEntry[];
  readonly userJourney: UserJourney | null;
  readonly failureModes: readonly FailureMode[];
  readonly slo: Slo | null;
  readonly questions: readonly string[];
  /** Changed files whose text the agent was shown or read. */
  readonly filesRead: number;
  /** Concerns that were dropped because a quote was not at its place. */
  readonly dropped: number;
  readonly usage: Usage | null;
  readonly promptVersion: string | null;
  readonly agentVersion: string | null;
  readonly scripted: boolean;
}

/** An assessment that holds nothing but its outcome. */
export function emptyAssessment(
  status: AgentStatus,
  detail: string,
  retryAfterMs: number | null = null,
): Assessment {
  return {
    status,
    detail,
    retryAfterMs,
    whatBreaksFirst: null,
    concerns: [],
    disputes: [],
    checklist: [],
    userJourney: null,
    failureModes: [],
    slo: null,
    questions: [],
    filesRead: 0,
    dropped: 0,
    usage: null,
    promptVersion: null,
    agentVersion: null,
    scripted: false,
  };
}
