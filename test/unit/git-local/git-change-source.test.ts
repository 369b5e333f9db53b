import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type GitChangeOptions,
  GitChangeSource,
} from '../../../src/adapters/git-local/git-change-source.ts';
import { parseRawDiff } from '../../../src/adapters/git-local/raw-diff.ts';
import { isOpsError } from '../../../src/domain/ops-error.ts';
import type { OpenedChange } from '../../../src/snapshot/change-source.ts';
import { createGitRepository, type GitRepository } from '../../support/git-repository.ts';

let repository: GitRepository;
const sources: GitChangeSource[] = [];

beforeEach(() => {
  repository = createGitRepository();
});

afterEach(() => {
  for (const source of sources.splice(0)) source.close();
  repository.remove();
});

async function open(over: Partial<GitChangeOptions> = {}): Promise<OpenedChange> {
  const source = new GitChangeSource({
    directory: repository.directory,
    base: null,
    head: null,
    staged: false,
    path: process.env['PATH'],
    ...over,
  });
  sources.push(source);
  return await source.open();
}

const summary = (change: OpenedChange): string[] =>
  change.changes.map((c) => `${c.status} ${c.previousPath ?? ''}>${c.path}`);

describe('GitChangeSource', () => {
  it('compares a branch with its merge base, not with the tip of the base', async () => {
    const root = repository.commit({ 'a.ts': '1\n' });
    repository.git('checkout', '--quiet', '-b', 'feature');
    const head = repository.commit({ 'b.ts': '2\n' });
    repository.git('checkout', '--quiet', 'main');
    const tip = repository.commit({ 'c.ts': '3\n' });
    const change = await open({ base: 'main', head: 'feature' });

    expect(summary(change)).toEqual(['added >b.ts']);
    expect(change.subject).toMatchObject({ base_sha: tip, merge_base_sha: root, head_sha: head });
  });

  it('chooses the default branch, and says so', async () => {
    repository.commit({ 'a.ts': '1\n' });
    repository.git('checkout', '--quiet', '-b', 'feature');
    repository.commit({ 'b.ts': '2\n' });
    const chosen: string[] = [];
    const change = await open({ onChosen: (text) => chosen.push(text) });

    expect(summary(change)).toEqual(['added >b.ts']);
    expect(chosen.join()).toContain('main');
  });

  it('falls back to the last commit when the range is empty', async () => {
    repository.commit({ 'a.ts': '1\n' });
    repository.commit({ 'b.ts': '2\n' });
    const chosen: string[] = [];
    const change = await open({ onChosen: (text) => chosen.push(text) });

    expect(summary(change)).toEqual(['added >b.ts']);
    expect(chosen.join()).toContain('last commit');
  });

  it('takes everything as new in a repository of one commit', async () => {
    repository.commit({ 'a.ts': '1\n', 'd/b.ts': '2\n' });
    const change = await open();

    expect(summary(change)).toEqual(['added >a.ts', 'added >d/b.ts']);
    expect((await change.base.read(['a.ts'])).size).toBe(0);
  });

  it('reads a bare repository', async () => {
    repository.commit({ 'a.ts': '1\n' });
    repository.commit({ 'a.ts': '2\n' });
    const bare = mkdtempSync(join(tmpdir(), 'ops-bare-'));
    execFileSync('git', ['clone', '--quiet', '--bare', repository.directory, bare]);
    try {
      const change = await open({ directory: bare });
      expect(await textAt(change, 'head', 'a.ts')).toBe('2\n');
      expect(await textAt(change, 'base', 'a.ts')).toBe('1\n');
    } finally {
      rmSync(bare, { recursive: true });
    }
  });

  it('reads what is staged, not what lies in the folder', async () => {
    repository.commit({ 'a.ts': '1\n' });
    writeFileSync(join(repository.directory, 'a.ts'), 'staged\n');
    repository.git('add', 'a.ts');
    writeFileSync(join(repository.directory, 'a.ts'), 'not staged\n');
    const change = await open({ staged: true });

    expect(summary(change)).toEqual(['modified >a.ts']);
    expect(await textAt(change, 'head', 'a.ts')).toBe('staged\n');
    expect(await change.head.list('**')).toEqual(['a.ts']);
  });

  it('follows renames and keeps odd names whole', async () => {
    const body = 'line\n'.repeat(20);
    repository.commit({ 'old name.ts': body, 'tên có dấu.ts': '1\n', '-x.ts': '1\n' });
    repository.git('mv', 'old name.ts', 'new "name".ts');
    repository.commit({ 'tên có dấu.ts': '2\n', '-x.ts': '2\n', 'with\nnewline.ts': '3\n' });

    expect(summary(await open())).toEqual(
      [
        'modified >-x.ts',
        'renamed old name.ts>new "name".ts',
        'modified >tên có dấu.ts',
        'added >with\nnewline.ts',
      ].sort(byPath),
    );
    const change = await open();
    expect(await textAt(change, 'head', 'with\nnewline.ts')).toBe('3\n');
  });

  it.each([
    { name: 'a symlink', reason: 'symlink' },
    { name: 'a binary', reason: 'binary' },
    { name: 'a large file', reason: 'too_large' },
    { name: 'a submodule', reason: 'submodule' },
  ])('$name is not read: $reason', async ({ reason }) => {
    repository.commit({ 'a.ts': '1\n' });
    repository.symlink('symlink', '/etc/passwd');
    const head = repository.commit({
      binary: new Uint8Array([1, 0, 2]),
      too_large: 'x'.repeat(1_000_001),
    });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${head},submodule`);
    repository.git('commit', '--quiet', '-m', 'submodule');
    const change = await open({ base: 'HEAD~2' });
    const read = (await change.head.read([reason])).get(reason);

    expect(read).toMatchObject({ kind: 'not_read', reason });
  });

  it.each([
    { name: 'an unknown revision', over: { base: 'nope' }, code: 'revision.unknown' },
    {
      name: 'a revision that looks like an option',
      over: { base: '--output=x' },
      code: 'revision.unknown',
    },
    {
      name: 'a folder without a repository',
      over: { directory: '/' },
      code: 'repository.unreadable',
    },
    {
      name: 'a missing folder',
      over: { directory: '/no/such/folder' },
      code: 'repository.unreadable',
    },
    { name: 'no git on PATH', over: { path: '/nowhere' }, code: 'repository.unreadable' },
  ] as const)('$name: $code, with a remedy', async ({ over, code }) => {
    repository.commit({ 'a.ts': '1\n' });
    const error: unknown = await open(over).catch((e: unknown) => e);

    expect(isOpsError(error, code)).toBe(true);
    expect(isOpsError(error) && error.remedy).toBeTruthy();
  });

  it('an empty repository is named as such', async () => {
    const error: unknown = await open().catch((e: unknown) => e);

    expect(isOpsError(error, 'revision.unknown') && error.message).toContain('no commit yet');
  });

  it('the end of a shallow clone is not taken for a first commit', async () => {
    repository.commit({ 'a.ts': '1\n' });
    repository.commit({ 'b.ts': '1\n' });
    const directory = mkdtempSync(join(tmpdir(), 'ops-shallow-'));
    const from = `file://${repository.directory}`;
    execFileSync('git', ['clone', '--quiet', '--depth', '1', from, directory]);
    const error: unknown = await open({ directory }).catch((e: unknown) => e);
    rmSync(directory, { recursive: true });

    expect(isOpsError(error, 'revision.unknown') && error.message).toContain('shallow');
  });

  it('unrelated histories have no common commit', async () => {
    repository.commit({ 'a.ts': '1\n' });
    repository.git('checkout', '--quiet', '--orphan', 'other');
    repository.commit({ 'b.ts': '1\n' });
    const error: unknown = await open({ base: 'main', head: 'other' }).catch((e: unknown) => e);

    expect(isOpsError(error, 'revision.unknown') && error.message).toContain('no common commit');
  });

  it('runs nothing of the repository', async () => {
    repository.commit({ 'a.ts': '1\n', '.gitattributes': '*.ts diff=evil filter=evil\n' });
    const proof = join(repository.directory, 'proof');
    for (const key of [
      'core.fsmonitor',
      'diff.external',
      'diff.evil.command',
      'diff.evil.textconv',
      'filter.evil.smudge',
      'core.pager',
      'core.alternateRefsCommand',
    ])
      repository.git('config', key, `touch ${proof}`);
    repository.commit({ 'a.ts': '2\n' });
    rmSync(proof, { force: true });
    const change = await open();
    await change.head.read(['a.ts']);
    await change.head.list('**');
    await open({ staged: true });

    expect(existsSync(proof)).toBe(false);
  });
});

describe('parseRawDiff', () => {
  it('ignores what is no entry', () => {
    expect(parseRawDiff('')).toEqual([]);
    expect(parseRawDiff('garbage\0more\0')).toEqual([]);
  });
});

function byPath(a: string, b: string): number {
  const path = (line: string): string => line.slice(line.indexOf('>') + 1);
  return path(a) < path(b) ? -1 : 1;
}

async function textAt(
  change: OpenedChange,
  side: 'head' | 'base',
  path: string,
): Promise<string | null> {
  const read = (await change[side].read([path])).get(path);
  return read?.kind === 'text' ? read.text : null;
}
