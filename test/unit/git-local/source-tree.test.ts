import { afterAll } from 'vitest';
import { GitChangeSource } from '../../../src/adapters/git-local/git-change-source.ts';
import { type ContractFiles, sourceTreeContract } from '../../contracts/source-tree.ts';
import { createGitRepository, type GitRepository } from '../../support/git-repository.ts';

const opened: { readonly source: GitChangeSource; readonly repository: GitRepository }[] = [];

afterAll(() => {
  for (const { source, repository } of opened) {
    source.close();
    repository.remove();
  }
});

sourceTreeContract('local git, told by the diff', async (files) => {
  const repository = commitAll(files);
  return (await openHead(repository)).head;
});

sourceTreeContract('local git, told by the tree', async (files) => {
  const repository = commitAll(files);
  repository.git('commit', '--quiet', '--allow-empty', '-m', 'nothing');
  return (await openHead(repository)).head;
});

function commitAll(files: ContractFiles): GitRepository {
  const repository = createGitRepository();
  repository.git('config', 'core.autocrlf', 'false');
  repository.commit({}, 'empty');
  const plain: Record<string, string | Uint8Array> = {};
  for (const [path, file] of Object.entries(files)) {
    if (typeof file === 'string' || file instanceof Uint8Array) plain[path] = file;
    else if ('symlink' in file) repository.symlink(path, file.symlink);
  }
  repository.commit(plain, 'files');
  for (const [path, file] of Object.entries(files))
    if (typeof file === 'object' && 'submodule' in file)
      repository.git('update-index', '--add', '--cacheinfo', `160000,${file.submodule},${path}`);
  repository.git('commit', '--quiet', '--amend', '--no-edit', '--allow-empty');
  return repository;
}

async function openHead(
  repository: GitRepository,
): Promise<Awaited<ReturnType<GitChangeSource['open']>>> {
  const source = new GitChangeSource({
    directory: repository.directory,
    base: 'HEAD~1',
    head: null,
    staged: false,
    path: process.env['PATH'],
  });
  opened.push({ source, repository });
  return await source.open();
}
