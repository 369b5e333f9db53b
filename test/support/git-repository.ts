import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository in a temporary folder, for tests of what reads repositories. */
export interface GitRepository {
  readonly directory: string;
  git(...args: string[]): string;
  /** Writes files (null deletes) and commits them; answers with the commit's id. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>, message?: string): string;
  symlink(path: string, target: string): void;
  remove(): void;
}

const IDENTITY = ['-c', 'user.name=Lan', '-c', 'user.email=lan@example.com'];

export function createGitRepository(): GitRepository {
  const directory = mkdtempSync(join(tmpdir(), 'ops-git-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', directory, ...IDENTITY, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
        GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
      },
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  return {
    directory,
    git,
    commit: (files, message = 'change') => {
      for (const [path, content] of Object.entries(files)) {
        const absolute = join(directory, path);
        if (content === null) rmSync(absolute);
        else {
          mkdirSync(dirname(absolute), { recursive: true });
          writeFileSync(absolute, content);
        }
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    symlink: (path, target) => symlinkSync(target, join(directory, path)),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
