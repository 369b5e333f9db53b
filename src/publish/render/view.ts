import type { Concern } from '../../domain/concern.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { ChecklistEntry, Report } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import { type AgentStatus, ChecklistStatus, Priority } from '../../domain/vocabulary.ts';
import { type Phrases, phrasesOf } from '../../i18n/phrases.ts';

/** What every renderer for people shows, before it is put into a format. */
export interface View {
  readonly review: Review;
  readonly report: Report;
  readonly t: Phrases;
  /** The verdict in words, one line, at most 80 characters. */
  readonly title: string;
  readonly blockers: readonly Concern[];
  /** Open concerns that do not block. */
  readonly others: readonly Concern[];
  readonly notes: readonly Note[];
}

/** A remark beside the verdict. `lead` is ours; `text` is foreign and not yet inert. */
export interface Note {
  readonly lead: string | null;
  readonly text: string;
}

/** More remarks than this are a report of their own. */
const MAX_NOTICES = 5;

export function viewOf(review: Review): View {
  const { report } = review;
  const t = phrasesOf(review.language);
  const blockers = report.concerns.filter((c) => c.deployment_blocker);
  return {
    review,
    report,
    t,
    title: titleOf(report, blockers.length, t),
    blockers,
    others: report.concerns.filter((c) => !c.deployment_blocker),
    notes: notesOf(review, t),
  };
}

function titleOf(report: Report, blockers: number, t: Phrases): string {
  switch (report.verdict) {
    case 'blocked':
      return t.title.blocked(blockers);
    case 'ready':
      return t.title.ready;
    case 'ready_with_concerns':
      return blockers > 0
        ? t.title.observed(blockers)
        : t.title.readyWithConcerns(report.concerns.length);
    case 'not_assessed':
      return t.title.notAssessed(whyNotAssessed(report, t));
  }
}

function whyNotAssessed(report: Report, t: Phrases): string {
  if (isAgentMissing(report.agent.status)) return t.agent[report.agent.status].short;
  const files = new Set(report.explorer.failures.map((f) => f.path)).size;
  return files > 0 ? t.title.filesNotChecked(files) : t.title.incomplete;
}

/** The agent was to take part and did not finish. */
export function isAgentMissing(status: AgentStatus): boolean {
  return status !== 'ok' && status !== 'skipped';
}

function notesOf(review: Review, t: Phrases): Note[] {
  const { report } = review;
  const { status, detail } = report.agent;
  const notes: Note[] = [];
  if (review.scripted) notes.push({ lead: t.by.scripted, text: '' });
  if (status === 'skipped') notes.push({ lead: t.by.rulesOnly, text: detail });
  if (isAgentMissing(status) && report.verdict !== 'not_assessed')
    notes.push({ lead: t.by.agentMissing, text: detail });
  if (report.verdict === 'blocked') notes.push(...gapReasons(report));
  if (review.dryRun !== null) notes.push({ lead: null, text: review.dryRun });
  notes.push(...review.notices.slice(0, MAX_NOTICES).map((text) => ({ lead: null, text })));
  return notes;
}

/** A blocked review may have gaps as well: its later reasons, unless they repeat what the agent's note says. */
function gapReasons(report: Report): Note[] {
  return report.reasons
    .slice(1)
    .filter((reason) => report.agent.detail === '' || !reason.includes(report.agent.detail))
    .map((text) => ({ lead: null, text }));
}

/** Reasons that the headline does not tell already. */
export function furtherReasons(report: Report): readonly string[] {
  return report.reasons.filter((reason) => !report.headline.includes(reason));
}

/** `src/a.ts:12` or `src/a.ts:12-15`. */
export function placeOf(evidence: Evidence): string {
  const lines =
    evidence.end_line > evidence.line
      ? `${evidence.line}-${evidence.end_line}`
      : `${evidence.line}`;
  return `${evidence.path}:${lines}`;
}

/** `1 high, 2 medium`. */
export function prioritySummary(concerns: readonly Concern[], t: Phrases): string {
  return Priority.options
    .map((priority) => ({
      priority,
      count: concerns.filter((c) => c.priority === priority).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ priority, count }) => `${t.count(count)} ${t.priority[priority]}`)
    .join(', ');
}

/** What the change moved: an item that the base had, or lacked, and head does not, or has. */
export function hasMoved(entry: ChecklistEntry): boolean {
  const judged = (status: ChecklistStatus): boolean => status === 'met' || status === 'gap';
  return (
    judged(entry.status) && judged(entry.status_at_base) && entry.status !== entry.status_at_base
  );
}

export function statusOf(entry: ChecklistEntry, t: Phrases): string {
  const status = t.checklist[entry.status];
  return hasMoved(entry) ? t.readiness.moved(t.checklist[entry.status_at_base], status) : status;
}

/** `9 met`, `3 gaps`, …; what counts none is left out. */
export function checklistCounts(report: Report, t: Phrases): readonly string[] {
  return ChecklistStatus.options
    .map((status) => ({
      status,
      count: report.checklist.filter((entry) => entry.status === status).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => t.checklistCount[status](count));
}

/** A label when the id is known, the text itself (foreign, not yet inert) when not. */
export function labelOr(labels: Readonly<Record<string, string>>, id: string): string {
  return Object.hasOwn(labels, id) ? (labels[id] ?? id) : id;
}

/** `7 characters` of a commit, as GitHub shows it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** Who found it. `rule` is the rule's id in the form that the format wants. */
export function finderOf(concern: Concern, rule: string, t: Phrases): string {
  if (concern.rule === null) return t.concern.byAgent;
  return concern.source === 'both' ? t.concern.ruleAndAgent(rule) : t.concern.rule(rule);
}
