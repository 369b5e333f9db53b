import type { FakeApp, FakeState } from './state.ts';
import { botLogin } from './state.ts';
import type { Json } from './shapes.ts';

/** Who sent a request. */
export type Actor =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly permissions: Readonly<Record<string, string>> }
  | { readonly kind: 'user'; readonly login: string };

export interface RouteContext {
  readonly state: FakeState;
  readonly app: FakeApp;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly accept: string;
  readonly hooks: Hooks;
}

/** What routes may set off outside their own answer. */
export interface Hooks {
  emit(event: string, action: string, payload: Json, sender: string): void;
  /** Things that list endpoints do not show yet. */
  isHidden(id: number): boolean;
  created(id: number): void;
  deliveries(): readonly Json[];
  redeliver(id: number): boolean;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: string;
  /** As GitHub's API description writes it. */
  readonly template: string;
  /** `contents:read`; null where every credential will do; `app` for the app's own JWT. */
  readonly needs: string | null;
  handle(context: RouteContext): Answer | Promise<Answer>;
}

/** An error answer of GitHub's. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;

  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function loginOf(actor: Actor, app: FakeApp): string {
  return actor.kind === 'user' ? actor.login : botLogin(app);
}

export function requirePermission(actor: Actor, needs: string | null): void {
  if (needs === null || actor.kind === 'user') return;
  if (needs === 'app') {
    if (actor.kind !== 'app') throw new HttpProblem(401, 'A JSON web token could not be decoded');
    return;
  }
  const [name, level] = needs.split(':') as [string, string];
  const granted = actor.kind === 'installation' ? actor.permissions[name] : undefined;
  if (granted !== 'write' && granted !== level)
    throw new HttpProblem(403, 'Resource not accessible by integration');
}

/** One page of a list, with the `Link` header that leads to the next. 30 a page unless asked, 100 at most. */
export function pageOf(
  items: readonly unknown[],
  query: URLSearchParams,
  wrap: (page: readonly unknown[]) => unknown = (page) => page,
): Answer {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const page = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links =
    page < last ? { link: `<?page=${page + 1}>; rel="next", <?page=${last}>; rel="last"` } : {};
  const start = (page - 1) * size;
  return { status: 200, body: wrap(items.slice(start, start + size)), headers: links };
}

interface Matched {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Names that may hold slashes, as GitHub's description marks them. */
const MULTI_SEGMENT = new Set(['basehead', 'path', 'ref', 'branch']);

export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Matched | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = matchTemplate(route.template, path);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function matchTemplate(template: string, path: string): Record<string, string> | undefined {
  const pattern = template.replace(/\{(\w+)\}/gu, (_, name: string) =>
    MULTI_SEGMENT.has(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  const match = new RegExp(`^${pattern}$`, 'u').exec(path);
  if (match === null) return undefined;
  return Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

export function requireRepo({ state, params }: RouteContext): void {
  if (params['owner'] !== state.repo.owner || params['repo'] !== state.repo.name)
    throw new HttpProblem(404, 'Not Found');
}

export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new HttpProblem(404, 'Not Found');
  return value;
}

export function refuseIfArchived(state: FakeState): void {
  if (state.repo.archived) throw new HttpProblem(403, 'Repository was archived so is read-only.');
}
