import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitHubObjects } from '../../../src/adapters/github/objects.ts';
import { GitHubSourceTree } from '../../../src/adapters/github/source-tree.ts';
import { TreeCache } from '../../../src/adapters/github/tree-cache.ts';
import { decodeBlob } from '../../../src/snapshot/decode.ts';
import type { SourceTree } from '../../../src/snapshot/source-tree.ts';
import { type ContractFiles, sourceTreeContract } from '../../contracts/source-tree.ts';
import { type FakeGitHub, startFakeGitHub } from '../../support/fake-github/index.ts';
import { type MemoryFile, MemorySourceTree } from '../../support/memory-tree.ts';
import { REPOSITORY, clientOf } from './clients.ts';

let github: FakeGitHub;
let withoutGraphQL: FakeGitHub;

beforeAll(async () => {
  github = await startFakeGitHub();
  withoutGraphQL = await startFakeGitHub();
  withoutGraphQL.disable('POST /graphql');
});

afterAll(async () => {
  await github.close();
  await withoutGraphQL.close();
});

function treeOn(fake: FakeGitHub, files: ContractFiles): SourceTree {
  const commitSha = fake.git.commitFiles(null, files, 'contract');
  return new GitHubSourceTree(new GitHubObjects(clientOf(fake), REPOSITORY), commitSha);
}

sourceTreeContract('GitHub', async (files) => treeOn(github, files));
sourceTreeContract('a GitHub without GraphQL', async (files) => treeOn(withoutGraphQL, files));

sourceTreeContract('memory', async (files) => {
  const texts = Object.entries(files).map(([path, file]): [string, MemoryFile] => {
    if (typeof file === 'object' && 'symlink' in file)
      return [path, { notRead: 'symlink', sizeBytes: file.symlink.length }];
    if (typeof file === 'object' && 'submodule' in file)
      return [path, { notRead: 'submodule', sizeBytes: 0 }];
    const read = decodeBlob(Buffer.from(file));
    return [
      path,
      read.kind === 'text' ? read.text : { notRead: read.reason, sizeBytes: read.sizeBytes },
    ];
  });
  return new MemorySourceTree(Object.fromEntries(texts));
});

describe('requests of a GitHub tree', () => {
  it('lists once and reads 250 files in three batches; a second reading costs nothing', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 250 }, (_, at) => [`f/${at}.txt`, `text ${at}`]),
    );
    const commitSha = github.git.commitFiles(null, files, 'many');
    const client = clientOf(github);
    const tree = new GitHubSourceTree(new GitHubObjects(client, REPOSITORY), commitSha);

    await tree.read(Object.keys(files));
    await tree.read(Object.keys(files));
    await tree.list('**');

    expect(client.calls).toBe(4);
  });

  it('cuts batches by bytes too', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`f/${at}.txt`, `${at}`.repeat(450_000)]),
    );
    const commitSha = github.git.commitFiles(null, files, 'heavy');
    const client = clientOf(github);

    const tree = new GitHubSourceTree(new GitHubObjects(client, REPOSITORY), commitSha);
    const reads = await tree.read(Object.keys(files));

    expect(reads.size).toBe(10);
    expect(client.calls).toBe(1 + 3);
  });

  it('asks for a tree once per process', async () => {
    const commitSha = github.git.commitFiles(null, { 'a.txt': 'a' }, 'cached');
    const trees = new TreeCache();
    const client = clientOf(github);

    for (let review = 0; review < 3; review += 1)
      await new GitHubSourceTree(new GitHubObjects(client, REPOSITORY, trees), commitSha).list(
        '**',
      );

    expect(client.calls).toBe(1);
  });

  it('forgets the trees that were not used for longest', () => {
    const trees = new TreeCache(2);
    const tree = (path: string) => ({
      entries: new Map([[path, { mode: '100644', oid: 'a', sizeBytes: 1 }]]),
      truncated: false,
    });
    trees.put('a', tree('a'));
    trees.put('b', tree('b'));
    trees.get('a');
    trees.put('c', tree('c'));

    expect([trees.get('a'), trees.get('b'), trees.get('c')].map(Boolean)).toEqual([
      true,
      false,
      true,
    ]);
  });
});
