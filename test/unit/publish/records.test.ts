import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { Report } from '../../../src/domain/report.ts';
import { Language } from '../../../src/domain/vocabulary.ts';
import { renderComment } from '../../../src/publish/render/comment.ts';
import { renderJson } from '../../../src/publish/render/json.ts';
import { renderSarif } from '../../../src/publish/render/sarif.ts';
import { renderYaml } from '../../../src/publish/render/yaml.ts';
import { reviewWith, sample, sampleReview, SAMPLES } from '../../support/sample-reviews.ts';

const SEVEN = [
  'type',
  'description',
  'user_impact',
  'technical_details',
  'recommendation',
  'deployment_blocker',
  'priority',
] as const;

const CASES = SAMPLES.flatMap(({ name, build }) =>
  Language.options.map((language) => ({ name, language, review: build(language) })),
);

function records(yaml: string): Record<string, unknown>[] {
  return (load(yaml) as { production_concern: Record<string, unknown> }[]).map(
    (r) => r.production_concern,
  );
}

describe.each(CASES)('$name in $language', ({ review }) => {
  it('gives the seven fields back, first and unchanged, for every concern', () => {
    const read = records(renderYaml(review));

    expect(read).toHaveLength(review.report.concerns.length);
    for (const [index, concern] of review.report.concerns.entries()) {
      expect(Object.keys(read[index]!).slice(0, 7)).toEqual(SEVEN);
      expect(read[index]).toEqual(concern);
    }
  });

  it('gives the report back from JSON, keys in the order of the schema', () => {
    const text = renderJson(review);
    const read: unknown = JSON.parse(text);

    expect(read).toEqual(review.report);
    expect(Object.keys(read as object)).toEqual(Object.keys(Report.shape));
    expect(text.endsWith('}\n')).toBe(true);
  });
});

describe('the YAML record', () => {
  it('is in the comment too', () => {
    const body = renderComment(sample('blocked', 'vi'), { links: null });
    const yaml = /```yaml\n([\s\S]*?)\n```/u.exec(body)?.[1] ?? '';

    expect(records(yaml).map((r) => r['id'])).toEqual(
      sample('blocked', 'vi').report.concerns.map((c) => c.id),
    );
  });

  it('uses no alias, also when concerns share their evidence', () => {
    const review = reviewWith('en', 3, 'others');
    const shared = review.report.concerns[0]!.evidence;
    const concerns = review.report.concerns.map((c) => ({ ...c, evidence: shared }));

    expect(renderYaml({ ...review, report: { ...review.report, concerns } })).not.toMatch(
      /[&*]ref/u,
    );
  });

  it('is an empty sequence without concerns', () => {
    expect(load(renderYaml(sample('ready', 'en')))).toEqual([]);
  });
});

describe('the JSON report', () => {
  it('gives the same bytes whatever the order in which the report was put together', () => {
    const review = sample('blocked', 'en');
    const turned = Object.fromEntries(Object.entries(review.report).reverse()) as Report;

    expect(renderJson({ ...review, report: turned })).toBe(renderJson(review));
  });

  it('writes hidden characters as escapes and keeps their value', () => {
    const review = sampleReview('en', { report: { headline: 'a\u202eb\u200b\u{e0041}' } });
    const text = renderJson(review);

    expect(text).toContain(String.raw`"a\u202eb\u200b\udb40\udc41"`);
    expect(JSON.parse(text)).toEqual(review.report);
  });

  it('refuses a report that breaks the schema', () => {
    const review = sample('ready', 'en');
    const broken = { ...review, report: { ...review.report, checklist: [] } };

    expect(() => renderJson(broken)).toThrow(/checklist/u);
  });
});

interface SarifLog {
  version: string;
  $schema: string;
  runs: {
    tool: { driver: { name: string; semanticVersion: string; rules: { id: string }[] } };
    invocations: {
      executionSuccessful: boolean;
      toolExecutionNotifications: { message: { text: string } }[];
    }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      baselineState?: string;
      locations: {
        physicalLocation: {
          artifactLocation: { uri: string };
          region?: { startLine: number; endLine: number };
        };
      }[];
      partialFingerprints: Record<string, string>;
      suppressions: { kind: string; status: string; justification: string }[];
    }[];
  }[];
}

function sarif(name: string): SarifLog['runs'][number] {
  const log = JSON.parse(renderSarif(sample(name, 'en'))) as SarifLog;
  expect(log.version).toBe('2.1.0');
  expect(log.$schema).toContain('sarif-2.1.0');
  expect(log.runs).toHaveLength(1);
  return log.runs[0]!;
}

describe('SARIF', () => {
  it.each(SAMPLES.map(({ name }) => name))('%s holds what the format requires', (name) => {
    const { tool, invocations, results } = sarif(name);

    expect(tool.driver.name).toBe('Ops');
    expect(invocations).toHaveLength(1);
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      expect(result.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w./%-]+$/u);
      expect(result.partialFingerprints['opsConcern/v1']).toMatch(/^C-/u);
      expect(Array.isArray(result.suppressions)).toBe(true);
    }
  });

  it('suppresses what was accepted, with the reason', () => {
    const waived = sarif('blocked').results.filter((r) => r.suppressions.length > 0);

    expect(waived).toHaveLength(1);
    expect(waived[0]?.suppressions[0]).toMatchObject({
      kind: 'external',
      status: 'accepted',
      justification: 'the job moves to the data team in March',
    });
  });

  it('names no line of head for what stands only at the merge base', () => {
    const removed = sarif('blocked').results.find((r) => r.ruleId === 'safeguard/probe-removed');

    expect(removed?.locations[0]?.physicalLocation.region).toBeUndefined();
    expect(removed?.message.text).toContain('deploy/checkout.yaml:31-35');
  });

  it.each([
    { name: 'model-down', successful: false, says: '529' },
    { name: 'parse-failed', successful: false, says: 'migrations/20261124_orders.sql' },
    { name: 'blocked', successful: true, says: 'package-lock.json' },
  ])('$name ran to its end: $successful', ({ name, successful, says }) => {
    const [invocation] = sarif(name).invocations;

    expect(invocation?.executionSuccessful).toBe(successful);
    expect(invocation?.toolExecutionNotifications.map((n) => n.message.text).join()).toContain(
      says,
    );
  });

  it('tells new results from old ones once there is a past', () => {
    expect(sarif('blocked').results[0]?.baselineState).toBeUndefined();
    expect(sarif('resolved').results.map((r) => r.baselineState)).toEqual(['unchanged', 'new']);
  });
});
