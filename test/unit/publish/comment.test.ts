import fc from 'fast-check';
import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import type { Concern } from '../../../src/domain/concern.ts';
import type { Review } from '../../../src/domain/review.ts';
import { Language } from '../../../src/domain/vocabulary.ts';
import {
  MAX_CHECK_TEXT_BYTES,
  MAX_COMMENT_BYTES,
  MAX_COMMENT_CHARACTERS,
  utf8Bytes,
} from '../../../src/publish/limits.ts';
import { renderCheck } from '../../../src/publish/render/check.ts';
import { COMMENT_MARKER, renderComment } from '../../../src/publish/render/comment.ts';
import { renderHtml } from '../../../src/publish/render/html.ts';
import { githubLinks } from '../../../src/publish/render/links.ts';
import { renderMarkdown } from '../../../src/publish/render/markdown.ts';
import { reviewWith, sample, sampleReview, SAMPLES } from '../../support/sample-reviews.ts';

const HOST = 'https://github.com';

function comment(review: Review): string {
  return renderComment(review, { links: githubLinks(HOST, review.report.subject) });
}

function flatten(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => [
    token,
    ...flatten('tokens' in token && token.tokens ? token.tokens : []),
    ...(token.type === 'list' ? flatten(token['items'] as Token[]) : []),
  ]);
}

/** Every text of a concern, its places too, replaced. */
function filledWith(review: Review, text: string): Review {
  const { report } = review;
  const fill = (concern: Concern): Concern => ({
    ...concern,
    title: text,
    description: text,
    user_impact: text,
    technical_details: text,
    recommendation: text,
    recommendation_long_term: text,
    evidence: concern.evidence.map((e) => ({ ...e, path: `${text}x`, quote: text })),
  });
  return {
    ...review,
    dryRun: text,
    notices: [text],
    report: {
      ...report,
      headline: text,
      reasons: [text, `${text} too`],
      concerns: report.concerns.map(fill),
      waived: report.waived.map((c) => ({
        ...c,
        ...fill(c),
        waiver: { ...c.waiver, reason: text, owner: text },
      })),
      questions: [text],
      failure_modes: report.failure_modes.map((f) => ({
        ...f,
        scenario: text,
        question: text,
        behaviour: text,
      })),
      user_journey: report.user_journey && {
        ...report.user_journey,
        entry_point: text,
        happy_path: text,
      },
      slo: report.slo && { stated: [text], downtime_budget: text, effect: text },
      agent: { ...report.agent, detail: text },
      explorer: { ...report.explorer, failures: [{ rule: 'a/b', path: text, reason: text }] },
      coverage: { ...report.coverage, not_read: [{ path: text, reason: text }] },
      usage: report.usage && { ...report.usage, model: text },
      synthesis: { ...report.synthesis, user_impact_analysis: text, readiness_assessment: text },
    },
  };
}

describe('the order of the comment', () => {
  it('answers first and folds the rest, in the order of its importance', () => {
    const body = comment(sample('blocked', 'en'));
    const order = [
      COMMENT_MARKER,
      '**Blocked** — 2 deployment blockers',
      '**If this deploys tomorrow:** `DROP TABLE users` destroys live data',
      '#### 1 · ',
      '**Users see**',
      '**Why**',
      '**Now**',
      '**Later**',
      '#### 2 · ',
      'Accept a risk',
      '3 more concerns',
      '<b>Readiness</b>',
      '<b>What fails first</b>',
      '<b>User journey</b>',
      '<b>Rollback card</b>',
      '<b>SLO</b>',
      '<b>Record</b>',
      'Rules read 14 of 14 files',
    ].map((part) => body.indexOf(part));

    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(body.startsWith(`${COMMENT_MARKER}\n### `)).toBe(true);
  });

  it('names the top blocker and what users see in the first sentence', () => {
    const [, , , first] = comment(sample('blocked', 'en')).split('\n');

    expect(first).toContain('`DROP TABLE users` destroys live data. Sign-in answers 500');
  });

  it('leaves out sections without content', () => {
    const body = comment(sample('ready', 'en'));

    expect(body).toContain('**Ready** — nothing that was looked at breaks');
    for (const absent of [
      'Rollback card',
      'SLO',
      'User journey',
      'What fails first',
      'Record',
      'concerns',
    ])
      expect(body).not.toContain(`<b>${absent}`);
  });

  it('links only to blob pages of its own repository', () => {
    const links = flatten(marked.lexer(comment(sample('blocked', 'vi')))).filter(
      (t) => t.type === 'link',
    );

    expect(links.length).toBeGreaterThan(5);
    for (const link of links)
      expect('href' in link ? link.href : '').toMatch(
        /^https:\/\/github\.com\/acme\/shop\/blob\/[0-9a-f]{40}\//u,
      );
  });

  it('cites the merge base for what was removed', () => {
    const review = sample('blocked', 'en');

    expect(comment(review)).toContain(
      `/blob/${review.report.subject.merge_base_sha}/deploy/checkout.yaml#L31-L35`,
    );
  });
});

describe('secrets', () => {
  it('are redacted before a long quote is cut, so that no half of one is left', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const key = [
      '-----BEGIN PRIVATE',
      ' KEY-----\n',
      `${body}\n`.repeat(12),
      '-----END PRIVATE KEY-----',
    ];
    const review = reviewWith('en', 1, 'blockers');
    const concerns = review.report.concerns.map((c) => ({
      ...c,
      technical_details: key.join(''),
      evidence: c.evidence.map((e) => ({ ...e, quote: key.join('') })),
    }));
    const leaky = { ...review, report: { ...review.report, concerns } };
    const check = renderCheck(leaky);
    // The record is the report as it stands; its quotes are redacted where evidence is made.
    const [shown] = comment(leaky).split('<b>Record</b>');

    for (const text of [shown, check.summary, check.annotations[0]?.message, renderHtml(leaky)])
      expect(text).not.toContain('MIIEvQIBADANBgkqhkiG9w0');
  });
});

describe('how the review came about is said plainly', () => {
  it.each([
    {
      name: 'rules-only',
      language: 'en',
      says: '**Reviewed by rules only.** No model key is configured.',
    },
    {
      name: 'rules-only',
      language: 'vi',
      says: '**Chỉ review bằng rule.** Chưa cấu hình khoá cho model.',
    },
    { name: 'scripted', language: 'en', says: 'were scripted, not given by a model' },
    { name: 'scripted', language: 'vi', says: 'được soạn sẵn, không phải do model' },
    { name: 'scripted', language: 'en', says: 'With the configuration that this change proposes' },
    { name: 'resolved', language: 'en', says: '2 resolved in <code>a1b2c3d</code>, 1 open, 1 new' },
    {
      name: 'resolved',
      language: 'vi',
      says: '2 đã xử lý ở <code>a1b2c3d</code>, 1 còn mở, 1 mới',
    },
    { name: 'model-down', language: 'en', says: 'Ops tries again by itself' },
    { name: 'model-down', language: 'en', says: 'Comment `/ops recheck` to try at once.' },
    {
      name: 'parse-failed',
      language: 'en',
      says: '`migrations/20261124_orders.sql` · rule `migration/drop-table`',
    },
  ] as const)('$name in $language: $says', ({ name, language, says }) => {
    expect(comment(sample(name, language))).toContain(says);
  });

  it('offers only commands that somebody answers', () => {
    const review = sample('blocked', 'en');
    const all = renderComment(review, {
      links: null,
      commands: ['recheck', 'waive', 'explain', 'help'],
    });

    expect(comment(review)).not.toContain('/ops waive');
    expect(all).toContain('`/ops waive C-7f3a91c2 until=YYYY-MM-DD because …`');
    expect(renderMarkdown(review)).not.toContain('/ops ');
    expect(renderMarkdown(review)).not.toContain(COMMENT_MARKER);
  });

  it('does not promise a retry on the command line', () => {
    expect(renderMarkdown(sample('model-down', 'en'))).not.toContain('tries again by itself');
  });
});

describe('limits', () => {
  const COUNTS = [0, 1, 10_000];
  const cases = Language.options.flatMap((language) =>
    COUNTS.flatMap((count) =>
      (['blockers', 'others'] as const).map((kind) => ({ language, count, kind })),
    ),
  );

  it.each(cases)('hold for $count $kind in $language', ({ language, count, kind }) => {
    const review = reviewWith(language, count, kind);
    const body = comment(review);
    const check = renderCheck(review);

    expect(utf8Bytes(body)).toBeLessThanOrEqual(MAX_COMMENT_BYTES);
    expect(body.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expect(utf8Bytes(check.summary)).toBeLessThanOrEqual(MAX_CHECK_TEXT_BYTES);
    expect(utf8Bytes(check.text)).toBeLessThanOrEqual(MAX_CHECK_TEXT_BYTES);
    expect(body.match(/<details/gu)?.length).toBe(body.match(/<\/details>/gu)?.length);
    if (count === 10_000) expect(body).toMatch(language === 'vi' ? /9\.9\d\d/u : /9,9\d\d/u);
  });

  it.each([
    { name: 'Vietnamese', unit: 'Đường ống dữ liệu nghẽn, người dùng chờ. ' },
    { name: 'emoji', unit: '😀👩‍🚀' },
    { name: 'one long word', unit: 'ế' },
    { name: 'characters that need an escape', unit: '*<&' },
    { name: 'backticks', unit: '`a ' },
  ])('hold for 200 KB of $name in every field', ({ unit }) => {
    const text = unit.repeat(Math.ceil(200_000 / utf8Bytes(unit)));
    const review = filledWith(sample('blocked', 'vi'), text);
    const body = comment(review);
    const check = renderCheck(review);

    expect(utf8Bytes(body)).toBeLessThanOrEqual(MAX_COMMENT_BYTES);
    expect(utf8Bytes(check.summary)).toBeLessThanOrEqual(MAX_CHECK_TEXT_BYTES);
    expect(utf8Bytes(check.text)).toBeLessThanOrEqual(MAX_CHECK_TEXT_BYTES);
    expect(check.title.length).toBeLessThanOrEqual(80);
    expect(body.trimEnd().endsWith('</sub>')).toBe(true);
  });

  it('say what was left out', () => {
    const review = reviewWith('en', 40, 'others');
    const long = 'Long reasoning about what will happen. '.repeat(40);
    const body = comment({
      ...review,
      report: {
        ...review.report,
        concerns: review.report.concerns.map((c) => ({
          ...c,
          title: long,
          user_impact: long,
          technical_details: long,
          recommendation: long,
          recommendation_long_term: long,
        })),
      },
    });

    expect(body).toMatch(/Left out here to stay within GitHub’s size limit: .*Record/u);
  });
});

describe('foreign text', () => {
  const PAYLOADS = [
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '</details></summary><h1>',
    '![p](https://evil.example/p.png)',
    '[approve](https://evil.example)',
    '@octocat',
    'fixes #1',
    '\n/ops waive C-1\n',
    '\n# Ready\n',
    '\n```\n',
    '`',
    '<!-- ops:comment:v1 -->',
    '\u202e',
    '"><a href="https://evil.example">',
    '\n| a | b |\n|---|---|\n',
    '\u001b[31m',
    '&lt;b&gt;',
    '](x)',
    '\n\n- [x] done\n',
    'a',
    ' ',
  ];
  const hostile = fc
    .array(fc.constantFrom(...PAYLOADS), { minLength: 1, maxLength: 6 })
    .map((p) => p.join(''));
  const OURS = /^<!-- ops:comment:v1 -->$|^<\/?(?:details|summary|b|sub|code)(?: open)?>$/u;

  it('puts no node of its own into comment or check', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...SAMPLES), (text, { build }) => {
        const review = filledWith(build('en'), text);
        const check = renderCheck(review, { links: githubLinks(HOST, review.report.subject) });
        for (const markdown of [comment(review), check.summary, check.text]) {
          const tokens = flatten(marked.lexer(markdown, { gfm: true }));
          const tags = tokens
            .filter((t) => t.type === 'html')
            .flatMap((t) => t.raw.match(/<!--[\s\S]*?-->|<[^>]*>/gu) ?? []);

          expect(tags.filter((tag) => !OURS.test(tag))).toEqual([]);
          expect(
            tokens.filter((t) => t.type === 'image' || t.type === 'table' || t.type === 'hr'),
          ).toEqual([]);
          for (const token of tokens)
            if (token.type === 'link')
              expect('href' in token ? token.href : '').toMatch(
                /^https:\/\/github\.com\/acme\/shop\/blob\//u,
              );
          expect(markdown).not.toMatch(/[\u202e\u001b]/u);
          expect(markdown).not.toMatch(/^\s*\/ops /mu);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('puts no element, attribute or address of its own into the page', () => {
    const allowed =
      /^<\/?(?:html|head|body|meta|title|style|header|main|footer|section|article|h[1-3]|p|a|code|pre|dl|dt|dd|ul|ol|li|details|summary|strong|span|div|br)(?: (?:lang|charset|name|content|http-equiv|class|href)="[^"<>]*")*>$/u;
    fc.assert(
      fc.property(hostile, fc.constantFrom(...SAMPLES), (text, { build }) => {
        const review = filledWith(build('vi'), text);
        const html = renderHtml(review, githubLinks(HOST, review.report.subject));
        const tags = html.replace('<!doctype html>', '').match(/<[^>]*>/gu) ?? [];

        expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
        for (const [, href] of html.matchAll(/href="([^"]*)"/gu))
          expect(href).toMatch(/^https:\/\/github\.com\/acme\/shop\/blob\//u);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the check run', () => {
  it('carries a title in words, the blockers, and marks at head', () => {
    const check = renderCheck(sample('blocked', 'en'));

    expect(check.title).toBe('Blocked — 2 deployment blockers');
    expect(check.summary).toContain('#### 1 · `DROP TABLE users` destroys live data');
    expect(
      check.annotations.map((a) => [a.path, a.start_line, a.end_line, a.annotation_level]),
    ).toEqual([
      ['migrations/20261123_drop_users.sql', 1, 1, 'failure'],
      ['src/payments/client.ts', 18, 21, 'warning'],
      ['src/payments/retry.ts', 7, 7, 'warning'],
      ['deploy/reconcile-cron.yaml', 4, 4, 'notice'],
    ]);
  });

  it('names removed lines, which GitHub cannot mark, in the text', () => {
    const { text } = renderCheck(sample('blocked', 'en'));
    const [removed] = text.split('</details>');

    expect(removed).toContain('Removed lines, which cannot be marked in the diff');
    expect(removed).toContain('deploy/checkout.yaml:31-35');
  });

  it('marks a bounded number of places and says so', () => {
    const check = renderCheck(reviewWith('en', 700, 'others'));

    expect(check.annotations).toHaveLength(500);
    expect(check.text).toContain('The diff marks the 500 most severe of 700 places.');
  });

  it('titles every sample within 80 characters', () => {
    for (const { build } of SAMPLES)
      for (const language of Language.options)
        expect([...renderCheck(build(language)).title].length).toBeLessThanOrEqual(80);
  });

  it('reports blockers without enforcing them when the policy only observes', () => {
    const review = sample('blocked', 'en');
    const observed = {
      ...review,
      report: { ...review.report, verdict: 'ready_with_concerns' as const },
    };

    expect(renderCheck(observed).title).toBe(
      'Ready — 2 deployment blockers reported, not enforced',
    );
  });

  it('has an empty text for a review that has nothing more to say', () => {
    const bare = sampleReview('en');

    expect(renderCheck(bare).text).toContain('<b>Readiness</b>');
  });
});
