import { type Answer, HttpProblem, type Route, type RouteContext } from './routing.ts';
import { found, loginOf, pageOf, refuseIfArchived, requireRepo } from './routing.ts';
import { checkShape } from './shapes.ts';
import type { FakeAnnotation, FakeCheck } from './state.ts';

/** GitHub counts bytes here although its description says characters. */
const MAX_OUTPUT_BYTES = 65_535;
const MAX_ANNOTATION_TITLE = 255;
const MAX_ANNOTATION_BYTES = 65_536;

const RUN = '/repos/{owner}/{repo}/check-runs/{check_run_id}';

export const CHECK_ROUTES: readonly Route[] = [
  checkRoute('POST', '/repos/{owner}/{repo}/check-runs', 'checks:write', create),
  checkRoute('GET', RUN, 'checks:read', ({ state, app, params }) => ({
    status: 200,
    body: checkShape(state, found(state.checks.get(Number(params['check_run_id']))), app),
  })),
  checkRoute('PATCH', RUN, 'checks:write', update),
  checkRoute('GET', `${RUN}/annotations`, 'checks:read', ({ state, params, query }) =>
    pageOf(found(state.checks.get(Number(params['check_run_id']))).annotations, query),
  ),
  checkRoute('POST', `${RUN}/rerequest`, 'checks:write', rerequest),
  checkRoute('GET', '/repos/{owner}/{repo}/commits/{ref}/check-runs', 'checks:read', list),
];

function checkRoute(
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
      if (method !== 'GET') {
        refuseIfArchived(context.state);
        if (context.actor.kind === 'user')
          throw new HttpProblem(403, 'You must authenticate via a GitHub App.');
      }
      return handle(context);
    },
  };
}

function create(context: RouteContext): Answer {
  const { state, app, body, hooks } = context;
  const headSha = String(body['head_sha']);
  if (state.git.commit(headSha) === undefined)
    throw new HttpProblem(422, `No commit found for SHA: ${headSha}`);
  const check: FakeCheck = {
    id: state.nextId(),
    name: String(body['name']),
    headSha,
    appId: app.id,
    status: 'queued',
    conclusion: null,
    externalId: null,
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
    history: [],
  };
  apply(check, body);
  state.checks.set(check.id, check);
  hooks.created(check.id);
  announce(context, check, 'created');
  return { status: 201, body: checkShape(state, check, app) };
}

function update(context: RouteContext): Answer {
  const { state, app, params, body } = context;
  const check = found(state.checks.get(Number(params['check_run_id'])));
  if (check.appId !== app.id)
    throw new HttpProblem(
      403,
      'Invalid app_id `' +
        app.id +
        '` - check run can only be modified by the GitHub App that created it.',
    );
  apply(check, body);
  if (check.status === 'completed') announce(context, check, 'completed');
  return { status: 200, body: checkShape(state, check, app) };
}

function rerequest(context: RouteContext): Answer {
  const check = found(context.state.checks.get(Number(context.params['check_run_id'])));
  announce(context, check, 'rerequested');
  return { status: 201, body: {} };
}

function list({ state, app, params, query, hooks }: RouteContext): Answer {
  const oid = state.branches.get(params['ref']!) ?? params['ref']!;
  const name = query.get('check_name');
  const appId = query.get('app_id');
  const checks = [...state.checks.values()].filter(
    (check) =>
      check.headSha === oid &&
      !hooks.isHidden(check.id) &&
      (name === null || check.name === name) &&
      (appId === null || String(check.appId) === appId),
  );
  const newestFirst = checks.sort((a, b) => b.id - a.id);
  const latest =
    query.get('filter') === 'all'
      ? newestFirst
      : newestFirst.filter(
          (check, at) =>
            newestFirst.findIndex((c) => c.name === check.name && c.appId === check.appId) === at,
        );
  return pageOf(
    latest.map((check) => checkShape(state, check, app)),
    query,
    (page) => ({
      total_count: latest.length,
      check_runs: page,
    }),
  );
}

function announce(
  { state, app, actor, hooks }: RouteContext,
  check: FakeCheck,
  action: string,
): void {
  const payload = { check_run: checkShape(state, check, app) };
  hooks.emit('check_run', action, payload, loginOf(actor, app));
}

/** Takes over the fields of a create or update request, with the limits that the schema does not hold. */
function apply(check: FakeCheck, body: Readonly<Record<string, unknown>>): void {
  const output = body['output'] as Record<string, unknown> | undefined;
  const annotations = (output?.['annotations'] ?? []) as FakeAnnotation[];
  if (output !== undefined) refuseOverLimits(output, annotations);
  const conclusion = (body['conclusion'] ?? null) as string | null;
  const status = conclusion === null ? (body['status'] as string | undefined) : 'completed';
  if (status === 'completed' && conclusion === null)
    throw new HttpProblem(422, 'Invalid request.\n\n"conclusion" is required when completed.');
  check.name = (body['name'] as string | undefined) ?? check.name;
  check.externalId = (body['external_id'] as string | undefined) ?? check.externalId;
  check.detailsUrl = (body['details_url'] as string | undefined) ?? check.detailsUrl;
  check.actions = (body['actions'] as unknown[] | undefined) ?? check.actions;
  if (status !== undefined) {
    check.status = status;
    check.conclusion = conclusion;
  }
  if (output !== undefined) {
    // A new output replaces the old one whole; only annotations are added.
    check.output = {
      title: output['title'] as string,
      summary: output['summary'] as string,
      text: cutToBytes((output['text'] as string | undefined) ?? null),
    };
    check.annotations.push(...annotations);
  }
  const detail = check.conclusion ?? check.output.title;
  check.history.push(detail === null ? check.status : `${check.status}: ${detail}`);
}

function refuseOverLimits(
  output: Readonly<Record<string, unknown>>,
  annotations: readonly FakeAnnotation[],
): void {
  if (Buffer.byteLength(String(output['summary'])) > MAX_OUTPUT_BYTES)
    throw new HttpProblem(422, `summary exceeds a maximum bytesize of ${MAX_OUTPUT_BYTES}`);
  for (const a of annotations) {
    if ((a.title ?? '').length > MAX_ANNOTATION_TITLE)
      throw new HttpProblem(422, 'annotation title is too long (maximum is 255 characters)');
    if (Buffer.byteLength(a.message) > MAX_ANNOTATION_BYTES)
      throw new HttpProblem(422, 'annotation message is too long');
    if (a.message === '') throw new HttpProblem(422, 'annotation message is blank');
    if (Buffer.byteLength(a.raw_details ?? '') > MAX_ANNOTATION_BYTES)
      throw new HttpProblem(422, 'annotation raw_details is too long');
    if (a.start_line < 1 || a.end_line < a.start_line)
      throw new HttpProblem(422, 'end_line must be greater than or equal to start_line');
    if (a.start_column !== undefined && a.start_line !== a.end_line)
      throw new HttpProblem(422, 'start_column is only allowed on a single line');
  }
}

/** Text over the limit is cut without a word, at a whole character. */
function cutToBytes(text: string | null): string | null {
  if (text === null || Buffer.byteLength(text) <= MAX_OUTPUT_BYTES) return text;
  const cut = Buffer.from(text).subarray(0, MAX_OUTPUT_BYTES).toString('utf8');
  return cut.replace(/\uFFFD+$/u, '');
}
