import { createHash } from 'node:crypto';
import type { Assessment } from '../domain/assessment.ts';
import { compareConcerns, type Concern } from '../domain/concern.ts';
import type { ConfigLoad } from '../domain/configuration.ts';
import type { Exploration, Finding, FindingGroup } from '../domain/finding.ts';
import { type Report, REPORT_SCHEMA_VERSION } from '../domain/report.ts';
import type { Review } from '../domain/review.ts';
import { buildChecklist } from './checklist.ts';
import { mergeConcerns } from './concerns.ts';
import type { ReviewedChange, SynthesisContext } from './context.ts';
import { failureModes } from './failure-modes.ts';
import { phrasesFor, type ReasonDetail } from './phrases.ts';
import { applyTier } from './policy.ts';
import { trackConcerns } from './track.ts';
import { type Decision, decideVerdict } from './verdict.ts';
import { applyWaivers, type Split } from './waive.ts';

/** More lines about old problems than this would be about the repository, not about the change. */
const MAX_PRE_EXISTING = 3;

const MAX_QUESTIONS = 3;

/** A reason stays readable; the report lists every failure. */
const MAX_NAMED_FAILURES = 5;

/**
 * Turns what the rules and the agent saw into a review: one list of concerns, tracked across pushes, waived,
 * judged. Pure: the same input gives the same bytes.
 */
export function synthesize(
  change: ReviewedChange,
  exploration: Exploration,
  assessment: Assessment,
  context: SynthesisContext,
): Review {
  const merged = mergeConcerns(exploration.findings, assessment, change.files);
  const introduced = merged.filter((c) => c.origin !== 'pre_existing');
  const { concerns, resolved } = trackConcerns(
    introduced,
    context.history,
    change.files,
    assessment.status,
  );
  const judged = judge(change, exploration, assessment, concerns, change.config, context);
  const report: Report = {
    ...frame(change, exploration, assessment, context),
    ...conclusion(change, exploration, assessment, judged, context),
    concerns: [...judged.open],
    waived: [...judged.waived],
    pre_existing: merged
      .filter((c) => c.origin === 'pre_existing')
      .sort(compareConcerns)
      .slice(0, MAX_PRE_EXISTING),
    checklist: buildChecklist(judged.open, exploration, assessment),
    failure_modes: failureModes(assessment.failureModes, judged.open, context.language),
  };
  return {
    report,
    language: context.language,
    icon: context.icon,
    resolved,
    previousHeadSha: context.history.headSha,
    dryRun: dryRunOf(change, exploration, assessment, concerns, context),
    scripted: assessment.scripted,
    notices: [
      ...context.notices,
      ...expiredNotices(change, judged, context),
      ...exploration.optOuts.map(optOutNotice),
    ],
  };
}

interface Judged extends Split {
  readonly decision: Decision;
}

/** Applies tier and waivers of one configuration and decides. */
function judge(
  change: ReviewedChange,
  exploration: Exploration,
  assessment: Assessment,
  concerns: readonly Concern[],
  load: ConfigLoad,
  context: SynthesisContext,
): Judged {
  const governed = load.kind === 'absent' || load.kind === 'loaded';
  // Without a configuration that can be trusted nobody's waiver can be: the strictest defaults hold.
  const waivers = governed ? [...load.waivers, ...context.history.waivers] : [];
  const tiered = concerns.map((concern) => applyTier(concern, load.config));
  const split = applyWaivers(tiered, waivers, context.today);
  const open = [...split.open].sort(compareConcerns);
  const decision = decideVerdict({
    blockers: open.filter((c) => c.deployment_blocker).length,
    concerns: open.length,
    config: load.kind,
    proposedConfig: load === change.proposedConfig ? null : (change.proposedConfig?.kind ?? null),
    policy: load.config,
    incomplete: change.incomplete !== null,
    failures: exploration.failures.length,
    agent: assessment.status,
  });
  return { open, waived: [...split.waived].sort(compareConcerns), decision };
}

/** Everything that no decision depends on. */
function frame(
  change: ReviewedChange,
  exploration: Exploration,
  assessment: Assessment,
  context: SynthesisContext,
): Pick<
  Report,
  | 'schema_version'
  | 'subject'
  | 'user_journey'
  | 'slo'
  | 'rollback'
  | 'questions'
  | 'explorer'
  | 'agent'
  | 'coverage'
  | 'usage'
  | 'versions'
> {
  return {
    schema_version: REPORT_SCHEMA_VERSION,
    subject: change.subject,
    user_journey: assessment.userJourney,
    slo: assessment.slo,
    rollback: null,
    questions: assessment.questions.slice(0, MAX_QUESTIONS),
    explorer: {
      technical_risks: inGroup(exploration.findings, 'technical_risks'),
      architecture: inGroup(exploration.findings, 'architecture'),
      dependencies: inGroup(exploration.findings, 'dependencies'),
      code_quality: inGroup(exploration.findings, 'code_quality'),
      failures: [...exploration.failures],
    },
    agent: { status: assessment.status, detail: assessment.detail },
    coverage: {
      files_changed: change.files.length,
      files_by_rules: exploration.filesCovered,
      files_by_agent: assessment.filesRead,
      not_read: change.unread.map(({ path, reason }) => ({ path, reason })),
    },
    usage: assessment.usage,
    versions: {
      ops: context.opsVersion,
      rules: exploration.rulesVersion,
      prompt: assessment.promptVersion,
      agent: assessment.agentVersion,
      config: digestOf(change.config),
    },
  };
}

function inGroup(findings: readonly Finding[], group: FindingGroup): Finding[] {
  return findings.filter((finding) => finding.group === group);
}

function conclusion(
  change: ReviewedChange,
  exploration: Exploration,
  assessment: Assessment,
  { open, decision }: Judged,
  context: SynthesisContext,
): Pick<Report, 'verdict' | 'headline' | 'reasons' | 'synthesis'> {
  const phrases = phrasesFor(context.language);
  const counts = {
    blockers: open.filter((c) => c.deployment_blocker).length,
    concerns: open.length,
    unfinishedFiles: new Set(exploration.failures.map((f) => f.path)).size,
  };
  const detail = reasonDetail(change, exploration, assessment);
  const reasons = decision.reasons.map((reason) => phrases.reason(reason, counts, detail).trim());
  return {
    verdict: decision.verdict,
    headline: headlineOf(decision, open, reasons, context),
    reasons,
    synthesis: {
      readiness_assessment: readinessOf(decision, counts.blockers, counts.concerns, context),
      deployment_blockers: open.filter((c) => c.deployment_blocker).map((c) => c.id),
      prioritized_recommendations: open.map((c) => ({ concern: c.id, text: c.recommendation })),
      user_impact_analysis:
        open.length === 0
          ? phrases.nobodyNotices
          : [...new Set(open.map((c) => c.user_impact))].slice(0, 5).join(' '),
    },
  };
}

function reasonDetail(
  change: ReviewedChange,
  exploration: Exploration,
  assessment: Assessment,
): ReasonDetail {
  const { config } = change;
  return {
    configProblems:
      config.kind === 'invalid'
        ? config.problems
        : config.kind === 'unavailable'
          ? [config.problem]
          : [],
    proposedProblems:
      change.proposedConfig?.kind === 'invalid' ? change.proposedConfig.problems : [],
    incomplete: change.incomplete ?? '',
    failures: shortened(
      [...new Set(exploration.failures.map((f) => `${f.path} (${f.reason})`))],
      MAX_NAMED_FAILURES,
    ),
    agent: assessment.detail,
  };
}

function shortened(list: readonly string[], most: number): string[] {
  return list.length <= most ? [...list] : [...list.slice(0, most), `+${list.length - most}`];
}

/** The answer to the opening question: if this is deployed tomorrow, what breaks? */
function headlineOf(
  { verdict }: Decision,
  open: readonly Concern[],
  reasons: readonly string[],
  context: SynthesisContext,
): string {
  const phrases = phrasesFor(context.language);
  const top = open[0];
  if (verdict === 'not_assessed') return phrases.notAssessed(reasons[0] ?? '');
  if (top === undefined) return phrases.clean;
  if (verdict === 'blocked') return phrases.blocked(withoutStop(top.title), top.user_impact);
  return phrases.watch(withoutStop(top.title));
}

function withoutStop(title: string): string {
  return title.replace(/\.$/u, '');
}

function readinessOf(
  { verdict }: Decision,
  blockers: number,
  concerns: number,
  context: SynthesisContext,
): string {
  const { readiness } = phrasesFor(context.language);
  switch (verdict) {
    case 'ready':
      return readiness.ready;
    case 'ready_with_concerns':
      return readiness.ready_with_concerns(concerns);
    case 'blocked':
      return readiness.blocked(blockers, concerns);
    case 'not_assessed':
      return readiness.not_assessed;
  }
}

/** What the proposed configuration would have meant. It governs nothing before it is merged. */
function dryRunOf(
  change: ReviewedChange,
  exploration: Exploration,
  assessment: Assessment,
  concerns: readonly Concern[],
  context: SynthesisContext,
): string | null {
  const { proposedConfig } = change;
  if (proposedConfig === null) return null;
  const phrases = phrasesFor(context.language);
  if (proposedConfig.kind === 'invalid')
    return phrases.dryRunInvalid(proposedConfig.problems.join(' '));
  const judged = judge(change, exploration, assessment, concerns, proposedConfig, context);
  return phrases.dryRun(judged.decision.verdict);
}

/** A waiver that has run out is said where its concern is open again, not left for somebody to find. */
function expiredNotices(
  { config }: ReviewedChange,
  { open }: Judged,
  { history, today, language }: SynthesisContext,
): string[] {
  const ids = new Set(open.map((concern) => concern.id));
  return [...config.waivers, ...history.waivers]
    .filter((waiver) => waiver.until < today && ids.has(waiver.concern))
    .map((waiver) => phrasesFor(language).expiredWaiver(waiver.concern, waiver.until));
}

function optOutNotice(optOut: Exploration['optOuts'][number]): string {
  return `${optOut.path}:${optOut.line}: ${optOut.rule} is switched off by \`${optOut.comment}\``;
}

function digestOf(load: ConfigLoad): string {
  return createHash('sha256')
    .update(JSON.stringify([load.kind, load.config]))
    .digest('hex')
    .slice(0, 12);
}
