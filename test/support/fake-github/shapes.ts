import type {
  FakeApp,
  FakeCheck,
  FakeComment,
  FakePull,
  FakeReaction,
  FakeState,
} from './state.ts';

/** GitHub's JSON for the fake's records: the fields that clients of ours and webhook handlers read. */
export type Json = Readonly<Record<string, unknown>>;

export function userShape(login: string): Json {
  const type = login.endsWith('[bot]') ? 'Bot' : 'User';
  return { login, id: idOfName(login), node_id: `U_${login}`, type, site_admin: false };
}

export function appShape(app: FakeApp): Json {
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    name: app.slug,
    owner: userShape('acme'),
    permissions: app.permissions,
    events: ['pull_request', 'issue_comment', 'check_run'],
  };
}

export function repoShape(state: FakeState, fork: string | null = null): Json {
  const { repo } = state;
  const owner = fork ?? repo.owner;
  return {
    id: fork === null ? repo.id : repo.id + 1,
    node_id: `R_${repo.id}`,
    name: repo.name,
    full_name: `${owner}/${repo.name}`,
    private: false,
    fork: fork !== null,
    archived: repo.archived,
    owner: { ...userShape(owner), type: 'Organization' },
    default_branch: repo.defaultBranch,
    html_url: `https://github.test/${owner}/${repo.name}`,
    size: 100,
  };
}

export function pullShape(state: FakeState, pull: FakePull): Json {
  const base = state.branches.get(pull.baseRef) ?? '';
  const owner = pull.fork ?? state.repo.owner;
  return {
    id: pull.id,
    node_id: `PR_${pull.id}`,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    body: pull.body === '' ? null : pull.body,
    draft: pull.draft,
    merged: pull.merged,
    user: userShape(pull.author),
    author_association: pull.authorAssociation,
    // Whole seconds, as GitHub gives them.
    updated_at: pull.updatedAt.toISOString().replace(/\.\d+/u, ''),
    html_url: `https://github.test/${state.repo.owner}/${state.repo.name}/pull/${pull.number}`,
    head: {
      label: `${owner}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headSha,
      repo: repoShape(state, pull.fork),
      user: userShape(owner),
    },
    base: {
      label: `${state.repo.owner}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: pull.baseSha,
      repo: repoShape(state),
      user: userShape(state.repo.owner),
    },
    changed_files: state.git.diff(state.git.mergeBase(base, pull.headSha) ?? base, pull.headSha)
      .length,
  };
}

export function commentShape(comment: FakeComment, app: FakeApp): Json {
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    body: comment.body,
    user: userShape(comment.login),
    author_association: 'NONE',
    performed_via_github_app: comment.byApp ? appShape(app) : null,
    html_url: `https://github.test/comment/${comment.id}`,
  };
}

export function reactionShape(reaction: FakeReaction): Json {
  return { id: reaction.id, content: reaction.content, user: userShape(reaction.login) };
}

export function checkShape(state: FakeState, check: FakeCheck, app: FakeApp): Json {
  const own = check.appId === app.id;
  const pulls = [...state.pulls.values()].filter(
    (pull) => pull.headSha === check.headSha && pull.fork === null && pull.state === 'open',
  );
  return {
    id: check.id,
    node_id: `CR_${check.id}`,
    name: check.name,
    head_sha: check.headSha,
    status: check.status,
    conclusion: check.conclusion,
    external_id: check.externalId ?? '',
    details_url: check.detailsUrl ?? '',
    html_url: `https://github.test/checks/${check.id}`,
    output: { ...check.output, annotations_count: check.annotations.length, annotations_url: '' },
    app: own ? appShape(app) : { id: check.appId, slug: 'someone-else', name: 'Someone else' },
    check_suite: { id: check.id + 1_000_000, head_sha: check.headSha },
    pull_requests: pulls.map((pull) => ({
      id: pull.id,
      number: pull.number,
      head: { ref: pull.headRef, sha: pull.headSha },
      base: {
        ref: pull.baseRef,
        sha: state.branches.get(pull.baseRef) ?? '',
        repo: { id: state.repo.id, name: state.repo.name },
      },
    })),
  };
}

/** A stable number for a login; bots and people never collide with it in practice. */
function idOfName(login: string): number {
  let id = 0;
  for (const char of login) id = (id * 31 + char.codePointAt(0)!) % 1_000_003;
  return id + 1;
}
