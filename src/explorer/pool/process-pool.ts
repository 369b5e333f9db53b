import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { OpsError } from '../../domain/ops-error.ts';
import type {
  Analyzer,
  DecideResult,
  DecideTask,
  ExplorationContext,
  FileResult,
  FileTask,
} from '../task.ts';
import type { FromChild, ToChild } from './messages.ts';

export interface PoolOptions {
  readonly size: number;
  /** How long one file may take with all of its rules, milliseconds. */
  readonly taskDeadlineMs: number;
  /** A child above this resident size is killed, bytes. */
  readonly maxRssBytes: number;
  /** Program of the child; tests bring one that misbehaves. */
  readonly entry: URL;
  /** Where Node keeps compiled code between runs; null keeps none. */
  readonly compileCache: string | null;
}

export const DEFAULT_POOL: PoolOptions = {
  size: 2,
  taskDeadlineMs: 10_000,
  maxRssBytes: 400 * 1024 * 1024,
  // tsc does not rewrite the ending inside a URL, so that sources and the compiled program each name their own.
  entry: new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url),
  compileCache: null,
};

/** After this many killed children one file gets no further chance: its remaining rules are named as gaps. */
const MAX_KILLS_PER_FILE = 3;

/** About as many files as one child analyses while another one would still be starting. */
const TASKS_WORTH_A_CHILD = 24;

/** A program that cannot even start will not start the next time either. */
const MAX_FAILED_STARTS = 3;

const WATCH_INTERVAL_MS = 250;

type Work =
  | { readonly kind: 'file'; readonly task: FileTask }
  | { readonly kind: 'decide'; readonly task: DecideTask };

interface Job {
  readonly id: number;
  readonly work: Work;
  readonly context: ExplorationContext;
  readonly resolve: (result: FileResult | DecideResult) => void;
  readonly reject: (error: Error) => void;
}

interface Worker {
  readonly process: ChildProcess;
  /** Its start-up is over; only then does the time of a task begin. */
  ready: boolean;
  readonly known: Set<number>;
  job: Job | null;
  startedAt: number;
  killedBecause: string | null;
}

/** The child died or was killed while it worked on a task. */
class TaskLost extends Error {
  override readonly name = 'TaskLost';
}

/**
 * Runs rules in child processes with an empty environment. Worker threads would give neither a memory cap
 * nor a way to stop native code; a process can be killed.
 */
export class ProcessPool implements Analyzer {
  readonly #options: PoolOptions;
  readonly #workers: Worker[] = [];
  readonly #waiting: Job[] = [];
  readonly #contextKeys = new WeakMap<ExplorationContext, number>();
  #nextId = 1;
  #watch: NodeJS.Timeout | null = null;
  #closed = false;
  #failedStarts = 0;

  constructor(options: PoolOptions = DEFAULT_POOL) {
    this.#options = options;
  }

  /** Starts a child before the first task, so that its start-up overlaps with reading the change. */
  warm(): void {
    if (this.#workers.length === 0) this.#workers.push(this.#start());
  }

  async analyzeFile(task: FileTask, context: ExplorationContext): Promise<FileResult> {
    try {
      return (await this.#run({ kind: 'file', task }, context)) as FileResult;
    } catch (error) {
      if (!(error instanceof TaskLost)) throw error;
      return await this.#oneRuleAtATime(task, context, error);
    }
  }

  async decide(task: DecideTask, context: ExplorationContext): Promise<DecideResult> {
    try {
      return await this.#run({ kind: 'decide', task }, context);
    } catch (error) {
      if (!(error instanceof TaskLost)) throw error;
      throw new OpsError('worker.failed', `rule ${task.ruleId}: ${error.message}`, {
        cause: error,
      });
    }
  }

  release(context: ExplorationContext): void {
    const key = this.#contextKeys.get(context);
    if (key === undefined) return;
    for (const worker of this.#workers)
      if (worker.known.delete(key)) post(worker, { kind: 'release', key });
  }

  /** Ends the children at once. Tasks under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#watch !== null) clearInterval(this.#watch);
    const ended = this.#workers.map(async (worker) => await exitOf(worker.process));
    for (const worker of this.#workers) worker.process.kill('SIGKILL');
    await Promise.all(ended);
  }

  /** Finds the guilty rule, so that the review loses that one on this file and keeps the others. */
  async #oneRuleAtATime(
    task: FileTask,
    context: ExplorationContext,
    lost: TaskLost,
  ): Promise<FileResult> {
    const results: FileResult[] = [];
    let kills = 1;
    let last = lost;
    for (const ruleId of task.ruleIds) {
      if (kills >= MAX_KILLS_PER_FILE || task.ruleIds.length === 1) {
        results.push(failed(ruleId, task, last.message));
        continue;
      }
      try {
        const single = { file: task.file, ruleIds: [ruleId] };
        results.push((await this.#run({ kind: 'file', task: single }, context)) as FileResult);
      } catch (error) {
        if (!(error instanceof TaskLost)) throw error;
        kills += 1;
        last = error;
        results.push(failed(ruleId, task, error.message));
      }
    }
    return merged(results);
  }

  async #run(work: Work, context: ExplorationContext): Promise<FileResult | DecideResult> {
    return await new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      this.#waiting.push({ id: this.#nextId, work, context, resolve, reject });
      this.#nextId += 1;
      this.#grow();
      this.#dispatch();
    });
  }

  /** Another child pays off only when there is more to do than loading the same rules once more. */
  #grow(): void {
    const wanted = Math.ceil(this.#waiting.length / TASKS_WORTH_A_CHILD);
    while (this.#workers.length < Math.min(wanted, this.#options.size))
      this.#workers.push(this.#start());
  }

  #dispatch(): void {
    for (const worker of this.#workers) {
      if (!worker.ready || worker.job !== null) continue;
      const job = this.#waiting.shift();
      if (job === undefined) break;
      worker.job = job;
      worker.startedAt = performance.now();
      const key = this.#keyOf(job.context);
      if (!worker.known.has(key)) {
        worker.known.add(key);
        post(worker, { kind: 'context', key, context: job.context });
      }
      post(worker, { ...job.work, id: job.id, key });
    }
    this.#updateWatch();
  }

  #keyOf(context: ExplorationContext): number {
    let key = this.#contextKeys.get(context);
    if (key === undefined) {
      key = this.#nextId;
      this.#nextId += 1;
      this.#contextKeys.set(context, key);
    }
    return key;
  }

  #start(): Worker {
    const { compileCache, entry } = this.#options;
    const child = fork(entry, {
      env: compileCache === null ? {} : { NODE_COMPILE_CACHE: compileCache },
      execArgv: ['--max-old-space-size=256'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // Idle children must not keep the command line alive; a task under way is held by its promise and the watch.
    child.unref();
    child.channel?.unref();
    const worker: Worker = {
      process: child,
      ready: false,
      known: new Set(),
      job: null,
      startedAt: 0,
      killedBecause: null,
    };
    child.on('message', (message: FromChild) => this.#settle(worker, message));
    child.on('exit', (code, signal) => this.#replace(worker, `exit ${code ?? signal}`));
    child.on('error', (error) => this.#replace(worker, error.message));
    return worker;
  }

  #settle(worker: Worker, message: FromChild): void {
    if (message.kind === 'ready') {
      worker.ready = true;
      this.#failedStarts = 0;
      this.#dispatch();
      return;
    }
    const { job } = worker;
    if (job === null || job.id !== message.id) return;
    worker.job = null;
    if (message.kind === 'result') job.resolve(message.result);
    else job.reject(new OpsError('worker.failed', message.message));
    this.#dispatch();
  }

  #replace(worker: Worker, how: string): void {
    const index = this.#workers.indexOf(worker);
    if (index === -1) return;
    this.#workers.splice(index, 1);
    const reason = worker.killedBecause ?? `the analysis process ended (${how})`;
    const { job } = worker;
    worker.job = null;
    if (this.#closed) {
      const lost = job === null ? this.#waiting.splice(0) : [job, ...this.#waiting.splice(0)];
      for (const each of lost) each.reject(closedError());
      return;
    }
    job?.reject(new TaskLost(reason));
    if (!worker.ready && (this.#failedStarts += 1) >= MAX_FAILED_STARTS) {
      const error = new OpsError('worker.failed', `The analysis process does not start: ${how}.`);
      for (const each of this.#waiting.splice(0)) each.reject(error);
      this.#failedStarts = 0;
    }
    this.#grow();
    this.#dispatch();
  }

  /**
   * Watches deadlines and memory while something runs or waits. The timer also keeps this process alive then;
   * an idle pool keeps none.
   */
  #updateWatch(): void {
    const busy = this.#waiting.length > 0 || this.#workers.some((worker) => worker.job !== null);
    if (busy && this.#watch === null) {
      this.#watch = setInterval(() => this.#killOverdue(), WATCH_INTERVAL_MS);
    } else if (!busy && this.#watch !== null) {
      clearInterval(this.#watch);
      this.#watch = null;
    }
  }

  #killOverdue(): void {
    for (const worker of this.#workers) {
      if (worker.job === null || worker.killedBecause !== null) continue;
      const elapsedMs = performance.now() - worker.startedAt;
      if (elapsedMs > this.#options.taskDeadlineMs)
        kill(worker, `took longer than ${this.#options.taskDeadlineMs / 1000} s`);
      else if (rssOf(worker.process) > this.#options.maxRssBytes)
        kill(worker, `took more than ${Math.round(this.#options.maxRssBytes / 1_048_576)} MB`);
    }
  }
}

function closedError(): OpsError {
  return new OpsError('cancelled', 'The analysis was closed.');
}

function post(worker: Worker, message: ToChild): void {
  // A failed send means that the child is gone: its exit event settles the job.
  worker.process.send(message, () => {});
}

function kill(worker: Worker, reason: string): void {
  worker.killedBecause = reason;
  worker.process.kill('SIGKILL');
}

/** Resident size in bytes; 0 where the system has no /proc, and the heap limit alone holds. */
function rssOf(child: ChildProcess): number {
  try {
    const pages = readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.ref();
    child.once('exit', () => resolve());
  });
}

function failed(rule: string, task: FileTask, reason: string): FileResult {
  return {
    drafts: [],
    facts: [],
    optOuts: [],
    failures: [{ rule, path: task.file.path, reason }],
  };
}

function merged(results: readonly FileResult[]): FileResult {
  return {
    drafts: results.flatMap((r) => r.drafts),
    facts: results.flatMap((r) => r.facts),
    optOuts: results.flatMap((r) => r.optOuts),
    failures: results.flatMap((r) => r.failures),
  };
}
