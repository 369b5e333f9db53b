import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { handlerOf } from '../../../src/webhooks/handlers.ts';

const APP_ID = 42;
const SHA = 'c'.repeat(40);
const BEFORE = 'd'.repeat(40);
const REPOSITORY = { installationId: 1, repositoryId: 2, owner: 'acme', name: 'shop' };
const AT = '2026-11-24T10:00:00Z';

const origin = {
  repository: { id: 2, name: 'shop', owner: { login: 'acme' } },
  installation: { id: 1 },
  sender: { login: 'alice', type: 'User' },
};

function handle(event: string, payload: object): object {
  return handlerOf(event)!({ ...origin, ...payload }, { appId: APP_ID });
}

function pullEvent(action: string, more: object = {}, pull: object = {}): object {
  const pullRequest = { number: 7, state: 'open', updated_at: AT, head: { sha: SHA }, ...pull };
  return handle('pull_request', { action, pull_request: pullRequest, ...more });
}

function commentEvent(body: string, more: object = {}, action = 'created'): object {
  const comment = { id: 5, body, user: { login: 'alice', type: 'User' }, ...more };
  return handle('issue_comment', { action, issue: { number: 7, pull_request: {} }, comment });
}

function checkEvent(check: object, action = 'rerequested'): object {
  const run = {
    head_sha: SHA,
    external_id: null,
    app: { id: APP_ID },
    pull_requests: [],
    ...check,
  };
  return handle('check_run', { action, check_run: run });
}

const ownPull = (number: number) => ({ number, base: { repo: { id: 2 } } });

const review = {
  kind: 'review',
  pull: { ...REPOSITORY, pull: 7 },
  headSha: SHA,
  beforeSha: null,
  changedAt: Date.parse(AT),
  commentId: null,
};
const recheck = {
  kind: 'command',
  command: 'recheck',
  repository: REPOSITORY,
  pull: 7,
  headSha: SHA,
  actor: 'alice',
  commentId: null,
};
const ignored = (reason: RegExp) => ({ kind: 'ignored', reason: expect.stringMatching(reason) });

describe('what an event asks for', () => {
  it.each([
    { name: 'opened', got: pullEvent('opened'), want: { ...review, cause: 'opened' } },
    { name: 'reopened', got: pullEvent('reopened'), want: { ...review, cause: 'reopened' } },
    {
      name: 'a push',
      got: pullEvent('synchronize', { before: BEFORE }),
      want: { ...review, cause: 'pushed', beforeSha: BEFORE },
    },
    {
      name: 'ready for review',
      got: pullEvent('ready_for_review'),
      want: { ...review, cause: 'ready_for_review' },
    },
    {
      name: 'another base',
      got: pullEvent('edited', { changes: { base: { ref: { from: 'dev' } } } }),
      want: { ...review, cause: 'base_changed' },
    },
    {
      name: 'another title',
      got: pullEvent('edited', { changes: { title: { from: 'x' } } }),
      want: ignored(/base as it was/),
    },
    {
      name: 'back to draft',
      got: pullEvent('converted_to_draft'),
      want: ignored(/check .* stays/),
    },
    { name: 'a label', got: pullEvent('labeled'), want: ignored(/changes no review/) },
    {
      name: 'closed',
      got: pullEvent('closed', {}, { state: 'closed' }),
      want: {
        kind: 'close',
        pull: review.pull,
        headSha: SHA,
        changedAt: review.changedAt,
        closed: true,
      },
    },
    {
      name: 'a push to a closed pull request',
      got: pullEvent('synchronize', {}, { state: 'closed' }),
      want: ignored(/closed/),
    },
    {
      name: 'a webhook of the repository',
      got: pullEvent('opened', { installation: undefined }),
      want: ignored(/installation/),
    },
    {
      name: '/ops recheck',
      got: commentEvent('/ops recheck'),
      want: { ...recheck, headSha: null, commentId: 5 },
    },
    {
      name: 'an edited comment',
      got: commentEvent('/ops recheck', {}, 'edited'),
      want: ignored(/new/),
    },
    { name: 'small talk', got: commentEvent('looks good'), want: ignored(/no command/) },
    {
      name: 'a bot',
      got: commentEvent('/ops recheck', { user: { login: 'x[bot]', type: 'Bot' } }),
      want: ignored(/person/),
    },
    {
      name: 'an app in the name of a person',
      got: commentEvent('/ops recheck', { performed_via_github_app: { id: 9 } }),
      want: ignored(/app/),
    },
    {
      name: 'a comment on an issue',
      got: handle('issue_comment', {
        action: 'created',
        issue: { number: 7 },
        comment: { id: 5, body: '/ops recheck', user: { login: 'alice', type: 'User' } },
      }),
      want: ignored(/pull request/),
    },
    {
      name: 're-run of our check, pull request by our own id',
      got: checkEvent({ external_id: `pr=7;sha=${SHA};review=x` }),
      want: recheck,
    },
    {
      name: 're-run, pull request as GitHub names it',
      got: checkEvent({ pull_requests: [ownPull(7), { number: 9, base: { repo: { id: 999 } } }] }),
      want: recheck,
    },
    {
      name: 're-run, two pull requests on one head: the head decides later',
      got: checkEvent({ pull_requests: [ownPull(7), ownPull(8)] }),
      want: { ...recheck, pull: null },
    },
    {
      name: 're-run, an id of another commit',
      got: checkEvent({ external_id: `pr=7;sha=${BEFORE}` }),
      want: { ...recheck, pull: null },
    },
    {
      name: "another app's check",
      got: checkEvent({ app: { id: 1 } }),
      want: ignored(/another app/),
    },
    { name: 'a check of nobody', got: checkEvent({ app: null }), want: ignored(/another app/) },
    { name: 'a check that completed', got: checkEvent({}, 'completed'), want: ignored(/re-run/) },
    {
      name: 're-run of our suite',
      got: handle('check_suite', {
        action: 'rerequested',
        check_suite: { head_sha: SHA, app: { id: APP_ID }, pull_requests: [ownPull(7)] },
      }),
      want: recheck,
    },
    {
      name: 'a merge group',
      got: handle('merge_group', { action: 'checks_requested' }),
      want: ignored(/not evaluated yet/),
    },
    {
      name: 'an installation',
      got: handle('installation', { action: 'created' }),
      want: ignored(/reconciler/),
    },
  ])('$name', ({ got, want }) => {
    expect(got).toEqual(want);
  });

  it.each([
    { name: 'a head that is no SHA', pull: { head: { sha: '../../etc/passwd' } } },
    { name: 'a number that is none', pull: { number: '7' } },
    { name: 'a date that is none', pull: { updated_at: 'yesterday' } },
  ])('refuses $name', ({ pull }) => {
    expect(() => pullEvent('opened', {}, pull)).toThrow(/Invalid/);
  });
});

describe('every recorded payload', () => {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
  const recorded: { name: string; examples: { action?: string }[] }[] = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const payloads = recorded.flatMap(({ name, examples }) =>
    examples.map((payload) => ({ name, payload })),
  );

  it('is a request, a no-op with a reason, or of an event that nobody handles', () => {
    const tally: Record<string, number> = {};
    for (const { name, payload } of payloads) {
      const handler = handlerOf(name);
      const answer = handler?.(payload, { appId: 29_310 });
      const kind = answer?.kind ?? 'unhandled';
      tally[kind] = (tally[kind] ?? 0) + 1;
      if (answer?.kind === 'ignored') expect(answer.reason).not.toBe('');
    }

    expect(payloads).toHaveLength(329);
    expect(tally).toMatchInlineSnapshot(`
      {
        "close": 2,
        "command": 2,
        "ignored": 70,
        "review": 7,
        "unhandled": 248,
      }
    `);
  });
});
