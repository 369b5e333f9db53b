import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conclusionOf } from '../../../src/adapters/github/check-run.ts';
import { createTokenClient } from '../../../src/adapters/github/client.ts';
import type { Concern } from '../../../src/domain/concern.ts';
import { Verdict } from '../../../src/domain/vocabulary.ts';
import { COMMENT_MARKER } from '../../../src/publish/render/comment.ts';
import {
  type FakeGitHub,
  type FakePull,
  startFakeGitHub,
} from '../../support/fake-github/index.ts';
import { dropTable } from '../../support/sample-concerns.ts';
import { sampleReview } from '../../support/sample-reviews.ts';
import { type Memory, emptyMemory, publisherOf, reviewOf } from './publishing.ts';

const CREATE_CHECK = 'POST /repos/{owner}/{repo}/check-runs';
const PATCH_CHECK = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const CREATE_COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const PATCH_COMMENT = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';

let github: FakeGitHub;
let pull: FakePull;
let memory: Memory;

beforeEach(async () => {
  github = await startFakeGitHub();
  pull = github.openPull({ files: { 'migrations/1.sql': 'DROP TABLE users;\n' } });
  memory = emptyMemory();
});

afterEach(async () => {
  await github.close();
});

function onlyCheck(headSha: string = pull.headSha) {
  const checks = github.checksOf(headSha);
  expect(checks).toHaveLength(1);
  return checks[0]!;
}

function onlyComment() {
  const comments = github.commentsOf(pull.number);
  expect(comments).toHaveLength(1);
  return comments[0]!;
}

function withConcerns(count: number, make: (at: number) => Partial<Concern> = () => ({})) {
  const concerns = Array.from({ length: count }, (_, at) => ({
    ...dropTable('vi'),
    id: `C-${(at + 0x1000).toString(16)}`,
    ...make(at),
  }));
  return sampleReview('vi', { report: { verdict: 'blocked', concerns } });
}

describe('a review on GitHub', () => {
  it('goes from queued over its phases to the verdict', async () => {
    const publisher = publisherOf(github, pull, memory);
    await publisher.announce();
    for (const phase of ['reading', 'rules', 'agent', 'writing'] as const)
      await publisher.progress(phase);

    expect(await publisher.publish(reviewOf(pull))).toEqual({ kind: 'published' });

    expect(onlyCheck().history).toEqual([
      'queued: phase queued',
      'in_progress: phase reading',
      'in_progress: phase agent',
      'completed: success',
    ]);
    expect(onlyCheck()).toMatchObject({
      name: 'Ops / production readiness',
      externalId: `pr=1;sha=${pull.headSha};review=r1`,
    });
    expect(onlyComment().body.startsWith(COMMENT_MARKER)).toBe(true);
    expect(memory).toMatchObject({ checkId: onlyCheck().id, comment: { id: onlyComment().id } });
    expect(memory.notices).toEqual([]);
  });

  it.each([
    ['ready', 'success'],
    ['ready_with_concerns', 'success'],
    ['blocked', 'failure'],
    ['not_assessed', 'action_required'],
  ] as const)('%s ends in %s', async (verdict, conclusion) => {
    const review = sampleReview('en', { report: { verdict } });

    await publisherOf(github, pull, memory).publish(reviewOf(pull, review));

    expect(onlyCheck()).toMatchObject({ status: 'completed', conclusion });
  });

  it('has no verdict that satisfies a required check without a whole review', () => {
    const passing = ['neutral', 'skipped', 'success'];

    const open = Verdict.options.filter((verdict) => passing.includes(conclusionOf(verdict)));

    expect(open).toEqual(['ready', 'ready_with_concerns']);
  });

  it('leaves one comment after five pushes', async () => {
    for (let push = 0; push < 5; push += 1) {
      github.push(pull.number, { 'a.ts': `${push}` });
      memory.checkId = null;
      await publisherOf(github, pull, memory).publish(reviewOf(pull));
      onlyCheck();
    }

    expect(onlyComment().writes).toBe(5);
  });

  it('published twice is one comment and one check, and an equal comment is not written again', async () => {
    const review = reviewOf(pull);
    await publisherOf(github, pull, memory).publish(review);
    await publisherOf(github, pull, memory, { retry: true }).publish(review);

    onlyCheck();
    expect(onlyComment().writes).toBe(1);
  });

  it('finds its comment again when its memory is lost, past a hundred others', async () => {
    for (let at = 0; at < 150; at += 1) github.comment(pull.number, 'alice', `remark ${at}`);
    await publisherOf(github, pull, memory).publish(reviewOf(pull));
    github.push(pull.number, { 'a.ts': 'x' });

    await publisherOf(github, pull, emptyMemory()).publish(reviewOf(pull));

    const own = github.commentsOf(pull.number).filter(({ byApp }) => byApp);
    expect(own).toHaveLength(1);
    expect(own[0]!.writes).toBe(2);
  });

  it('found again with an equal body, is not written again', async () => {
    await publisherOf(github, pull, memory).publish(reviewOf(pull));

    await publisherOf(github, pull, { ...memory, comment: null }).publish(reviewOf(pull));

    expect(onlyComment().writes).toBe(1);
  });

  it('ignores the marker in somebody else’s comment', async () => {
    const forged = `${COMMENT_MARKER}\n### Ops · **Ready**`;
    const person = github.comment(pull.number, 'mallory', forged);
    const bot = github.comment(pull.number, 'other-app[bot]', forged);

    await publisherOf(github, pull, memory).publish(reviewOf(pull));

    expect([person.body, bot.body]).toEqual([forged, forged]);
    expect(github.commentsOf(pull.number)).toHaveLength(3);
  });

  it('leaves other comments of its own alone', async () => {
    const answer = github.comment(pull.number, `${github.app.slug}[bot]`, 'an answer to /ops help');

    await publisherOf(github, pull, memory).publish(reviewOf(pull));

    expect(answer.body).toBe('an answer to /ops help');
  });

  it('writes a new comment when somebody has deleted the old one', async () => {
    await publisherOf(github, pull, memory).publish(reviewOf(pull));
    github.deleteComment(memory.comment!.id);
    github.push(pull.number, { 'a.ts': 'x' });
    memory.checkId = null;

    await publisherOf(github, pull, memory).publish(reviewOf(pull));

    expect(memory.comment!.id).toBe(onlyComment().id);
  });
});

describe('a review that nobody needs any more', () => {
  it('writes nothing but the end of its own check when the head has moved on', async () => {
    const publisher = publisherOf(github, pull, memory);
    const old = pull.headSha;
    await publisher.announce();
    github.push(pull.number, { 'a.ts': 'newer' });

    expect(await publisher.publish(reviewOf(pull, withConcerns(1)))).toEqual({
      kind: 'superseded',
    });

    expect(onlyCheck(old)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(github.checksOf(pull.headSha)).toEqual([]);
    expect(github.commentsOf(pull.number)).toEqual([]);
  });

  it('without a check writes nothing at all', async () => {
    const publisher = publisherOf(github, pull, memory);
    github.push(pull.number, { 'a.ts': 'newer' });

    await publisher.publish(reviewOf(pull));

    expect(github.writes).toEqual([]);
  });

  it.each(['closed', 'superseded'] as const)('is %s: the check says so', async (reason) => {
    const publisher = publisherOf(github, pull, memory);
    await publisher.announce();
    if (reason === 'closed') github.closePull(pull.number);

    if (reason === 'closed') await publisher.publish(reviewOf(pull));
    else await publisher.cancel(reason);

    expect(onlyCheck()).toMatchObject({ conclusion: 'cancelled', output: { title: reason } });
    expect(github.commentsOf(pull.number)).toEqual([]);
  });
});

describe('limits', () => {
  it('400 concerns in 200 KB of Vietnamese: no refusal, all annotations, all within bytes', async () => {
    const text = 'Người dùng không đăng nhập được và dữ liệu không khôi phục được. '.repeat(7);
    const review = withConcerns(400, () => ({ user_impact: text, technical_details: text }));

    await publisherOf(github, pull, memory).publish(reviewOf(pull, review));

    expect(github.calls.filter(({ status }) => status >= 400)).toEqual([]);
    expect(onlyCheck().conclusion).toBe('failure');
    expect(onlyCheck().annotations).toHaveLength(400);
    const patches = github.calls.filter(({ route }) => route === PATCH_CHECK);
    expect(patches).toHaveLength(8);
    const texts = patches.map(({ body }) => body['output'] as { summary: string; text?: string });
    for (const output of texts) {
      expect(Buffer.byteLength(output.summary)).toBeLessThanOrEqual(65_535);
      // Longer texts are not refused but cut by GitHub, so equality shows that nothing was cut.
      expect(onlyCheck().output.text).toBe(output.text ?? null);
    }
  });

  it('a renderer that breaks them is cut to size, at whole characters', async () => {
    const long = 'ữ'.repeat(70_000);
    const mark = { path: 'a.ts', end_line: 1, annotation_level: 'warning' as const, message: long };
    const publisher = publisherOf(github, pull, memory, {
      renderComment: () => long,
      renderCheck: () => ({
        title: long,
        summary: long,
        text: `\ud800\0${long}`,
        annotations: [
          { ...mark, start_line: 1, title: long },
          { ...mark, start_line: 0, title: 'no such line' },
        ],
      }),
    });

    await publisher.publish(reviewOf(pull));

    expect(github.calls.filter(({ status }) => status >= 400)).toEqual([]);
    expect(onlyCheck().output.summary).toBe('ữ'.repeat(21_845));
    expect(onlyCheck().annotations).toHaveLength(1);
    expect(Buffer.byteLength(onlyComment().body)).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['all of them', 3, 0],
    ['the first fifty of sixty', 60, 10],
  ])('GitHub refuses annotations, %s: the verdict stands', async (_, concerns, left) => {
    github.failNext(PATCH_CHECK, { status: 422 });

    await publisherOf(github, pull, memory).publish(reviewOf(pull, withConcerns(concerns)));

    expect(onlyCheck()).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(onlyCheck().annotations).toHaveLength(left);
    expect(memory.notices).toEqual([{ kind: 'annotations_refused', count: concerns - left }]);
    onlyComment();
  });

  it('the verdict stands before the second batch of annotations and before the comment', async () => {
    github.failNext(
      ({ route, body }) => {
        const output = body['output'] as { annotations?: unknown[] } | undefined;
        return route === PATCH_CHECK && output?.annotations?.length === 10;
      },
      { status: 502 },
    );

    const publishing = publisherOf(github, pull, memory).publish(reviewOf(pull, withConcerns(60)));

    await expect(publishing).rejects.toMatchObject({ code: 'github.unavailable' });
    expect(onlyCheck()).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(github.commentsOf(pull.number)).toEqual([]);
  });
});

describe('answers that are lost', () => {
  it.each([
    ['of the new check', CREATE_CHECK],
    ['of the verdict', PATCH_CHECK],
    ['of the new comment', CREATE_COMMENT],
  ])(
    '%s: the next attempt leaves one check, one comment, no annotation twice',
    async (_, route) => {
      const review = reviewOf(pull, withConcerns(70));
      github.failNext(route, { status: 502, after: 'apply' });

      const first = publisherOf(github, pull, memory);
      await expect(first.publish(review)).rejects.toMatchObject({ code: 'github.unavailable' });
      await publisherOf(github, pull, memory, { retry: true }).publish(review);

      expect(onlyCheck()).toMatchObject({ status: 'completed', conclusion: 'failure' });
      expect(onlyCheck().annotations).toHaveLength(70);
      onlyComment();
    },
  );

  it('a list that lags leaves a double, and the next search removes it', async () => {
    github.lagLists(1);
    github.failNext(CREATE_COMMENT, { status: 502, after: 'apply' });
    const review = reviewOf(pull);
    await expect(publisherOf(github, pull, memory).publish(review)).rejects.toBeDefined();
    await publisherOf(github, pull, memory, { retry: true }).publish(review);
    expect(github.commentsOf(pull.number)).toHaveLength(2);
    github.lagLists(0);
    await clientListings(2);

    await publisherOf(github, pull, { ...memory, comment: null }, { retry: true }).publish(review);

    onlyComment();
  });

  async function clientListings(count: number): Promise<void> {
    const client = createTokenClient(github.userToken, github.url, { throttleId: null });
    for (let at = 0; at < count; at += 1)
      await client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        owner: 'acme',
        repo: 'shop',
        issue_number: pull.number,
      });
  }

  it('does not take another review’s check of the same head for its own', async () => {
    const earlier = publisherOf(github, pull, emptyMemory(), { externalId: 'pr=1;review=r0' });
    await earlier.announce();

    await publisherOf(github, pull, memory, { retry: true }).announce();

    expect(memory.checkId).not.toBe(earlier.checkId);
    expect(github.checksOf(pull.headSha)).toHaveLength(2);
  });

  it('does not take another app’s check for its own', async () => {
    const foreign = github.foreignCheck(pull.headSha, 'Ops / production readiness', 'success');
    foreign.externalId = `pr=1;sha=${pull.headSha};review=r1`;

    await publisherOf(github, pull, memory, { retry: true }).announce();

    expect(memory.checkId).not.toBe(foreign.id);
  });
});

describe('what cannot be written', () => {
  it('a locked conversation costs the comment, not the verdict', async () => {
    pull.locked = true;

    await publisherOf(github, pull, memory).publish(reviewOf(pull));

    expect(onlyCheck().conclusion).toBe('success');
    expect(github.commentsOf(pull.number)).toEqual([]);
    expect(memory.notices).toMatchObject([
      { kind: 'comment_not_written', error: { code: 'github.forbidden' } },
    ]);
  });

  it('a phase that cannot be shown is a notice', async () => {
    const publisher = publisherOf(github, pull, memory);
    await publisher.announce();
    github.failNext(PATCH_CHECK, { status: 500 });

    await publisher.progress('reading');

    expect(memory.notices).toMatchObject([{ kind: 'progress_not_shown' }]);
  });

  it('an archived repository is an error of its own kind', async () => {
    github.repo.archived = true;

    const publishing = publisherOf(github, pull, memory).publish(reviewOf(pull));

    await expect(publishing).rejects.toMatchObject({ code: 'github.forbidden' });
  });

  it.each([CREATE_CHECK, PATCH_CHECK, CREATE_COMMENT])(
    'a rate limit at %s goes back to the queue with its wait',
    async (route) => {
      github.failNext(route, { status: 403, headers: { 'retry-after': '30' } });

      const publishing = publisherOf(github, pull, memory).publish(reviewOf(pull));

      await expect(publishing).rejects.toMatchObject({
        code: 'github.rate-limited',
        retryAfterMs: 30_000,
      });
    },
  );
});

describe('when the comment is written', () => {
  const clean = sampleReview('en');
  const concerned = withConcerns(1);

  it.each([
    ['always', 'clean', clean, 1],
    ['when_concerns', 'clean', clean, 0],
    ['when_concerns', 'with concerns', concerned, 1],
    ['never', 'with concerns', concerned, 0],
  ] as const)('%s, %s', async (policy, _, review, comments) => {
    await publisherOf(github, pull, memory, { commentPolicy: () => policy }).publish(
      reviewOf(pull, review),
    );

    expect(github.commentsOf(pull.number)).toHaveLength(comments);
    expect(onlyCheck().status).toBe('completed');
  });

  it('when_concerns: the last concern is gone, and the comment says so', async () => {
    const policy = { commentPolicy: () => 'when_concerns' as const };
    await publisherOf(github, pull, memory, policy).publish(reviewOf(pull, concerned));
    github.push(pull.number, { 'a.ts': 'fixed' });
    memory.checkId = null;

    await publisherOf(github, pull, memory, policy).publish(reviewOf(pull, clean));

    expect(onlyComment().writes).toBe(2);
    expect(github.calls.filter(({ route }) => route === PATCH_COMMENT)).toHaveLength(1);
  });
});

describe('with a person’s token', () => {
  it('the comment is written, found again, and no check is tried', async () => {
    const client = createTokenClient(github.userToken, github.url, { throttleId: null });
    const person = {
      client,
      identity: { kind: 'user', login: 'alice' } as const,
      writesCheck: false,
    };

    await publisherOf(github, pull, memory, person).publish(reviewOf(pull));
    github.push(pull.number, { 'a.ts': 'x' });
    await publisherOf(github, pull, emptyMemory(), person).publish(reviewOf(pull));

    expect(onlyComment()).toMatchObject({ login: 'alice', writes: 2 });
    expect(github.checksOf(pull.headSha)).toEqual([]);
  });
});
