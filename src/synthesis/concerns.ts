import type { Assessment, ProposedConcern } from '../domain/assessment.ts';
import { type Concern, isPossibleBlocker } from '../domain/concern.ts';
import type { Finding } from '../domain/finding.ts';
import { typeOf } from '../domain/vocabulary.ts';
import type { ReviewedFile } from './context.ts';
import { concernIds, type Identity } from './fingerprint.ts';
import { isTouched } from './touched.ts';

/** More blockers than this from the agent alone mean that the run, not the change, is at fault. */
export const MAX_AGENT_BLOCKERS = 3;

/** A concern that has no id yet. */
type Unnamed = Omit<Concern, 'id'>;

interface Named {
  readonly identity: Identity;
  readonly concern: Unnamed;
}

/**
 * Findings and the agent's concerns become one list. A concern that refines a finding adds its mechanism to
 * it and can raise nothing and lower nothing: a rule's blocker is a rule's word.
 */
export function mergeConcerns(
  findings: readonly Finding[],
  assessment: Assessment,
  files: readonly ReviewedFile[],
): Concern[] {
  const refinements = refinementsByFinding(findings, assessment.concerns, files);
  const fromRules = findings.map((finding, index) =>
    concernOfFinding(finding, refinements.get(index), disputesOf(assessment, index)),
  );
  const refined = new Set(refinements.values());
  const fromAgent = capBlockers(
    assessment.concerns.filter((c) => !refined.has(c) && c.refutation !== 'refuted'),
    files,
  );
  const all = [...fromRules, ...fromAgent];
  const ids = concernIds(all.map(({ identity }) => identity));
  return all.map(({ concern }, index) => ({ id: ids[index]!, ...concern }));
}

function refinementsByFinding(
  findings: readonly Finding[],
  concerns: readonly ProposedConcern[],
  files: readonly ReviewedFile[],
): Map<number, ProposedConcern> {
  const byFinding = new Map<number, ProposedConcern>();
  for (const concern of concerns) {
    const index = concern.finding ?? findings.findIndex((f) => tellsTheSame(f, concern));
    const finding = findings[index];
    if (finding === undefined || byFinding.has(index)) continue;
    // A blocker of its own must not disappear in a finding that stops nothing.
    if (mayBlock(concern, files) && !finding.blocks) continue;
    byFinding.set(index, concern);
  }
  return byFinding;
}

function tellsTheSame(finding: Finding, concern: ProposedConcern): boolean {
  return (
    finding.item === concern.item &&
    finding.evidence.some((a) =>
      concern.evidence.some(
        (b) =>
          a.path === b.path && a.side === b.side && a.line <= b.end_line && a.end_line >= b.line,
      ),
    )
  );
}

function disputesOf(assessment: Assessment, index: number): string[] {
  return assessment.disputes.filter((d) => d.finding === index).map((d) => d.reason);
}

function concernOfFinding(
  finding: Finding,
  refinement: ProposedConcern | undefined,
  disputes: readonly string[],
): Named {
  const details = [finding.technical_details, refinement?.technical_details, ...disputes];
  return {
    identity: { kind: finding.rule, anchor: finding.anchor, evidence: finding.evidence },
    concern: {
      title: finding.title,
      rule: finding.rule,
      type: typeOf(finding.item),
      category: finding.category,
      area: finding.item,
      description: finding.title,
      user_impact: finding.user_impact,
      technical_details: details.filter((d) => d !== undefined && d !== '').join('\n\n'),
      recommendation: finding.recommendation,
      recommendation_long_term: finding.recommendation_long_term,
      deployment_blocker: finding.blocks,
      priority: finding.priority,
      confidence: finding.confidence,
      origin: 'introduced',
      principle: finding.principle,
      state: 'new',
      source: refinement === undefined ? 'rule' : 'both',
      evidence: [...finding.evidence],
    },
  };
}

function capBlockers(
  concerns: readonly ProposedConcern[],
  files: readonly ReviewedFile[],
): Named[] {
  let blockers = 0;
  return concerns.map((concern) => {
    const blocks = blockers < MAX_AGENT_BLOCKERS && mayBlock(concern, files);
    if (blocks) blockers += 1;
    return concernOfAgent(concern, blocks, files);
  });
}

/** Critical, of a critical category, caused by this change at a line of it, and not refuted by a second look. */
function mayBlock(concern: ProposedConcern, files: readonly ReviewedFile[]): boolean {
  return (
    isPossibleBlocker({ ...concern, deployment_blocker: true }) &&
    concern.refutation === 'confirmed' &&
    concern.evidence.some((evidence) => isTouched(evidence, files))
  );
}

function concernOfAgent(
  concern: ProposedConcern,
  blocks: boolean,
  files: readonly ReviewedFile[],
): Named {
  const touched = concern.evidence.some((evidence) => isTouched(evidence, files));
  return {
    identity: { kind: concern.category, anchor: concern.item, evidence: concern.evidence },
    concern: {
      title: concern.title,
      rule: null,
      type: concern.user_experience ? 'user_experience' : typeOf(concern.item),
      category: concern.category,
      area: concern.item,
      description: concern.description,
      user_impact: concern.user_impact,
      technical_details: concern.technical_details,
      recommendation: concern.recommendation,
      recommendation_long_term: concern.recommendation_long_term,
      deployment_blocker: blocks,
      // Critical means that it blocks: what the agent alone could not prove is high.
      priority: concern.priority === 'critical' && !blocks ? 'high' : concern.priority,
      confidence: concern.confidence,
      // The author's change is not to blame for what none of its lines shows.
      origin: touched ? concern.origin : 'pre_existing',
      principle: concern.principle,
      state: 'new',
      source: 'agent',
      evidence: [...concern.evidence],
    },
  };
}
