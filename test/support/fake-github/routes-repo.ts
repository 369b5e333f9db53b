import { runGraphQL } from './graphql.ts';
import type { FileDiff } from './git-store.ts';
import { type Answer, HttpProblem, type Route, type RouteContext } from './routing.ts';
import { found, loginOf, pageOf, requireRepo } from './routing.ts';
import { pullShape, repoShape, userShape } from './shapes.ts';
import type { FakePull, FakeState } from './state.ts';

/** `compare` stops here; the pulls endpoint goes on to 3,000. */
const MAX_COMPARE_FILES = 300;
const MAX_PULL_FILES = 3_000;
const MAX_TREE_ENTRIES = 100_000;
const MAX_BLOB_BYTES = 100_000_000;

export const REPO_ROUTES: readonly Route[] = [
  repoRoute('', 'metadata:read', ({ state }) => ok(repoShape(state))),
  repoRoute('/pulls', 'pull_requests:read', listPulls),
  repoRoute('/pulls/{pull_number}', 'pull_requests:read', (context) =>
    ok(pullShape(context.state, pullOf(context))),
  ),
  repoRoute('/pulls/{pull_number}/files', 'pull_requests:read', listFiles),
  repoRoute('/compare/{basehead}', 'contents:read', compare),
  repoRoute('/git/trees/{tree_sha}', 'contents:read', getTree),
  repoRoute('/git/blobs/{file_sha}', 'contents:read', getBlob),
  repoRoute('/contents/{path}', 'contents:read', getContents),
  repoRoute('/branches/{branch}', 'contents:read', getBranch),
  repoRoute('/collaborators/{username}/permission', 'metadata:read', getPermission),
  {
    method: 'PUT',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/merge',
    needs: 'contents:write',
    handle: merge,
  },
  {
    method: 'POST',
    template: '/graphql',
    needs: 'contents:read',
    handle: async ({ state, body }) => {
      const variables = (body['variables'] ?? {}) as Record<string, unknown>;
      return ok(await runGraphQL(state, String(body['query']), variables));
    },
  },
];

function repoRoute(path: string, needs: string, handle: (context: RouteContext) => Answer): Route {
  return {
    method: 'GET',
    template: `/repos/{owner}/{repo}${path}`,
    needs,
    handle: (context) => {
      requireRepo(context);
      return handle(context);
    },
  };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function pullOf({ state, params }: RouteContext): FakePull {
  return found(state.pulls.get(Number(params['pull_number'])));
}

function listPulls({ state, query }: RouteContext): Answer {
  const wanted = query.get('state') ?? 'open';
  const pulls = [...state.pulls.values()].filter((p) => wanted === 'all' || p.state === wanted);
  const newestFirst = pulls.sort((a, b) => b.number - a.number);
  return pageOf(
    newestFirst.map((pull) => pullShape(state, pull)),
    query,
  );
}

function listFiles(context: RouteContext): Answer {
  const { state } = context;
  const pull = pullOf(context);
  const base = found(state.branches.get(pull.baseRef));
  const mergeBase = found(state.git.mergeBase(base, pull.headSha));
  const files = state.git.diff(mergeBase, pull.headSha).slice(0, MAX_PULL_FILES);
  return pageOf(files.map(fileShape), context.query);
}

function compare({ state, params }: RouteContext): Answer {
  const [base, head] = params['basehead']!.split('...').map((revision) => {
    const name = revision.includes(':') ? revision.slice(revision.indexOf(':') + 1) : revision;
    const oid = state.branches.get(name) ?? name;
    return found(state.git.commit(oid));
  });
  const mergeBase = state.git.mergeBase(base!.oid, head!.oid);
  if (mergeBase === undefined) throw new HttpProblem(404, 'No common ancestor between them');
  const files = state.git.diff(mergeBase, head!.oid).slice(0, MAX_COMPARE_FILES);
  const shape = (oid: string): unknown => ({
    sha: oid,
    commit: { tree: { sha: state.git.commit(oid)!.tree } },
  });
  return ok({
    base_commit: shape(base!.oid),
    merge_base_commit: shape(mergeBase),
    status: 'diverged',
    total_commits: 1,
    commits: [],
    files: files.map(fileShape),
  });
}

function fileShape(file: FileDiff): unknown {
  return {
    sha: file.oid,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
    ...(file.patch === undefined ? {} : { patch: file.patch }),
  };
}

function getTree({ state, params, query }: RouteContext): Answer {
  const oid = commitAt(state, params['tree_sha']!);
  const tree = found(state.git.tree(oid));
  const entries = query.get('recursive') === null ? [...tree] : [...state.git.walk(oid)];
  return ok({
    sha: state.git.commit(oid)?.tree ?? oid,
    tree: entries.slice(0, MAX_TREE_ENTRIES).map(([path, entry]) => ({
      path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.oid,
      ...(entry.type === 'blob' ? { size: state.git.blob(entry.oid)!.length } : {}),
    })),
    truncated: entries.length > MAX_TREE_ENTRIES,
  });
}

/** A branch by its short or full name, or an object name as it is. */
export function commitAt(state: FakeState, revision: string): string {
  return state.branches.get(revision.replace(/^refs\/heads\//u, '')) ?? revision;
}

function getBlob({ state, params, accept }: RouteContext): Answer {
  const bytes = found(state.git.blob(params['file_sha']!));
  if (bytes.length > MAX_BLOB_BYTES) throw new HttpProblem(403, 'This blob is too large');
  if (accept.includes('raw'))
    return { status: 200, body: bytes, headers: { 'content-type': 'application/octet-stream' } };
  return ok({
    sha: params['file_sha'],
    size: bytes.length,
    encoding: 'base64',
    content: bytes.toString('base64').replace(/.{60}/gu, '$&\n'),
  });
}

function getContents({ state, params, query, accept }: RouteContext): Answer {
  const commit = commitAt(state, query.get('ref') ?? state.repo.defaultBranch);
  const entry = found(state.git.filesAt(commit).get(params['path']!));
  const bytes = found(state.git.blob(entry.oid));
  if (accept.includes('raw'))
    return { status: 200, body: bytes, headers: { 'content-type': 'application/octet-stream' } };
  return ok({
    type: 'file',
    path: params['path'],
    sha: entry.oid,
    size: bytes.length,
    encoding: 'base64',
    content: bytes.toString('base64'),
  });
}

function getBranch({ state, params }: RouteContext): Answer {
  const name = params['branch']!;
  const contexts = state.protection.get(name);
  return ok({
    name,
    commit: { sha: found(state.branches.get(name)) },
    protected: contexts !== undefined,
    protection: {
      enabled: contexts !== undefined,
      required_status_checks: { enforcement_level: 'everyone', contexts: contexts ?? [] },
    },
  });
}

function getPermission({ state, params }: RouteContext): Answer {
  const login = params['username']!;
  const permission = state.permissions.get(login) ?? 'read';
  return ok({ permission, role_name: permission, user: userShape(login) });
}

/** Merges by a commit of two parents when every required check of the head has succeeded. */
function merge(context: RouteContext): Answer {
  requireRepo(context);
  const { state, app, actor, body, hooks } = context;
  const pull = pullOf(context);
  if (pull.state !== 'open') throw new HttpProblem(405, 'Pull Request is not mergeable');
  if (body['sha'] !== undefined && body['sha'] !== pull.headSha)
    throw new HttpProblem(409, 'Head branch was modified. Review and try the merge again.');
  for (const name of state.protection.get(pull.baseRef) ?? []) {
    const latest = [...state.checks.values()]
      .filter((check) => check.name === name && check.headSha === pull.headSha)
      .at(-1);
    const passed = ['success', 'neutral', 'skipped'].includes(latest?.conclusion ?? '');
    if (latest?.status !== 'completed' || !passed)
      throw new HttpProblem(405, `Required status check "${name}" is expected.`);
  }
  const base = found(state.branches.get(pull.baseRef));
  const tree = state.git.commit(pull.headSha)!.tree;
  const oid = state.git.writeCommit(tree, [base, pull.headSha], `Merge #${pull.number}`);
  state.branches.set(pull.baseRef, oid);
  pull.state = 'closed';
  pull.merged = true;
  pull.updatedAt = state.now();
  const payload = { number: pull.number, pull_request: pullShape(state, pull) };
  hooks.emit('pull_request', 'closed', payload, loginOf(actor, app));
  return ok({ sha: oid, merged: true, message: 'Pull Request successfully merged' });
}
