import type { Assessment, FindingDispute, ProposedConcern } from '../../domain/assessment.ts';
import type { Finding } from '../../domain/finding.ts';
import type { FailureMode, Slo, UserJourney } from '../../domain/report.ts';
import { Item, isCriticalCategory } from '../../domain/vocabulary.ts';
import { groundAll } from '../grounding/ground.ts';
import type { Surface } from '../surfaces.ts';
import type { Views } from '../views.ts';
import { downtimeBudget } from './downtime-budget.ts';
import { isOverrated, lacksSearch, tellsUserImpact } from './lints.ts';
import type { AgentReply, ReplyConcern } from './schema.ts';

const MAX_CONCERNS = 20;
const MAX_FAILURE_MODES = 5;
const MAX_QUESTIONS = 3;
const LINE = 300;
const PARAGRAPH = 2_000;

export interface ShapeInput {
  readonly views: Views;
  readonly findings: readonly Finding[];
  readonly surfaces: readonly Surface[];
  /** Bounds and cleans prose of the model. */
  readonly words: (text: string, max: number) => string;
}

/** What is left of a reply when everything without proof is gone. */
export type Shaped = Pick<
  Assessment,
  | 'whatBreaksFirst'
  | 'concerns'
  | 'disputes'
  | 'checklist'
  | 'userJourney'
  | 'failureModes'
  | 'slo'
  | 'questions'
  | 'dropped'
> & {
  /** Triggers of `concerns`, in their order: the refutation asks about them. */
  readonly triggers: readonly string[];
};

/** Grounds and bounds a reply. The code decides what counts; the model's word never does. */
export async function shapeReply(reply: AgentReply, input: ShapeInput): Promise<Shaped> {
  const { words } = input;
  const kept: { readonly concern: ProposedConcern; readonly trigger: string }[] = [];
  for (const concern of reply.concerns.slice(0, MAX_CONCERNS)) {
    const shaped = await shapeConcern(concern, input);
    if (shaped !== null) kept.push({ concern: shaped, trigger: words(concern.trigger, PARAGRAPH) });
  }
  const first = words(reply.what_breaks_first, LINE);
  return {
    whatBreaksFirst: first === '' ? null : first,
    concerns: kept.map(({ concern }) => concern),
    triggers: kept.map(({ trigger }) => trigger),
    disputes: await shapeDisputes(reply, input),
    checklist: await shapeChecklist(reply, input),
    userJourney: shapeJourney(reply, input),
    failureModes: await shapeFailureModes(reply, input),
    slo: await shapeSlo(reply, input),
    questions: reply.questions
      .map((question) => words(question, LINE))
      .filter((question) => question !== '')
      .slice(0, MAX_QUESTIONS),
    dropped: reply.concerns.length - kept.length,
  };
}

/** Null for a concern without proof, without an effect on anybody, or without advice. */
async function shapeConcern(
  concern: ReplyConcern,
  { views, words, findings }: ShapeInput,
): Promise<ProposedConcern | null> {
  const evidence = await groundAll(concern.evidence, views);
  if (evidence.length === 0 || !tellsUserImpact(concern)) return null;
  const texts = {
    title: words(concern.title, LINE).replaceAll('\n', ' '),
    description: words(concern.description, PARAGRAPH),
    user_impact: words(concern.user_impact, PARAGRAPH),
    technical_details: words(concern.technical_details, PARAGRAPH),
    recommendation: words(concern.recommendation.short_term, PARAGRAPH),
    recommendation_long_term: words(concern.recommendation.long_term, PARAGRAPH),
  };
  if (Object.values(texts).some((text) => text === '')) return null;
  const demoted = concern.priority === 'critical' && isOverrated(concern);
  const proposed: ProposedConcern = {
    ...texts,
    item: concern.area,
    user_experience: concern.type === 'user_experience',
    category: concern.category,
    principle: concern.principle,
    priority: demoted ? 'high' : concern.priority,
    confidence: lacksSearch(concern) ? 'low' : concern.confidence,
    origin: concern.origin,
    evidence,
    finding: firstFinding(concern.finding_refs, findings.length),
    refutation: 'not_asked',
  }; // What would stop a deployment says more than a finding that does not, so it stands on its own.
  const lesser = proposed.finding !== null && !findings[proposed.finding]!.blocks;
  return lesser && isBlockerCandidate(proposed) ? { ...proposed, finding: null } : proposed;
}

/** `D3` is the third finding; anything else refers to nothing. */
function firstFinding(refs: readonly string[], count: number): number | null {
  for (const ref of refs) {
    const index = Number(/^D([1-9]\d{0,4})$/u.exec(ref)?.[1] ?? 0) - 1;
    if (index >= 0 && index < count) return index;
  }
  return null;
}

async function shapeDisputes(reply: AgentReply, input: ShapeInput): Promise<FindingDispute[]> {
  const disputes: FindingDispute[] = [];
  for (const dispute of reply.finding_disputes) {
    const finding = firstFinding([dispute.finding_ref], input.findings.length);
    const evidence = await groundAll(dispute.evidence, input.views);
    const reason = input.words(dispute.reason, PARAGRAPH);
    if (finding === null || evidence.length === 0 || reason === '') continue;
    if (!disputes.some((d) => d.finding === finding)) disputes.push({ finding, reason, evidence });
  }
  return disputes;
}

/** All twenty items; `met` and `gap` without proof, and items left out, are unknown. */
async function shapeChecklist(
  reply: AgentReply,
  { views, words }: ShapeInput,
): Promise<Assessment['checklist']> {
  const entries: Assessment['checklist'][number][] = [];
  for (const item of Item.options) {
    const entry = reply.checklist.find((e) => e.item === item);
    const evidence = entry === undefined ? [] : await groundAll(entry.evidence, views);
    const claimed = entry?.status ?? 'unknown';
    const proven = claimed === 'not_touched' || evidence.length > 0;
    const note = words(entry?.note ?? '', LINE);
    entries.push({
      item,
      status: proven ? claimed : 'unknown',
      note: proven || claimed === 'unknown' ? note : '',
      evidence,
    });
  }
  return entries;
}

/** A journey through something that nobody can notice is filler, whatever the model says. */
function shapeJourney(reply: AgentReply, { words, surfaces }: ShapeInput): UserJourney | null {
  const journey = reply.user_journey;
  if (journey === null || !surfaces.includes('user_facing')) return null;
  return {
    persona: words(journey.persona, LINE),
    entry_point: words(journey.entry_point, LINE),
    happy_path: words(journey.happy_path, PARAGRAPH),
    sad_paths: journey.sad_paths.slice(0, 9).map((path) => ({
      kind: path.kind,
      what_happens: words(path.what_happens, PARAGRAPH),
      recovery: words(path.recovery, PARAGRAPH),
    })),
    exit_points: words(journey.exit_points, LINE),
    return_journey: words(journey.return_journey, LINE),
  };
}

async function shapeFailureModes(
  reply: AgentReply,
  { views, words }: ShapeInput,
): Promise<FailureMode[]> {
  const modes: FailureMode[] = [];
  for (const mode of reply.failure_modes) {
    if (modes.length === MAX_FAILURE_MODES) break;
    const evidence = await groundAll(mode.evidence, views);
    const question = words(mode.question, LINE);
    const behaviour = words(mode.behaviour_in_code, PARAGRAPH);
    // An answer that stands nowhere in the code is a guess.
    if (evidence.length === 0 || question === '' || behaviour === '') continue;
    if (mode.scenario !== 'other' && modes.some((m) => m.scenario === mode.scenario)) continue;
    modes.push({
      scenario: mode.scenario,
      question,
      behaviour,
      verdict: mode.verdict,
      evidence: [...evidence],
    });
  }
  return modes;
}

/** Targets count only where the repository states them: the number has to stand in the quoted line. */
async function shapeSlo(reply: AgentReply, { views, words }: ShapeInput): Promise<Slo | null> {
  const stated: string[] = [];
  let budget: string | null = null;
  for (const { target, evidence } of reply.slo.stated) {
    const grounded = await groundAll(evidence, views);
    const quoted = grounded.map((e) => e.quote).join('\n');
    const numbers = target.match(/\d+(?:[.,]\d+)?/gu) ?? [];
    if (numbers.length === 0 || !numbers.every((n) => quoted.includes(n.replace(',', '.'))))
      continue;
    stated.push(words(target, LINE));
    budget ??= downtimeBudget(target);
  }
  const effect = words(reply.slo.effect_of_change, PARAGRAPH);
  return stated.length === 0 ? null : { stated, downtime_budget: budget, effect };
}

/** Whether a concern could stop a deployment if a second look confirms it. */
export function isBlockerCandidate(concern: ProposedConcern): boolean {
  return (
    concern.priority === 'critical' &&
    isCriticalCategory(concern.category) &&
    concern.origin !== 'pre_existing'
  );
}
