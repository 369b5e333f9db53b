import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { OpsError } from '../../domain/ops-error.ts';
import { type Git, gitMissing } from './git.ts';

/** One answer of `git cat-file --batch-command`. */
export type ObjectAnswer =
  | { readonly kind: 'missing' }
  | { readonly kind: 'info'; readonly objectId: string; readonly sizeBytes: number }
  | { readonly kind: 'contents'; readonly bytes: Buffer };

interface Waiting {
  readonly wants: 'info' | 'contents';
  readonly resolve: (answer: ObjectAnswer) => void;
  readonly reject: (error: OpsError) => void;
}

const LF = 0x0a;

/**
 * Reads objects through one long-lived `git cat-file --batch-command`
 * (https://git-scm.com/docs/git-cat-file). Contents are asked for by object id only, so no path of a repository ever
 * stands in the protocol. Answers come in the order of the requests.
 */
export class ObjectReader {
  readonly #git: Git;
  readonly #waiting: Waiting[] = [];
  #child: ChildProcessWithoutNullStreams | null = null;
  #buffer: Buffer[] = [];
  #bufferedBytes = 0;
  /** Size of the contents whose header has been read; null between answers. */
  #expectedBytes: number | null = null;

  constructor(git: Git) {
    this.#git = git;
  }

  async info(objectId: string): Promise<ObjectAnswer> {
    return await this.#ask('info', objectId);
  }

  /**
   * Object id of a revision expression, or null when it names nothing. One process answers all names, where
   * `rev-parse` would take one each. A name with a line end can name nothing.
   */
  async resolve(expression: string): Promise<string | null> {
    if (/[\r\n\0]/u.test(expression)) return null;
    const answer = await this.#ask('info', expression);
    return answer.kind === 'info' ? answer.objectId : null;
  }

  async contents(objectId: string): Promise<ObjectAnswer> {
    return await this.#ask('contents', objectId);
  }

  close(): void {
    this.#child?.stdin.end();
    this.#child = null;
  }

  async #ask(wants: Waiting['wants'], objectId: string): Promise<ObjectAnswer> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ wants, resolve, reject });
      this.#start().stdin.write(`${wants} ${objectId}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child !== null) return this.#child;
    const { args, env } = this.#git.command(['cat-file', '--batch-command']);
    const child = spawn('git', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr.resume();
    // A closed pipe shows in the exit event, which rejects what waits.
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#fail(gitMissing(error)));
    child.on('close', () =>
      this.#fail(new OpsError('repository.unreadable', 'git cat-file ended unexpectedly.')),
    );
    this.#child = child;
    return child;
  }

  #fail(error: OpsError): void {
    this.#child = null;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #take(chunk: Buffer): void {
    this.#buffer.push(chunk);
    this.#bufferedBytes += chunk.length;
    while (this.#settleNext());
  }

  /** Settles at most one request; false when more bytes have to come first. */
  #settleNext(): boolean {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    if (this.#expectedBytes !== null) return this.#settleContents(first, this.#expectedBytes);
    const header = this.#takeLine();
    if (header === null) return false;
    const [, objectId, size] = /^([0-9a-f]{40,64}) \w+ (\d+)$/u.exec(header) ?? [];
    if (objectId === undefined) this.#settle(first, { kind: 'missing' });
    else if (first.wants === 'info')
      this.#settle(first, { kind: 'info', objectId, sizeBytes: Number(size) });
    else this.#expectedBytes = Number(size);
    return true;
  }

  #settleContents(first: Waiting, size: number): boolean {
    // Git ends the contents with one LF of its own.
    if (this.#bufferedBytes < size + 1) return false;
    const all = this.#joined();
    this.#expectedBytes = null;
    this.#keep(all.subarray(size + 1));
    this.#settle(first, { kind: 'contents', bytes: Buffer.from(all.subarray(0, size)) });
    return true;
  }

  #takeLine(): string | null {
    const all = this.#joined();
    const end = all.indexOf(LF);
    if (end === -1) return null;
    this.#keep(all.subarray(end + 1));
    return all.subarray(0, end).toString('utf8');
  }

  #joined(): Buffer {
    if (this.#buffer.length !== 1) this.#buffer = [Buffer.concat(this.#buffer)];
    return this.#buffer[0]!;
  }

  #keep(rest: Buffer): void {
    this.#buffer = [rest];
    this.#bufferedBytes = rest.length;
  }

  #settle(waiting: Waiting, answer: ObjectAnswer): void {
    this.#waiting.shift();
    waiting.resolve(answer);
  }
}
