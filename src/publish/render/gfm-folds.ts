import { acceptedRisks, furtherBlockers, moreConcerns, sinceLastPush } from './folds-concerns.ts';
import { beforeDeploy, rollbackCard, sloSection, userJourney } from './folds-delivery.ts';
import { failsFirst, questions, readiness } from './folds-readiness.ts';
import { notRead, record } from './folds-record.ts';
import type { GfmContext, Section } from './gfm-context.ts';

type Build = (context: GfmContext) => Section | null;

const BUILDERS: readonly Build[] = [
  furtherBlockers,
  moreConcerns,
  acceptedRisks,
  questions,
  readiness,
  failsFirst,
  userJourney,
  beforeDeploy,
  rollbackCard,
  sloSection,
  sinceLastPush,
  notRead,
  record,
];

/** Every folded section that has content, in the order in which they are shown. */
export function foldedSections(context: GfmContext): readonly Section[] {
  return BUILDERS.map((build) => build(context)).filter((section) => section !== null);
}
