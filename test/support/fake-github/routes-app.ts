import { randomBytes } from 'node:crypto';
import { type Answer, HttpProblem, type Route, type RouteContext } from './routing.ts';
import { pageOf, requireRepo } from './routing.ts';
import { appShape, repoShape, userShape } from './shapes.ts';
import { botLogin } from './state.ts';

export const APP_ROUTES: readonly Route[] = [
  get('/app', 'app', ({ app }) => ({ status: 200, body: appShape(app) })),
  get('/app/installations', 'app', (context) => pageOf([installation(context)], context.query)),
  get('/app/installations/{installation_id}', 'app', (context) => {
    requireInstallation(context);
    return { status: 200, body: installation(context) };
  }),
  get('/repos/{owner}/{repo}/installation', 'app', (context) => {
    requireRepo(context);
    return { status: 200, body: installation(context) };
  }),
  get('/installation/repositories', 'metadata:read', ({ state, query }) =>
    pageOf([repoShape(state)], query, (page) => ({ total_count: 1, repositories: page })),
  ),
  get('/app/hook/deliveries', 'app', ({ hooks, query }) =>
    pageOf([...hooks.deliveries()].reverse(), query),
  ),
  {
    method: 'POST',
    template: '/app/hook/deliveries/{delivery_id}/attempts',
    needs: 'app',
    handle: ({ hooks, params }) => {
      if (!hooks.redeliver(Number(params['delivery_id']))) throw new HttpProblem(404, 'Not Found');
      return { status: 202, body: {} };
    },
  },
  {
    method: 'POST',
    template: '/app/installations/{installation_id}/access_tokens',
    needs: 'app',
    handle: mintToken,
  },
  get('/user', null, ({ actor }) => {
    if (actor.kind !== 'user') throw new HttpProblem(403, 'Resource not accessible by integration');
    return { status: 200, body: userShape(actor.login) };
  }),
  get('/rate_limit', null, () => {
    const core = { limit: 5_000, used: 0, remaining: 5_000, reset: 0 };
    return { status: 200, body: { resources: { core, graphql: core } } };
  }),
];

function get(
  template: string,
  needs: string | null,
  handle: (context: RouteContext) => Answer,
): Route {
  return { method: 'GET', template, needs, handle };
}

function installation({ app, state }: RouteContext): unknown {
  return {
    id: app.installationId,
    app_id: app.id,
    app_slug: app.slug,
    account: { ...userShape(state.repo.owner), type: 'Organization' },
    repository_selection: 'all',
    permissions: app.permissions,
    events: [],
    suspended_at: null,
  };
}

function requireInstallation({ app, params }: RouteContext): void {
  if (Number(params['installation_id']) !== app.installationId)
    throw new HttpProblem(404, 'Not Found');
}

/** A token of one hour, with no more permissions than the app has. */
function mintToken(context: RouteContext): Answer {
  requireInstallation(context);
  const { app, state, body } = context;
  const repositories = (body['repository_ids'] ?? [state.repo.id]) as number[];
  if (repositories.some((id) => id !== state.repo.id))
    throw new HttpProblem(422, 'There is at least one repository that does not exist.');
  const permissions = (body['permissions'] ?? app.permissions) as Record<string, string>;
  for (const [name, level] of Object.entries(permissions))
    if (app.permissions[name] !== 'write' && app.permissions[name] !== level)
      throw new HttpProblem(422, `The permissions requested are not granted: ${name}.`);
  const token = `ghs_${app.id}_${randomBytes(24).toString('base64url')}`;
  const login = botLogin(app);
  state.tokens.set(token, { kind: 'installation', login, permissions, revoked: false });
  const expires = new Date(state.now().getTime() + 3_600_000).toISOString();
  const shape = { token, expires_at: expires, permissions, repository_selection: 'selected' };
  return { status: 201, body: { ...shape, repositories: [repoShape(state)] } };
}
