import type { Concern, WaivedConcern } from '../../domain/concern.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Report } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import { inertPlain, inertPlainLines } from '../inert.ts';
import { isAgentMissing, placeOf, type View, viewOf } from './view.ts';

/**
 * SARIF 2.1.0 for code scanning and editors. Waived concerns are results with a suppression; a review that
 * did not run to its end says so in its invocation.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
 */
export function renderSarif(review: Review): string {
  const view = viewOf(review);
  const { report } = view;
  const all: readonly Concern[] = [...report.concerns, ...report.waived];
  const ruleIds = [...new Set(all.map(ruleIdOf))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driverOf(report, all, ruleIds) },
        automationDetails: { id: 'ops/production-readiness/' },
        invocations: [invocationOf(view)],
        columnKind: 'utf16CodeUnits',
        results: [
          ...report.concerns.map((c) => resultOf(c, null, ruleIds, review)),
          ...report.waived.map((c) => resultOf(c, c.waiver, ruleIds, review)),
        ],
        properties: { verdict: report.verdict, headline: plain(report.headline) },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function driverOf(report: Report, all: readonly Concern[], ruleIds: readonly string[]): object {
  return {
    name: 'Ops',
    semanticVersion: report.versions.ops,
    rules: ruleIds.map((id) => {
      const first = all.find((concern) => ruleIdOf(concern) === id)!;
      return {
        id,
        shortDescription: { text: plain(first.rule === null ? first.category : first.title) },
        defaultConfiguration: { level: levelOf(first) },
        properties: {
          tags: [first.type, first.category],
          ...(first.type === 'security' ? { 'security-severity': severityOf(first) } : {}),
        },
      };
    }),
  };
}

/** What the agent alone found has no rule; its category is what such results have in common. */
function ruleIdOf(concern: Concern): string {
  return concern.rule ?? `agent/${concern.category.replaceAll('_', '-')}`;
}

function levelOf(concern: Concern): 'error' | 'warning' | 'note' {
  if (concern.deployment_blocker || concern.priority === 'critical') return 'error';
  return concern.priority === 'low' ? 'note' : 'warning';
}

/** GitHub's scale: over 9.0 critical, 7.0 high, 4.0 medium. */
function severityOf({ priority }: Concern): string {
  return { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' }[priority];
}

function invocationOf({ report, t }: View): object {
  const agent = isAgentMissing(report.agent.status)
    ? [{ level: 'error', message: { text: plain(`${t.by.agentMissing} ${report.agent.detail}`) } }]
    : [];
  const failures = report.explorer.failures.map(({ rule, path, reason }) => ({
    level: 'error',
    message: { text: plain(`${path}: ${rule}: ${reason}`) },
  }));
  const unread = report.coverage.not_read.map(({ path, reason }) => ({
    level: 'note',
    message: { text: plain(`${path}: ${reason}`) },
  }));
  return {
    executionSuccessful: report.verdict !== 'not_assessed',
    toolExecutionNotifications: [...agent, ...failures, ...unread],
  };
}

function resultOf(
  concern: Concern,
  waiver: WaivedConcern['waiver'] | null,
  ruleIds: readonly string[],
  review: Review,
): object {
  const ruleId = ruleIdOf(concern);
  const [first, ...further] = concern.evidence;
  const sentence = plain(`${concern.title}. ${concern.user_impact} ${concern.recommendation}`);
  const removed = first?.side === 'base' ? ` (${plain(placeOf(first))})` : '';
  return {
    ruleId,
    ruleIndex: ruleIds.indexOf(ruleId),
    level: levelOf(concern),
    ...(review.previousHeadSha === null
      ? {}
      : { baselineState: concern.state === 'new' ? 'new' : 'unchanged' }),
    message: { text: `${sentence}${removed}` },
    locations: first === undefined ? [] : [locationOf(first)],
    ...(further.length === 0
      ? {}
      : { relatedLocations: further.map((e, id) => ({ id: id + 1, ...locationOf(e) })) }),
    partialFingerprints: { 'opsConcern/v1': concern.id },
    // Of the results of one run either all have this property or none.
    suppressions: waiver === null ? [] : [suppressionOf(waiver)],
    properties: {
      priority: concern.priority,
      category: concern.category,
      area: concern.area,
      confidence: concern.confidence,
      deployment_blocker: concern.deployment_blocker,
      source: concern.source,
    },
  };
}

function suppressionOf(waiver: WaivedConcern['waiver']): object {
  return {
    kind: 'external',
    status: 'accepted',
    justification: plain(waiver.reason),
    properties: { owner: plain(waiver.owner), until: waiver.until },
  };
}

/** Lines of the merge base are no lines of head: such a location names the file only. */
function locationOf(evidence: Evidence): object {
  const artifactLocation = {
    uri: evidence.path.toWellFormed().split('/').map(encodeURIComponent).join('/'),
  };
  if (evidence.side === 'base') return { physicalLocation: { artifactLocation } };
  return {
    physicalLocation: {
      artifactLocation,
      region: {
        startLine: evidence.line,
        endLine: evidence.end_line,
        snippet: { text: inertPlainLines(evidence.quote).join('\n') },
      },
    },
  };
}

/** Plain text; in SARIF square brackets would make a link, unless escaped. */
function plain(text: string): string {
  return inertPlain(text).replaceAll(/[\\[\]]/gu, '\\$&');
}
