import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  GitHubChangeSource,
  type GitHubChangeSourceOptions,
} from '../../../src/adapters/github/change-source.ts';
import { changesBetween, changesListed } from '../../../src/adapters/github/change-list.ts';
import { TreeCache } from '../../../src/adapters/github/tree-cache.ts';
import { CONFIG_PATH, DEFAULT_CONFIG, WAIVERS_PATH } from '../../../src/domain/configuration.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { readText } from '../../../src/snapshot/source-tree.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import { type FakeGitHub, startFakeGitHub } from '../../support/fake-github/index.ts';
import { REPOSITORY, clientOf } from './clients.ts';

let github: FakeGitHub;

beforeEach(async () => {
  github = await startFakeGitHub({
    files: {
      'src/app.ts': 'one\ntwo\nthree\n',
      'src/moved.ts': 'export const a = 1;\nexport const b = 2;\nexport const c = 3;\n',
      'src/gone.ts': 'gone\n',
      'lib/current': { symlink: 'v1' },
      '.github/ops.yml': 'tier: enterprise\n',
    },
  });
});

afterEach(async () => {
  await github.close();
});

function sourceOf(pull: number, more: Partial<GitHubChangeSourceOptions> = {}): GitHubChangeSource {
  return new GitHubChangeSource({
    client: clientOf(github),
    repository: REPOSITORY,
    pull,
    ...more,
  });
}

async function snapshotOf(source: GitHubChangeSource): Promise<Snapshot> {
  return await takeSnapshot({
    source,
    loadConfig: async () => ({ kind: 'absent', config: DEFAULT_CONFIG, waivers: [] }),
  });
}

describe('a pull request on GitHub', () => {
  it('is read whole: every status, both texts, modes, and what cannot be read', async () => {
    const pull = github.openPull({
      files: {
        'src/app.ts': 'one\nTWO\nthree\n',
        'src/moved.ts': null,
        'src/here.ts': 'export const a = 1;\nexport const b = 2;\nexport const c = 4;\n',
        'src/gone.ts': null,
        'src/new.sh': { executable: 'echo hi\n' },
        'lib/current': { symlink: 'v2' },
        'vendor/kit': { submodule: '7'.repeat(40) },
        'img/logo.png': Uint8Array.of(0x89, 0x50, 0, 1),
        'db/huge.sql': 'x'.repeat(1_000_001),
      },
    });

    const snapshot = await snapshotOf(sourceOf(pull.number));

    expect(snapshot.incomplete).toBeNull();
    expect(snapshot.subject).toEqual({
      repo: 'acme/shop',
      pull: 1,
      base_sha: github.branchSha('main'),
      merge_base_sha: github.branchSha('main'),
      head_sha: pull.headSha,
    });
    expect(
      snapshot.files.map((f) => [f.path, f.status, f.previousPath, f.baseMode, f.headMode]),
    ).toEqual([
      ['db/huge.sql', 'added', null, null, '100644'],
      ['img/logo.png', 'added', null, null, '100644'],
      ['lib/current', 'modified', null, '120000', '120000'],
      ['src/app.ts', 'modified', null, '100644', '100644'],
      ['src/gone.ts', 'deleted', null, '100644', null],
      ['src/here.ts', 'renamed', 'src/moved.ts', '100644', '100644'],
      ['src/new.sh', 'added', null, null, '100755'],
      ['vendor/kit', 'added', null, null, '160000'],
    ]);
    expect(snapshot.unread).toEqual([
      { path: 'db/huge.sql', reason: 'too_large' },
      { path: 'img/logo.png', reason: 'binary' },
      { path: 'lib/current', reason: 'symlink' },
      { path: 'vendor/kit', reason: 'submodule' },
    ]);
    const app = snapshot.files.find(({ path }) => path === 'src/app.ts');
    expect(app).toMatchObject({
      base: 'one\ntwo\nthree\n',
      head: 'one\nTWO\nthree\n',
      hunks: [{ baseStart: 2, baseLines: 1, headStart: 2, headLines: 1 }],
    });
    expect(snapshot.files.find(({ path }) => path === 'src/gone.ts')?.base).toBe('gone\n');
  });

  it('is compared with the merge base, not with what the base branch did since', async () => {
    const before = github.branchSha('main');
    const pull = github.openPull({ files: { 'src/app.ts': 'mine\n' } });
    github.pushTo('main', { 'src/other.ts': 'theirs\n' });

    const opened = await sourceOf(pull.number).open();

    expect(opened.changes.map(({ path }) => path)).toEqual(['src/app.ts']);
    expect(opened.subject).toMatchObject({
      base_sha: github.branchSha('main'),
      merge_base_sha: before,
    });
    expect(await readText(opened.base, 'src/other.ts')).toBeUndefined();
  });

  it('does not count as its own what it has merged from the base branch', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'mine\n' } });
    github.pushTo('main', { 'src/other.ts': 'theirs\n' });
    github.updateBranch(pull.number);

    const opened = await sourceOf(pull.number).open();

    expect(opened.changes.map(({ path }) => path)).toEqual(['src/app.ts']);
    expect(await readText(opened.head, 'src/other.ts')).toBe('theirs\n');
  });

  it('leaves out what a stacked pull request takes over from its own base', async () => {
    github.pushTo('step-1', { 'db/1.sql': 'drop table users;\n' });
    const parent = github.branchSha('step-1');
    const pull = github.openPull({ base: 'step-1', files: { 'src/app.ts': 'two\n' } });
    expect(parent).toBe(github.branchSha('step-1'));

    const opened = await sourceOf(pull.number).open();

    expect(opened.changes.map(({ path }) => path)).toEqual(['src/app.ts']);
  });

  it('is governed by the default branch, whatever base and head say', async () => {
    github.pushTo('loose', { [CONFIG_PATH]: 'block_on: never\n' });
    const pull = github.openPull({
      base: 'loose',
      files: { [CONFIG_PATH]: 'tier: prototype\n', [WAIVERS_PATH]: 'waivers: []\n' },
    });

    const { governance } = await sourceOf(pull.number).open();

    expect(await readText(governance, CONFIG_PATH)).toBe('tier: enterprise\n');
    expect(await readText(governance, WAIVERS_PATH)).toBeUndefined();
    expect(await governance.list('.github/*')).toEqual([CONFIG_PATH]);
  });

  it('sees today’s default branch however long the process has run', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'x\n' } });
    const trees = new TreeCache();
    const listed = async () =>
      await (await sourceOf(pull.number, { trees }).open()).governance.list('.github/*');
    expect(await listed()).toEqual([CONFIG_PATH]);

    github.pushTo('main', { [WAIVERS_PATH]: 'waivers: []\n' });

    expect(await listed()).toEqual([WAIVERS_PATH, CONFIG_PATH]);
  });

  it('from a fork is read through the base repository', async () => {
    const pull = github.openPull({ fork: 'mallory', files: { 'src/app.ts': 'fork\n' } });

    const opened = await sourceOf(pull.number).open();

    expect(await readText(opened.head, 'src/app.ts')).toBe('fork\n');
    expect(opened.subject.repo).toBe('acme/shop');
  });

  it.each([
    ['OWNER', true],
    ['MEMBER', true],
    ['COLLABORATOR', true],
    ['CONTRIBUTOR', true],
    ['FIRST_TIME_CONTRIBUTOR', false],
    ['FIRST_TIMER', false],
    ['MANNEQUIN', false],
    ['NONE', false],
  ])('by an author who is %s: trusted %s', async (authorAssociation, trusted) => {
    const files = { 'src/app.ts': 'x\n' };
    const pull = github.openPull({
      files,
      authorAssociation,
      title: 'T',
      author: 'mai',
      draft: true,
    });

    const opened = await sourceOf(pull.number).open();

    expect(opened.pull).toEqual({
      number: pull.number,
      title: 'T',
      body: '',
      draft: true,
      author: 'mai',
      trusted,
    });
  });

  it('is reviewed at the head that the job names, even when it has moved on', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'first\n' } });
    const first = pull.headSha;
    github.push(pull.number, { 'src/app.ts': 'second\n' });

    const opened = await sourceOf(pull.number, { headSha: first }).open();

    expect(opened.subject.head_sha).toBe(first);
    expect(await readText(opened.head, 'src/app.ts')).toBe('first\n');
  });

  it('with 350 changed files is listed page by page, renames among them', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 348 }, (_, at) => [`f/${at}.txt`, `${at}\n`]),
    );
    const pull = github.openPull({
      files: {
        ...many,
        'src/moved.ts': null,
        'src/zz.ts': 'export const a = 1;\nexport const b = 2;\nexport const c = 4;\n',
      },
    });

    const opened = await sourceOf(pull.number).open();

    expect(opened.incomplete).toBeNull();
    expect(opened.changes).toHaveLength(349);
    expect(opened.changes.at(-1)).toMatchObject({
      path: 'src/zz.ts',
      previousPath: 'src/moved.ts',
      status: 'renamed',
    });
    const pages = github.calls.filter(({ path }) => path.endsWith('/files'));
    expect(pages.map(({ query }) => query.get('page'))).toEqual(['1', '2', '3', '4']);
  });

  it('with more than 3,000 changed files is declared incomplete', async () => {
    const many = Object.fromEntries(Array.from({ length: 3_001 }, (_, at) => [`f/${at}.txt`, '']));
    const pull = github.openPull({ files: many });

    const opened = await sourceOf(pull.number).open();

    expect(opened.changes).toHaveLength(3_000);
    expect(opened.incomplete).toContain('3001 files changed');
  });

  it('reads files that rules are sure to want along with the change', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'x\n', 'package.json': '{}' } });
    const client = clientOf(github);
    const opened = await sourceOf(pull.number, { client, alsoRead: ['**/gone.*'] }).open();
    const before = client.calls;

    await opened.head.read(['src/gone.ts', 'package.json']);

    expect(client.calls).toBe(before);
  });

  it('whose head nobody knows yet is worth another try', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'x\n' } });

    const opening = sourceOf(pull.number, { headSha: 'e'.repeat(40) }).open();

    await expect(opening).rejects.toMatchObject({ code: 'revision.unknown' });
  });

  it('that is gone is gone', async () => {
    await expect(sourceOf(77).open()).rejects.toMatchObject({ code: 'github.not-found' });
  });
});

describe('what GitHub gives only in part', () => {
  it('a cut tree makes the review incomplete, and changed files are still read', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'cut\n', 'src/gone.ts': null } });
    const tree = { truncated: true, tree: [] };
    github.failNext('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      status: 200,
      body: tree,
      times: 2,
    });

    const snapshot = await snapshotOf(sourceOf(pull.number));

    expect(snapshot.incomplete).toContain('did not list all files');
    expect(
      snapshot.files.map(({ path, status, head, base }) => [path, status, head, base]),
    ).toEqual([
      ['src/app.ts', 'modified', 'cut\n', 'one\ntwo\nthree\n'],
      ['src/gone.ts', 'deleted', null, 'gone\n'],
    ]);
  });

  it.each([
    [
      'an error with status 200',
      { errors: [{ message: 'Something broke' }] },
      'github.unavailable',
    ],
    [
      'data beside an error',
      { data: { repository: null }, errors: [{ message: 'x' }] },
      'github.unavailable',
    ],
    ['a spent budget', { errors: [{ type: 'RATE_LIMITED', message: 'x' }] }, 'github.rate-limited'],
    ['a lost repository', { errors: [{ type: 'NOT_FOUND', message: 'x' }] }, 'github.not-found'],
    ['another shape', { data: { repository: { o0: 7 } } }, 'github.unavailable'],
  ])('GraphQL answers %s: nothing is taken for read', async (_, body, code) => {
    const pull = github.openPull({ files: { 'src/app.ts': 'x\n' } });
    github.failNext('POST /graphql', { status: 200, body, times: 3 });

    await expect(sourceOf(pull.number).open()).rejects.toMatchObject({ code });
  });

  it('a text that is not the object that was asked for is fetched again', async () => {
    const pull = github.openPull({ files: { 'src/app.ts': 'true text\n' } });
    const entry = github.git.filesAt(pull.headSha).get('src/app.ts')!;
    const lie = {
      oid: entry.oid,
      text: 'false text\n',
      isBinary: false,
      isTruncated: false,
      byteSize: 10,
    };
    github.failNext('POST /graphql', {
      status: 200,
      body: { data: { repository: { o0: lie, o1: lie, e0: null, e1: null } } },
    });

    const { head } = await sourceOf(pull.number).open();

    expect(await readText(head, 'src/app.ts')).toBe('true text\n');
  });
});

describe('the list of changes', () => {
  const tree = (files: Record<string, string>, truncated = false) => ({
    truncated,
    entries: new Map(
      Object.entries(files).map(([path, oid]) => [
        path,
        { mode: '100644', oid, sizeBytes: oid.length },
      ]),
    ),
  });

  it('recognises a rename by its object when GitHub says nothing', () => {
    const changes = changesBetween(tree({ 'a.ts': 'aaa' }), tree({ 'b.ts': 'aaa' }), []);

    expect(changes).toMatchObject([{ path: 'b.ts', previousPath: 'a.ts', status: 'renamed' }]);
  });

  it('gives one old path to one new path only', () => {
    const changes = changesBetween(
      tree({ 'a.ts': 'aaa' }),
      tree({ 'b.ts': 'aaa', 'c.ts': 'aaa' }),
      [],
    );

    expect(changes.map(({ path, status }) => [path, status])).toEqual([
      ['b.ts', 'renamed'],
      ['c.ts', 'added'],
    ]);
  });

  it('does not take GitHub’s word for a rename that the trees contradict', () => {
    const listed = [{ filename: 'b.ts', status: 'renamed', previous_filename: 'still-there.ts' }];
    const before = tree({ 'still-there.ts': 'aaa' });
    const after = tree({ 'still-there.ts': 'aaa', 'b.ts': 'bbb' });

    expect(changesBetween(before, after, listed)).toMatchObject([
      { path: 'b.ts', status: 'added' },
    ]);
  });

  it('sees no rename between empty files', () => {
    const changes = changesBetween(tree({ 'a.ts': '' }), tree({ 'b.ts': '' }), []);

    expect(changes.map(({ path, status }) => [path, status])).toEqual([
      ['a.ts', 'deleted'],
      ['b.ts', 'added'],
    ]);
  });

  it('takes every status of GitHub’s list where the trees are cut', () => {
    const listed = ['added', 'copied', 'removed', 'modified', 'changed', 'unchanged'].map(
      (status) => ({
        filename: `${status}.ts`,
        status,
      }),
    );

    expect(
      changesListed(tree({}, true), tree({}, true), listed).map(({ path, status }) => [
        path,
        status,
      ]),
    ).toEqual([
      ['added.ts', 'added'],
      ['changed.ts', 'modified'],
      ['copied.ts', 'added'],
      ['modified.ts', 'modified'],
      ['removed.ts', 'deleted'],
    ]);
  });
});
