import type { GitHubClient } from '../../../src/adapters/github/client.ts';
import {
  GitHubPublisher,
  type GitHubPublisherOptions,
  type PublishNotice,
} from '../../../src/adapters/github/publisher.ts';
import type { StoredComment } from '../../../src/adapters/github/sticky-comment.ts';
import type { Review } from '../../../src/domain/review.ts';
import { renderCheck } from '../../../src/publish/render/check.ts';
import { renderComment } from '../../../src/publish/render/comment.ts';
import type { FakeGitHub, FakePull } from '../../support/fake-github/index.ts';
import { sampleReview } from '../../support/sample-reviews.ts';
import { REPOSITORY, clientOf } from './clients.ts';

/** What the service remembers between two publications. */
export interface Memory {
  checkId: number | null;
  comment: StoredComment | null;
  readonly notices: PublishNotice[];
}

export function emptyMemory(): Memory {
  return { checkId: null, comment: null, notices: [] };
}

export function publisherOf(
  github: FakeGitHub,
  pull: FakePull,
  memory: Memory,
  more: Partial<GitHubPublisherOptions> & { readonly client?: GitHubClient } = {},
): GitHubPublisher {
  return new GitHubPublisher({
    client: clientOf(github),
    repository: REPOSITORY,
    pull: pull.number,
    headSha: pull.headSha,
    identity: { kind: 'app', appId: github.app.id, slug: github.app.slug },
    writesCheck: true,
    externalId: `pr=${pull.number};sha=${pull.headSha};review=r1`,
    detailsUrl: null,
    checkId: memory.checkId,
    comment: memory.comment,
    retry: false,
    commentPolicy: () => 'always',
    renderComment: (review) => renderComment(review, { links: null }),
    renderCheck: (review) => renderCheck(review),
    renderProgress: (phase) => ({ title: `phase ${phase}`, summary: 'running' }),
    renderCancelled: (reason) => ({ title: reason, summary: 'cancelled' }),
    onCheckCreated: async (checkId) => {
      memory.checkId = checkId;
    },
    onCommentStored: async (comment) => {
      memory.comment = comment;
    },
    onNotice: (notice) => memory.notices.push(notice),
    ...more,
  });
}

/** A review of this head; bodies differ from head to head, as in life. */
export function reviewOf(pull: FakePull, review: Review = sampleReview('en')): Review {
  const subject = { ...review.report.subject, head_sha: pull.headSha, pull: pull.number };
  return { ...review, report: { ...review.report, subject } };
}
