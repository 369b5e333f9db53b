import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.ts';
import { type Service, startService } from '../../../src/main/service.ts';
import { INTAKE_PATH } from '../../../src/webhooks/intake.ts';
import {
  type FakeCheck,
  type FakeGitHub,
  startFakeGitHub,
} from '../../support/fake-github/index.ts';
import { environmentFor, makeFolder, type ProcessFolder } from './run-main.ts';

const CHECK = 'Ops / production readiness';
/** Generous: a busy machine starts the analysis processes slowly. Nothing waits longer than it must. */
const PATIENCE = { timeout: 90_000, interval: 50 };
const BLOCKER = { 'migrations/2.sql': 'DROP TABLE users;\n' };
const HARMLESS = { 'README.md': 'hello again\n' };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let github: FakeGitHub;
let folder: ProcessFolder;
let service: Service | null;

beforeEach(async () => {
  github = await startFakeGitHub({ permissions: { alice: 'write', mallory: 'read' } });
  folder = makeFolder();
  service = null;
});
afterEach(async () => {
  github.deliverTo(null);
  await service?.stop();
  await github.close();
  folder.remove();
});

async function start(more: Record<string, string> = {}): Promise<void> {
  const env: Record<string, string> = {
    ...environmentFor(github, folder.dataDir),
    PORT: '0',
    HOST: '127.0.0.1',
    OPS_DRAIN_S: '10',
    ...more,
  };
  const silent = (): void => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  service = await startService({ environment: readEnvironment(env), env, log });
  github.deliverTo(`${service.url}${INTAKE_PATH}`);
}

/** Conclusions of our checks on a commit, newest last; what is not completed shows its status. */
function states(headSha: string): string[] {
  return github.checksOf(headSha).map((check) => stateOf(check));
}

function stateOf(check: FakeCheck): string {
  return check.status === 'completed' ? (check.conclusion ?? '?') : check.status;
}

async function ends(headSha: string, conclusion: string): Promise<void> {
  await expect.poll(() => states(headSha), PATIENCE).toEqual([conclusion]);
}

/** Requests so far, without the minting of tokens, which are kept for an hour. */
function countedRoutes(): string[] {
  return github.calls
    .map(({ route }) => route ?? '')
    .filter((route) => !route.endsWith('access_tokens'));
}

/** How many requests were counted when no more came for a while. */
async function quiet(): Promise<number> {
  let last = -1;
  await expect
    .poll(() => last === (last = countedRoutes().length), { ...PATIENCE, interval: 700 })
    .toBe(true);
  return last;
}

describe('a pull request, end to end', () => {
  it('gets its check queued, in progress and completed, and one comment', async () => {
    await start();
    const pull = github.openPull({ files: BLOCKER });
    await ends(pull.headSha, 'failure');

    const [check] = github.checksOf(pull.headSha);
    expect(check!.name).toBe(CHECK);
    expect(check!.externalId).toMatch(new RegExp(`^pr=1;sha=${pull.headSha};review=`, 'u'));
    const statuses = check!.history.map((state) => state.split(':', 1)[0]);
    expect([...new Set(statuses)]).toEqual(['queued', 'in_progress', 'completed']);
    await expect.poll(() => github.commentsOf(1).length, PATIENCE).toBe(1);
    expect(github.commentsOf(1)[0]!.body).toContain('DROP TABLE');
  });

  it('the fix turns the check green and edits the same comment', async () => {
    await start();
    const pull = github.openPull({ files: BLOCKER });
    await ends(pull.headSha, 'failure');
    await expect.poll(() => github.commentsOf(1).length, PATIENCE).toBe(1);
    const [comment] = github.commentsOf(1);
    const before = comment!.body;
    const fixed = github.push(1, { 'migrations/2.sql': null, ...HARMLESS });
    await ends(fixed, 'success');

    await expect.poll(() => github.commentsOf(1)[0]!.body, PATIENCE).not.toBe(before);
    expect(github.commentsOf(1).map(({ id }) => id)).toEqual([comment!.id]);
  });

  it('ten pushes in a burst end in one finished review, of the newest head', async () => {
    await start();
    const pull = github.openPull({ files: HARMLESS });
    const heads = [pull.headSha];
    for (let i = 0; i < 10; i += 1) heads.push(github.push(1, { 'README.md': `push ${i}\n` }));
    await ends(heads.at(-1)!, 'success');
    await github.settled();

    const older = () => heads.slice(0, -1).flatMap((head) => states(head));
    await expect.poll(() => older().every((state) => state === 'cancelled'), PATIENCE).toBe(true);
    await expect.poll(() => github.commentsOf(1).length, PATIENCE).toBe(1);
  });

  it('stays within its budget of requests: 12 for the first review of 20 files, 10 for a later one', async () => {
    await start();
    await expect.poll(() => countedRoutes().length, PATIENCE).toBeGreaterThan(0);
    const files = (text: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`docs/${i}.md`, `${text} ${i}\n`]));
    let before = await quiet();
    const pull = github.openPull({ files: files('one') });
    await ends(pull.headSha, 'success');
    await expect.poll(() => github.commentsOf(1).length, PATIENCE).toBe(1);
    expect((await quiet()) - before).toBeLessThanOrEqual(12);

    before = await quiet();
    const pushed = github.push(1, files('two'));
    await ends(pushed, 'success');
    expect((await quiet()) - before).toBeLessThanOrEqual(10);
  });

  it('a model that cannot be reached leaves the gate closed and says so', async () => {
    await start({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' });
    const pull = github.openPull({ files: { 'src/app.ts': 'export const timeout = 1;\n' } });
    await ends(pull.headSha, 'action_required');

    await expect.poll(() => github.commentsOf(1).length, PATIENCE).toBe(1);
    expect(github.checksOf(pull.headSha)[0]!.history.join(' ')).not.toContain('success');
  });

  it('closing cancels what is unfinished, and writes no verdict', async () => {
    await start({ OPS_DEBOUNCE_S: '5' });
    const pull = github.openPull({ files: HARMLESS });
    await ends(pull.headSha, 'success');
    const pushed = github.push(1, { 'README.md': 'more\n' });
    await expect.poll(() => states(pushed), PATIENCE).toEqual(['queued']);
    github.closePull(1);

    await ends(pushed, 'cancelled');
  });

  it('a pull request that was opened while nobody listened is found', async () => {
    const pull = github.openPull({ files: HARMLESS });
    await start();

    await expect.poll(() => states(pull.headSha), PATIENCE).toEqual(['success']);
  });
});

describe('commands, end to end', () => {
  it('an outsider asks for a recheck: one permission call, one reaction, no review', async () => {
    await start();
    const pull = github.openPull({ files: HARMLESS });
    await ends(pull.headSha, 'success');
    await expect.poll(() => github.commentsOf(1).length, PATIENCE).toBe(1);
    const before = github.calls.length;
    const comment = github.comment(1, 'mallory', '/ops recheck');
    await expect
      .poll(() => github.reactionsOf(comment.id).map(({ content }) => content), PATIENCE)
      .toEqual(['confused']);

    expect(github.calls.slice(before).map(({ route }) => route)).toEqual([
      'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
    ]);
    expect(states(pull.headSha)).toEqual(['success']);
  });

  it('a writer gets a second review, and the comment is answered', async () => {
    await start();
    const pull = github.openPull({ files: HARMLESS });
    await ends(pull.headSha, 'success');
    const comment = github.comment(1, 'alice', '/ops recheck');

    await expect
      .poll(() => github.reactionsOf(comment.id).map(({ content }) => content), PATIENCE)
      .toEqual(['eyes', 'rocket']);
    expect(states(pull.headSha)).toEqual(['success', 'success']);
    expect(github.commentsOf(1).filter(({ byApp }) => byApp)).toHaveLength(1);
  });

  it('"Re-run" on the check of a fork finds its pull request', async () => {
    await start();
    const pull = github.openPull({ files: HARMLESS, fork: 'stranger' });
    await ends(pull.headSha, 'success');
    github.rerequest(github.checksOf(pull.headSha)[0]!.id);

    await expect.poll(() => states(pull.headSha), PATIENCE).toEqual(['success', 'success']);
  });
});

describe('a shutdown, end to end', () => {
  it('hands the review over: the next process finishes it on the same check', async () => {
    await start({ OPS_DEBOUNCE_S: '2' });
    const pull = github.openPull({ files: HARMLESS });
    await ends(pull.headSha, 'success');
    const pushed = github.push(1, { 'README.md': 'more\n' });
    await expect.poll(() => states(pushed), PATIENCE).toEqual(['queued']);
    await service!.stop();
    service = null;
    expect(states(pushed)).toEqual(['queued']);
    await start();

    await ends(pushed, 'success');
  });
});
