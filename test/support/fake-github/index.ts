import { randomBytes } from 'node:crypto';
import { type Fault, type FaultMatcher, Faults } from './faults.ts';
import { FakeHooks } from './fake-hooks.ts';
import type { FileInputs, GitStore } from './git-store.ts';
import { type FakeGitHubOptions, makeApp, makeState } from './make-state.ts';
import { addComment } from './routes-comments.ts';
import { type FakeCall, listen } from './server.ts';
import { checkShape, pullShape } from './shapes.ts';
import type {
  FakeApp,
  FakeCheck,
  FakeComment,
  FakePull,
  FakeReaction,
  FakeState,
} from './state.ts';
import { type FakeDelivery, Webhooks } from './webhooks.ts';

export type { Fault, FaultMatcher } from './faults.ts';
export type { FileInputs } from './git-store.ts';
export type { FakeGitHubOptions } from './make-state.ts';
export type { FakeCall } from './server.ts';
export type { FakeApp, FakeCheck, FakeComment, FakePull } from './state.ts';
export type { FakeDelivery } from './webhooks.ts';

export interface OpenPullOptions {
  /** Laid over the base branch; null deletes a file. */
  readonly files: FileInputs;
  readonly title?: string;
  readonly body?: string;
  readonly author?: string;
  /** Default `MEMBER`. */
  readonly authorAssociation?: string;
  readonly draft?: boolean;
  readonly base?: string;
  readonly branch?: string;
  /** Owner of a fork that the head branch lies in. */
  readonly fork?: string;
}

/**
 * A stateful stand-in for GitHub: a real HTTP server on the loopback with one repository, one GitHub App
 * installed on it, and people who push and comment. It holds GitHub's documented limits, checks every
 * request against GitHub's published API description, numbers git objects as git does, and sends signed
 * webhooks for what happens in it.
 *
 *     const github = await startFakeGitHub({ files: { 'app.ts': 'old\n' } });
 *     const pull = github.openPull({ files: { 'app.ts': 'new\n' } });
 *     … point a client at github.url with github.app's credentials …
 *     github.push(pull.number, { 'app.ts': 'newer\n' });      // synchronize
 *     github.commentsOf(pull.number); github.checksOf(pull.headSha); github.calls;
 *     await github.close();
 *
 * `pull` objects are live: `pull.headSha` moves with a push. Methods that change state are synchronous;
 * `await github.settled()` waits for the webhooks that they set off.
 */
export class FakeGitHub {
  readonly url: string;
  readonly app: FakeApp;
  /** A person's token with write access, for clients without an app. */
  readonly userToken: string;
  /** Every request, oldest first. */
  readonly calls: FakeCall[];
  readonly git: GitStore;
  /** Set `archived` to refuse writes. */
  readonly repo: FakeState['repo'];
  readonly #state: FakeState;
  readonly #webhooks: Webhooks;
  readonly #faults: Faults;
  readonly #hooks: FakeHooks;
  readonly #disabled: Set<string>;
  readonly #close: () => Promise<void>;

  constructor(parts: FakeParts) {
    this.url = parts.url;
    this.app = parts.app;
    this.userToken = parts.userToken;
    this.calls = parts.calls;
    this.git = parts.state.git;
    this.repo = parts.state.repo;
    this.#state = parts.state;
    this.#webhooks = parts.webhooks;
    this.#faults = parts.faults;
    this.#hooks = parts.hooks;
    this.#disabled = parts.disabled;
    this.#close = parts.close;
  }

  /** Opens a pull request and sends `pull_request.opened`. */
  openPull(options: OpenPullOptions): FakePull {
    const state = this.#state;
    const number = state.pulls.size + 1;
    const baseRef = options.base ?? state.repo.defaultBranch;
    const headRef = options.branch ?? `change-${number}`;
    const base = this.branchSha(baseRef);
    const pull: FakePull = {
      number,
      id: state.nextId(),
      title: options.title ?? `Change ${number}`,
      body: options.body ?? '',
      state: 'open',
      draft: options.draft ?? false,
      merged: false,
      locked: false,
      author: options.author ?? 'alice',
      authorAssociation: options.authorAssociation ?? 'MEMBER',
      headRef,
      headSha: state.git.commitFiles(base, options.files, `change ${number}`),
      fork: options.fork ?? null,
      baseRef,
      baseSha: base,
      updatedAt: state.now(),
    };
    if (pull.fork === null) state.branches.set(headRef, pull.headSha);
    state.pulls.set(number, pull);
    this.#emitPull('opened', pull);
    return pull;
  }

  /** Commits to a pull request's branch; `force` replaces the commits it has. Answers the new head. */
  push(number: number, files: FileInputs, { force = false } = {}): string {
    const pull = this.pull(number);
    const before = pull.headSha;
    const parent = force ? this.branchSha(pull.baseRef) : before;
    return this.#moveHead(pull, before, this.git.commitFiles(parent, files, `push to ${number}`));
  }

  /** "Update branch": merges the base branch into the head, which must not touch the same files. */
  updateBranch(number: number): string {
    const pull = this.pull(number);
    const base = this.branchSha(pull.baseRef);
    const own = Object.fromEntries(
      this.git
        .diff(this.git.mergeBase(base, pull.headSha)!, pull.headSha)
        .map(({ path, oid }) => [path, this.git.blob(oid)!]),
    );
    const merged = this.git.commit(this.git.commitFiles(base, own, 'merge'))!.tree;
    const parents = [pull.headSha, base];
    return this.#moveHead(pull, pull.headSha, this.git.writeCommit(merged, parents, 'merge'));
  }

  /** Commits to a branch, creating it from the default branch when it is new. */
  pushTo(branch: string, files: FileInputs): string {
    const parent = this.#state.branches.get(branch) ?? this.branchSha(this.repo.defaultBranch);
    const oid = this.git.commitFiles(parent, files, `push to ${branch}`);
    this.#state.branches.set(branch, oid);
    return oid;
  }

  /** A person's comment on a pull request, with its webhook. */
  comment(number: number, login: string, body: string): FakeComment {
    const context = { state: this.#state, app: this.app, hooks: this.#hooks };
    return addComment(context, this.pull(number), login, body);
  }

  deleteComment(id: number): void {
    this.#state.comments.delete(id);
  }

  closePull(number: number): void {
    this.pull(number).state = 'closed';
    this.#emitPull('closed', this.pull(number));
  }

  reopen(number: number): void {
    this.pull(number).state = 'open';
    this.#emitPull('reopened', this.pull(number));
  }

  setDraft(number: number, draft: boolean): void {
    this.pull(number).draft = draft;
    this.#emitPull(draft ? 'converted_to_draft' : 'ready_for_review', this.pull(number));
  }

  /** Points a pull request at another base branch: `edited` with `changes.base`. */
  retarget(number: number, baseRef: string): void {
    const pull = this.pull(number);
    const from = pull.baseRef;
    pull.baseRef = baseRef;
    pull.baseSha = this.branchSha(baseRef);
    const changes = { base: { ref: { from }, sha: { from: this.branchSha(from) } } };
    this.#emitPull('edited', pull, { changes });
  }

  /** Somebody presses "Re-run" on a check. */
  rerequest(checkId: number, login = 'alice'): void {
    const check = this.#state.checks.get(checkId)!;
    const payload = { check_run: checkShape(this.#state, check, this.app) };
    this.#webhooks.emit('check_run', 'rerequested', payload, login);
  }

  /** A check of the same name by another app. */
  foreignCheck(headSha: string, name: string, conclusion: string): FakeCheck {
    const check: FakeCheck = {
      id: this.#state.nextId(),
      name,
      headSha,
      appId: this.app.id + 1,
      status: 'completed',
      conclusion,
      externalId: null,
      detailsUrl: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
      actions: [],
      history: [],
    };
    this.#state.checks.set(check.id, check);
    return check;
  }

  pull(number: number): FakePull {
    const pull = this.#state.pulls.get(number);
    if (pull === undefined) throw new Error(`no pull request ${number}`);
    return pull;
  }

  branchSha(branch: string): string {
    const sha = this.#state.branches.get(branch);
    if (sha === undefined) throw new Error(`no branch ${branch}`);
    return sha;
  }

  checksOf(headSha: string): FakeCheck[] {
    return [...this.#state.checks.values()].filter((check) => check.headSha === headSha);
  }

  commentsOf(number: number): FakeComment[] {
    return [...this.#state.comments.values()].filter((comment) => comment.pull === number);
  }

  reactionsOf(commentId: number): FakeReaction[] {
    return this.#state.reactions.filter((reaction) => reaction.comment === commentId);
  }

  /** Requests that may change something, tokens aside. */
  get writes(): FakeCall[] {
    return this.calls.filter(
      ({ method, route }) =>
        method !== 'GET' && route !== 'POST /graphql' && !(route ?? '').endsWith('/access_tokens'),
    );
  }

  /** Every event so far, delivered or not. */
  get deliveries(): readonly FakeDelivery[] {
    return this.#webhooks.deliveries;
  }

  /** Sends webhooks to this address from now on; null stops them. */
  deliverTo(url: string | null, secret: string = this.app.webhookSecret): void {
    this.#webhooks.deliverTo(url, secret);
  }

  /** While true, events are recorded as failed deliveries and never sent. */
  loseWebhooks(losing: boolean): void {
    this.#webhooks.lose(losing);
  }

  redeliver(delivery: FakeDelivery): void {
    this.#webhooks.send(delivery);
  }

  /** The next request that matches meets this fault. Faults queue up. */
  failNext(matcher: FaultMatcher, fault: Fault): void {
    this.#faults.arm(matcher, fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** What is made from now on stays out of this many list answers. */
  lagLists(answers: number): void {
    this.#hooks.lag(answers);
  }

  /** This route answers 404, as an API that lacks it does: `POST /graphql`. */
  disable(route: string): void {
    this.#disabled.add(route);
  }

  /** Every token that was minted so far is refused from now on. */
  revokeTokens(): void {
    for (const token of this.#state.tokens.values()) token.revoked = true;
  }

  async settled(): Promise<void> {
    await this.#webhooks.settled();
  }

  /** Waits for deliveries under way and closes the server. */
  async close(): Promise<void> {
    this.#webhooks.deliverTo(null, '');
    await this.#webhooks.settled();
    await this.#close();
  }

  #moveHead(pull: FakePull, before: string, after: string): string {
    pull.headSha = after;
    if (pull.fork === null) this.#state.branches.set(pull.headRef, after);
    this.#emitPull('synchronize', pull, { before, after });
    return after;
  }

  #emitPull(action: string, pull: FakePull, more: Readonly<Record<string, unknown>> = {}): void {
    pull.updatedAt = this.#state.now();
    const shape = pullShape(this.#state, pull);
    const payload = { number: pull.number, pull_request: shape, ...more };
    this.#webhooks.emit('pull_request', action, payload, pull.author);
  }
}

interface FakeParts {
  readonly url: string;
  readonly app: FakeApp;
  readonly userToken: string;
  readonly calls: FakeCall[];
  readonly state: FakeState;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  readonly hooks: FakeHooks;
  readonly disabled: Set<string>;
  readonly close: () => Promise<void>;
}

/** Starts the fake; see {@link FakeGitHub}. */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const app = makeApp(options);
  const state = makeState(options);
  const userToken = `ghp_${randomBytes(18).toString('base64url')}`;
  state.tokens.set(userToken, { kind: 'user', login: 'alice', permissions: {}, revoked: false });
  const webhooks = new Webhooks(state, app);
  if (options.webhookUrl !== undefined) webhooks.deliverTo(options.webhookUrl, app.webhookSecret);
  const faults = new Faults();
  const hooks = new FakeHooks(webhooks);
  const calls: FakeCall[] = [];
  const disabled = new Set<string>();
  const ending = new AbortController();
  const closing = ending.signal;
  const parts = { state, app, hooks, faults, calls, disabled };
  const { server, url } = await listen({ ...parts, closing });
  const close = async (): Promise<void> => {
    ending.abort();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return new FakeGitHub({ ...parts, url, userToken, webhooks, close });
}
