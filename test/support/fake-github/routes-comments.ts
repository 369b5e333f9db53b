import { type Answer, HttpProblem, type Route, type RouteContext } from './routing.ts';
import { found, loginOf, pageOf, refuseIfArchived, requireRepo } from './routing.ts';
import { commentShape, pullShape, reactionShape } from './shapes.ts';
import type { FakeComment, FakePull, FakeReaction } from './state.ts';

/** What GitHub's message says; the measured limit is four times as many bytes. The fake is the stricter. */
const MAX_COMMENT_CHARS = 65_536;

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

export const COMMENT_ROUTES: readonly Route[] = [
  route('GET', COMMENTS, 'pull_requests:read', ({ state, app, params, query, hooks }) => {
    const pull = found(state.pulls.get(Number(params['issue_number'])));
    const comments = [...state.comments.values()].filter(
      (comment) => comment.pull === pull.number && !hooks.isHidden(comment.id),
    );
    return pageOf(
      comments.map((comment) => commentShape(comment, app)),
      query,
    );
  }),
  route('POST', COMMENTS, 'pull_requests:write', create),
  route('GET', COMMENT, 'pull_requests:read', (context) => ({
    status: 200,
    body: commentShape(commentOf(context), context.app),
  })),
  route('PATCH', COMMENT, 'pull_requests:write', update),
  route('DELETE', COMMENT, 'pull_requests:write', (context) => {
    context.state.comments.delete(commentOf(context).id);
    return { status: 204 };
  }),
  route('GET', `${COMMENT}/reactions`, 'pull_requests:read', (context) => {
    const { id } = commentOf(context);
    const own = context.state.reactions.filter((reaction) => reaction.comment === id);
    return pageOf(own.map(reactionShape), context.query);
  }),
  route('POST', `${COMMENT}/reactions`, 'pull_requests:write', react),
  route('DELETE', `${COMMENT}/reactions/{reaction_id}`, 'pull_requests:write', (context) => {
    const id = Number(context.params['reaction_id']);
    const at = context.state.reactions.findIndex((reaction) => reaction.id === id);
    if (at === -1) throw new HttpProblem(404, 'Not Found');
    context.state.reactions.splice(at, 1);
    return { status: 204 };
  }),
];

function route(
  method: string,
  template: string,
  needs: string,
  handle: (context: RouteContext) => Answer,
): Route {
  return {
    method,
    template,
    needs,
    handle: (context) => {
      requireRepo(context);
      if (method !== 'GET') refuseIfArchived(context.state);
      return handle(context);
    },
  };
}

function commentOf({ state, params }: RouteContext): FakeComment {
  return found(state.comments.get(Number(params['comment_id'])));
}

function create(context: RouteContext): Answer {
  const { state, app, actor, params, body } = context;
  const pull = found(state.pulls.get(Number(params['issue_number'])));
  refuseIfLocked(pull);
  const comment = addComment(context, pull, loginOf(actor, app), bodyText(body));
  return { status: 201, body: commentShape(comment, app) };
}

/** Also how a test's people comment. */
export function addComment(
  { state, app, hooks }: Pick<RouteContext, 'state' | 'app' | 'hooks'>,
  pull: FakePull,
  login: string,
  text: string,
): FakeComment {
  const byApp = login === `${app.slug}[bot]`;
  const comment = { id: state.nextId(), pull: pull.number, login, byApp, body: text, writes: 1 };
  state.comments.set(comment.id, comment);
  hooks.created(comment.id);
  const shape = pullShape(state, pull);
  const issue = { ...shape, pull_request: { url: `https://github.test/pulls/${pull.number}` } };
  hooks.emit('issue_comment', 'created', { issue, comment: commentShape(comment, app) }, login);
  return comment;
}

function update(context: RouteContext): Answer {
  const comment = commentOf(context);
  const own = comment.byApp === (context.actor.kind === 'installation');
  if (!own && context.actor.kind === 'installation')
    throw new HttpProblem(403, 'Resource not accessible by integration');
  const pull = found(context.state.pulls.get(comment.pull));
  refuseIfLocked(pull);
  comment.body = bodyText(context.body);
  comment.writes += 1;
  return { status: 200, body: commentShape(comment, context.app) };
}

function react(context: RouteContext): Answer {
  const { state, app, actor, body } = context;
  const { id } = commentOf(context);
  const login = loginOf(actor, app);
  const content = String(body['content']);
  const known = state.reactions.find(
    (r) => r.comment === id && r.login === login && r.content === content,
  );
  if (known !== undefined) return { status: 200, body: reactionShape(known) };
  const reaction: FakeReaction = { id: state.nextId(), comment: id, login, content };
  state.reactions.push(reaction);
  return { status: 201, body: reactionShape(reaction) };
}

function bodyText(body: Readonly<Record<string, unknown>>): string {
  const text = String(body['body']);
  if (text.length > MAX_COMMENT_CHARS)
    throw new HttpProblem(422, 'Validation Failed', [
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: `Body is too long (maximum is ${MAX_COMMENT_CHARS} characters)`,
      },
    ]);
  return text;
}

function refuseIfLocked(pull: FakePull): void {
  if (pull.locked) throw new HttpProblem(403, 'Unable to create comment because issue is locked.');
}
