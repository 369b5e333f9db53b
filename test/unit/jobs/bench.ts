import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../../src/adapters/sqlite/open-store.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';
import type { PullRef, ReviewCause, ReviewJob } from '../../../src/jobs/job.ts';
import { Worker } from '../../../src/jobs/worker.ts';
import type {
  EndingCheck,
  JobResult,
  JobRun,
  PullHead,
  PullHost,
  OpenPull,
  WorkerDeps,
} from '../../../src/jobs/worker-deps.ts';

export const PULL: PullRef = {
  installationId: 1,
  repositoryId: 2,
  owner: 'acme',
  name: 'shop',
  pull: 7,
};
export const sha = (digit: string): string => digit.repeat(40);

/** A check run as the fake host keeps it. */
export interface FakeCheckRun {
  readonly id: number;
  readonly pull: number;
  readonly headSha: string;
  state: string;
  reason: string | null;
}

/** A review that is running; the test decides how it ends. */
export interface FakeRun {
  readonly job: ReviewJob;
  readonly run: JobRun;
  finish(result?: Partial<JobResult & object>): void;
  fail(error: unknown): void;
}

/** GitHub as the worker sees it, in memory. Every call is written down. */
export class FakeHost implements PullHost {
  readonly calls: string[] = [];
  readonly checks: FakeCheckRun[] = [];
  readonly reactions: string[] = [];
  head: PullHead | null = { headSha: sha('a'), open: true, changedAt: 10 };
  permission: 'admin' | 'write' | 'read' | 'none' = 'write';
  openPulls: OpenPull[] = [];
  /** The next calls of this name fail so. */
  readonly failures = new Map<string, unknown[]>();
  #id = 100;

  async announce(
    review: { readonly pull: PullRef; readonly headSha: string },
    { recover }: { readonly recover: boolean },
  ): Promise<number> {
    this.#note(recover ? 'announce again' : 'announce');
    this.#failNext('before announce');
    const { pull, headSha } = review;
    const known = this.checks.find(
      (check) => check.headSha === headSha && check.state === 'queued',
    );
    if (recover && known !== undefined) return known.id;
    this.#id += 1;
    this.checks.push({ id: this.#id, pull: pull.pull, headSha, state: 'queued', reason: null });
    this.#failNext('announce');
    return this.#id;
  }

  async endCheck(check: EndingCheck): Promise<void> {
    this.#note('endCheck');
    this.#failNext('endCheck');
    const run = this.checks.find(({ id }) => id === check.checkId)!;
    run.state = check.conclusion;
    run.reason = check.reason;
  }

  async readHead(): Promise<PullHead | null> {
    this.#note('readHead');
    this.#failNext('readHead');
    return this.head;
  }

  async readPermission(): Promise<'admin' | 'write' | 'read' | 'none'> {
    this.#note('readPermission');
    this.#failNext('readPermission');
    return this.permission;
  }

  async react(_repository: unknown, _commentId: number, reaction: string): Promise<void> {
    this.#note('react');
    this.#failNext('react');
    this.reactions.push(reaction);
  }

  async replyHelp(): Promise<void> {
    this.#note('replyHelp');
  }

  async *listOpenPulls(): AsyncIterable<OpenPull> {
    this.#note('listOpenPulls');
    yield* this.openPulls;
  }

  async hasFinishedCheck(_pull: PullRef, headSha: string): Promise<boolean> {
    this.#note('hasFinishedCheck');
    const unfinished = new Set(['queued', 'in_progress', 'cancelled']);
    return this.checks.some((check) => check.headSha === headSha && !unfinished.has(check.state));
  }

  #note(call: string): void {
    this.calls.push(call);
  }

  #failNext(call: string): void {
    const error = this.failures.get(call)?.shift();
    if (error !== undefined) throw error;
  }
}

/** A worker on a real store, with a clock, a host and reviews that the test moves by hand. */
export class Bench {
  readonly host = new FakeHost();
  readonly runs: FakeRun[] = [];
  readonly deps: WorkerDeps;
  readonly worker: Worker;
  readonly store: Store;
  readonly #folder: string;
  readonly #clock: { time: number };

  private constructor(store: Store, folder: string, clock: { time: number }) {
    this.store = store;
    this.#folder = folder;
    this.#clock = clock;
    const silent = (): void => undefined;
    this.deps = {
      queue: store.queue,
      ledger: store.ledger,
      host: this.host,
      runJob: async (job, run) => await this.#run(job, run),
      log: { debug: silent, info: silent, warn: silent, error: silent },
      now: () => clock.time,
      settings: { concurrency: 2, deadlineMs: 60_000, debounceMs: 0 },
    };
    this.worker = new Worker(this.deps);
  }

  static async open(): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), 'ops-worker-'));
    const clock = { time: 1_000_000 };
    const store = await openStore({ dataDir: folder, now: () => clock.time });
    return new Bench(store, folder, clock);
  }

  async close(): Promise<void> {
    for (const run of this.runs) run.fail(new OpsError('cancelled', 'the test is over'));
    await this.worker.idle();
    await this.store.close();
    rmSync(this.#folder, { recursive: true });
  }

  advance(ms: number): void {
    this.#clock.time += ms;
  }

  /** A wish, as the intake accepts it. */
  async want(
    headSha: string,
    changedAt: number,
    { cause = 'pushed', pull = 7, commentId = null }: Wish = {},
  ): Promise<void> {
    await this.store.ledger.accept({
      deliveryId: null,
      request: {
        kind: 'review',
        pull: { ...PULL, pull },
        headSha,
        beforeSha: null,
        changedAt,
        cause,
        commentId,
      },
    });
  }

  /** Lets the worker do everything that is due now, except reviews that wait for the test. */
  async turn(turns = 4): Promise<void> {
    for (let i = 0; i < turns; i += 1) {
      await this.worker.beat();
      await this.worker.tick();
      await this.#breathe();
    }
  }

  /** What GitHub shows, one word a check, oldest first. */
  get checkStates(): string[] {
    return this.host.checks.map(({ state }) => state);
  }

  async wanted() {
    return (await this.store.ledger.readPull(PULL))!.wanted!;
  }

  /** The short jobs run in promises of their own; a few rounds of the event loop see them through. */
  async #breathe(): Promise<void> {
    for (let i = 0; i < 40; i += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  async #run(job: ReviewJob, run: JobRun): Promise<JobResult> {
    const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
    const check = this.host.checks.find(({ id }) => id === job.checkId)!;
    check.state = 'in_progress';
    run.signal.addEventListener('abort', () => reject(new OpsError('cancelled', 'told to stop')));
    this.runs.push({
      job,
      run,
      finish: (result = {}) => {
        const published: JobResult = {
          kind: 'published',
          verdict: 'ready',
          commentId: 55,
          concerns: [],
          retryAfterMs: null,
        };
        const all = { ...published, ...result } as JobResult;
        if (all.kind === 'published') check.state = all.verdict;
        resolve(all);
      },
      fail: reject,
    });
    return await promise;
  }
}

interface Wish {
  readonly cause?: ReviewCause;
  readonly pull?: number;
  readonly commentId?: number | null;
}
