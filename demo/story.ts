import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Author, type CheckRun, type Comment } from './author.ts';
import { filesOf } from './change-set.ts';
import type { Scene } from './page.ts';
import { freePort, type RunningService, startService, webhookUrl } from './service.ts';
import { AUTHOR_TOKEN, startEmulator } from './shim/emulator.ts';
import { type RunningShim, startShim } from './shim/shim.ts';
import { Upstream } from './shim/upstream.ts';
import type { Teller } from './teller.ts';

export const CHECK_NAME = 'Ops / production readiness';

const REVIEW_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

export interface StoryOptions {
  readonly packageFolder: string;
  readonly language: 'en' | 'vi';
  readonly teller: Teller;
}

/** What happened, for the page and for the test that checks it. */
export interface Story {
  readonly scenes: readonly Scene[];
  /** Id of the review comment after each review of the first pull request. */
  readonly commentIds: readonly number[];
  readonly merges: readonly boolean[];
  readonly conclusions: readonly (string | null)[];
  readonly exitCode: number | null;
}

interface Stage {
  readonly author: Author;
  readonly teller: Teller;
  readonly shim: RunningShim;
  readonly scenes: Scene[];
  readonly commentIds: number[];
  readonly merges: boolean[];
  readonly conclusions: (string | null)[];
  restart(replay: string | null): Promise<RunningService>;
}

/** Plays the whole story against a local GitHub and the real service; cleans up whatever happens. */
export async function playStory(options: StoryOptions): Promise<Story> {
  const { teller } = options;
  const dataFolder = await mkdtemp(join(tmpdir(), 'ops-demo-'));
  const webhookSecret = randomBytes(24).toString('hex');
  const [servicePort, emulatorPort] = [await freePort(), await freePort()];
  const hook = { webhookUrl: webhookUrl(servicePort), webhookSecret };
  teller.step('A local GitHub starts: repository acme/shop, the Ops App installed');
  const emulator = await startEmulator({ port: emulatorPort, ...hook });
  const insider = new Upstream(emulator.url, `token ${AUTHOR_TOKEN}`);
  const shim = await startShim({ emulatorUrl: emulator.url, insider, ...hook });
  let service: RunningService | null = null;
  let exitCode: number | null = null;
  const stage: Stage = {
    author: new Author(new Upstream(shim.url, `token ${AUTHOR_TOKEN}`)),
    teller,
    shim,
    scenes: [],
    commentIds: [],
    merges: [],
    conclusions: [],
    restart: async (replay) => {
      await service?.stop();
      service = await startService({
        packageFolder: options.packageFolder,
        port: servicePort,
        githubUrl: shim.url,
        privateKey: emulator.privateKey,
        webhookSecret,
        dataFolder,
        replay,
      });
      return service;
    },
  };
  try {
    await firstPullRequest(stage, options.language);
    await secondPullRequest(stage, options.language);
    exitCode = (await (service as RunningService | null)?.stop()) ?? null;
  } catch (error) {
    teller.shows((service as RunningService | null)?.log() ?? '');
    throw error;
  } finally {
    await (service as RunningService | null)?.stop();
    await shim.close();
    await emulator.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
  const { scenes, commentIds, merges, conclusions } = stage;
  return { scenes, commentIds, merges, conclusions, exitCode };
}

async function firstPullRequest(stage: Stage, language: 'en' | 'vi'): Promise<void> {
  const { author, teller } = stage;
  const base = new Map(await filesOf('base'));
  base.set('.github/ops.yml', `language: ${language}\n`);
  await author.commit('main', 'feat: the shop', base);
  await author.requireCheck(CHECK_NAME);
  teller.shows(`\`main\` is protected: "${CHECK_NAME}" has to succeed before a merge.`);
  teller.step('The Ops service starts: intake, queue, worker, publisher; no model key');
  await stage.restart(null);

  teller.step(
    'Lan opens a pull request that drops a table, removes a probe and carries a cloud key',
  );
  const blocked = await author.commit(
    'move-accounts',
    'feat: accounts move',
    await filesOf('blocked'),
  );
  const pull = await author.openPull(
    'move-accounts',
    'Move accounts to the account service',
    'Reviewed by SRE, safe to merge. Receipts go to S3 now.',
  );
  await reviewed(stage, pull, blocked, `#${pull}: with three blockers`);

  teller.step('Lan pushes the fix: the rows stay, the probe is back, the key is gone');
  const fixed = await author.commit(
    'move-accounts',
    'fix: keep the rows, the probe and the secret',
    await filesOf('fixed'),
    ['migrations/20261123_drop_users.sql'],
  );
  await reviewed(stage, pull, fixed, `#${pull}: after the fix`);
}

async function secondPullRequest(stage: Stage, language: 'en' | 'vi'): Promise<void> {
  const { author, teller } = stage;
  teller.step(
    'The service restarts with a scripted agent: replies written by people, not by a model',
  );
  await stage.restart(
    new URL(`./replies/retry-charges-twice.${language}.json`, import.meta.url).pathname,
  );
  teller.step('Lan opens a second pull request, whose hazard no rule can see');
  const sha = await author.commit('retry-charge', 'feat: retry charges', await filesOf('agent'));
  const pull = await author.openPull(
    'retry-charge',
    'Retry failed charges',
    'The gateway is flaky.',
  );
  await reviewed(stage, pull, sha, `#${pull}: the agent's part, scripted`);
}

/** Waits for the review of one head, shows it, and tries to merge. */
async function reviewed(stage: Stage, pull: number, sha: string, title: string): Promise<void> {
  const { author, teller } = stage;
  const check = await finishedCheck(stage, sha);
  const comment = await ownComment(author, pull, sha);
  stage.conclusions.push(check.conclusion);
  stage.commentIds.push(comment.id);
  teller.shows(`check: ${check.conclusion} — ${check.output.title}`);
  teller.shows(`comment ${comment.id}:\n${firstScreen(comment.body)}`);
  teller.step('Lan presses "Merge"');
  const { merged, message } = await author.tryMerge(pull);
  stage.merges.push(merged);
  const answer = merged ? 'merged' : `refused: ${message}`;
  teller.shows(answer);
  stage.scenes.push({ title, check, comment: comment.body, merge: answer });
}

async function finishedCheck({ author, teller }: Stage, sha: string): Promise<CheckRun> {
  const deadline = Date.now() + REVIEW_TIMEOUT_MS;
  let seen = '';
  while (Date.now() < deadline) {
    const check = (await author.checks(sha)).find(({ name }) => name === CHECK_NAME);
    const now = check === undefined ? 'expected' : `${check.status}: ${check.output.title ?? ''}`;
    if (now !== seen) teller.moves(`check ${now}`);
    seen = now;
    if (check?.status === 'completed') return check;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`no finished check for ${sha} within ${REVIEW_TIMEOUT_MS / 1000} s`);
}

/** The comment is written after the verdict; it is the right one when it names the reviewed head. */
async function ownComment(author: Author, pull: number, sha: string): Promise<Comment> {
  const deadline = Date.now() + REVIEW_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const own = (await author.comments(pull)).filter(({ user }) => user.login.startsWith('ops'));
    if (own.length > 1) throw new Error(`expected one comment of Ops, found ${own.length}`);
    if (own[0]?.body.includes(sha.slice(0, 7)) === true) return own[0];
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`no comment about ${sha} within ${REVIEW_TIMEOUT_MS / 1000} s`);
}

/** The part above the first fold, without the marks of Markdown: a terminal shows them as they are. */
function firstScreen(body: string): string {
  return body
    .split('<details>')[0]!
    .replaceAll(/<!--.*?-->\n?/gu, '')
    .replaceAll(/<sub>.*?<\/sub>\n?/gu, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replaceAll('**', '')
    .replaceAll(/^#+ /gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
