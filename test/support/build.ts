import {
  type Assessment,
  emptyAssessment,
  type ProposedConcern,
} from '../../src/domain/assessment.ts';
import { DEFAULT_CONFIG } from '../../src/domain/configuration.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Exploration, Finding } from '../../src/domain/finding.ts';
import {
  NO_HISTORY,
  type ReviewedChange,
  type ReviewedFile,
  type SynthesisContext,
} from '../../src/synthesis/context.ts';

/** Builders of plausible records; every test overrides what it is about. */

export function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    path: 'migrations/1.sql',
    line: 1,
    end_line: 1,
    side: 'head',
    quote: 'DROP TABLE users;',
    redacted: false,
    ...over,
  };
}

export function finding(over: Partial<Finding> = {}): Finding {
  return {
    rule: 'migration/drop-table',
    anchor: 'users',
    group: 'technical_risks',
    item: 'rollback',
    category: 'data_loss',
    principle: 'demo_is_not_production',
    priority: 'critical',
    confidence: 'high',
    blocks: true,
    title: '`DROP TABLE users` destroys live data',
    user_impact: 'Sign-in fails for everyone.',
    technical_details: 'The table goes with its rows.',
    recommendation: 'Keep the table in this change.',
    recommendation_long_term: 'Drop it one release later.',
    evidence: [evidence()],
    opt_out: null,
    ...over,
  };
}

export function harmlessFinding(over: Partial<Finding> = {}): Finding {
  return finding({
    rule: 'dockerfile/root-user',
    anchor: 'final-stage',
    item: 'authorization',
    category: 'technical_debt',
    priority: 'medium',
    blocks: false,
    title: 'The container runs as root',
    evidence: [evidence({ path: 'Dockerfile', quote: 'USER root' })],
    ...over,
  });
}

export function proposed(over: Partial<ProposedConcern> = {}): ProposedConcern {
  return {
    title: 'Retries pile up on the payment service',
    item: 'retries',
    user_experience: false,
    category: 'outage_on_deploy',
    principle: 'chaos_is_constant',
    priority: 'critical',
    confidence: 'high',
    origin: 'introduced',
    description: 'Each failed call is repeated without a limit.',
    user_impact: 'Checkout hangs for everyone while payments recover.',
    technical_details: 'The loop has no bound.',
    recommendation: 'Limit the loop to three attempts in `pay.ts`.',
    recommendation_long_term: 'Put a circuit breaker in front.',
    evidence: [evidence({ path: 'src/pay.ts', quote: 'while (true) {' })],
    finding: null,
    refutation: 'confirmed',
    ...over,
  };
}

export function exploration(over: Partial<Exploration> = {}): Exploration {
  return {
    findings: [],
    signals: [],
    failures: [],
    optOuts: [],
    filesCovered: 3,
    rulesVersion: '3-abc',
    ...over,
  };
}

export function assessment(over: Partial<Assessment> = {}): Assessment {
  return { ...emptyAssessment('ok', ''), ...over };
}

export function changedFile(path: string, head: string): ReviewedFile {
  const headLines = head.split('\n').length;
  return {
    path,
    previousPath: null,
    base: null,
    head,
    hunks: [{ baseStart: 1, baseLines: 0, headStart: 1, headLines }],
  };
}

export function change(over: Partial<ReviewedChange> = {}): ReviewedChange {
  return {
    subject: {
      repo: 'acme/shop',
      pull: 7,
      base_sha: 'b'.repeat(40),
      merge_base_sha: 'b'.repeat(40),
      head_sha: 'a'.repeat(40),
    },
    files: [
      changedFile('migrations/1.sql', 'DROP TABLE users;'),
      changedFile('Dockerfile', 'USER root'),
      changedFile('src/pay.ts', 'while (true) {'),
    ],
    unread: [],
    incomplete: null,
    config: { kind: 'absent', config: DEFAULT_CONFIG, waivers: [] },
    proposedConfig: null,
    ...over,
  };
}

export function context(over: Partial<SynthesisContext> = {}): SynthesisContext {
  return {
    language: 'en',
    icon: '🚀',
    history: NO_HISTORY,
    today: '2026-11-24',
    opsVersion: '0.1.0',
    notices: [],
    ...over,
  };
}
