import { isOpsError } from '../../domain/ops-error.ts';
import { decodeBlob } from '../../snapshot/decode.ts';
import type { NotReadReason } from '../../snapshot/not-read.ts';
import type { FileRead } from '../../snapshot/source-tree.ts';
import { MAX_FILE_BYTES } from '../../snapshot/take-snapshot.ts';
import { MAX_GRAPHQL_BLOB_BYTES, type WantedBlob, batchesOf } from './blob-batches.ts';
import { judgeBlob } from './blob-content.ts';
import type { GitHubClient } from './client.ts';
import { parseAnswer } from './parse-answer.ts';
import { objectsQuery } from './queries.ts';
import type { GitHubRepository } from './repository-ref.ts';
import { EncodedBlob, GraphQLObjects, Tree } from './schemas.ts';
import { type RepositoryTree, TreeCache } from './tree-cache.ts';

/** Blobs that one review fetches one by one: odd encodings, files over GraphQL's limit. */
const MAX_SINGLE_READS = 100;

/** The same on an API without GraphQL, where every blob is a request of its own. */
const MAX_SINGLE_READS_WITHOUT_GRAPHQL = 1_000;

/** Secondary limits begin at 100 concurrent requests for the whole installation. */
const CONCURRENT_READS = 4;

/**
 * Trees and blobs of one repository during one review. Blobs are read in batches and remembered, so what is
 * asked for twice is on the wire once. Forks' heads are there too: GitHub shares objects in a network.
 */
export class GitHubObjects {
  readonly #client: GitHubClient;
  readonly #repository: GitHubRepository;
  readonly #trees: TreeCache;
  readonly #reads = new Map<string, FileRead | null>();
  #graphql = true;
  #singleReads = 0;

  constructor(client: GitHubClient, repository: GitHubRepository, trees = new TreeCache()) {
    this.#client = client;
    this.#repository = repository;
    this.#trees = trees;
  }

  /** Files of a commit or branch. Throws `OpsError` (`github.not-found` when it is not there). */
  async tree(commitSha: string): Promise<RepositoryTree> {
    const { owner, repo } = this.#repository;
    const key = `${owner}/${repo}@${commitSha}`;
    const known = this.#trees.get(key);
    if (known !== undefined) return known;
    const { data } = await this.#client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      ...this.#repository,
      tree_sha: commitSha,
      recursive: '1',
    });
    const answer = parseAnswer(Tree, data, 'a tree');
    const files = answer.tree.filter(({ type }) => type !== 'tree');
    const entries = new Map(
      files.map(({ path, mode, sha, size }) => [path, { mode, oid: sha, sizeBytes: size ?? 0 }]),
    );
    const tree = { entries, truncated: answer.truncated };
    // A branch moves; only the name of a commit stands for ever.
    if (isObjectName(commitSha)) this.#trees.put(key, tree);
    return tree;
  }

  /** Reads all of these in as few requests as possible, for `answerTo`. */
  async load(wanted: readonly WantedBlob[]): Promise<void> {
    const unknown = new Map<string, WantedBlob>();
    for (const blob of wanted) if (!this.#reads.has(keyOf(blob))) unknown.set(keyOf(blob), blob);
    const batched: WantedBlob[] = [];
    const single: WantedBlob[] = [];
    for (const blob of unknown.values()) {
      if (blob.kind === 'oid' && blob.sizeBytes > MAX_FILE_BYTES)
        this.#reads.set(keyOf(blob), notRead('too_large', blob.sizeBytes));
      else if (blob.kind === 'oid' && blob.sizeBytes > MAX_GRAPHQL_BLOB_BYTES) single.push(blob);
      else batched.push(blob);
    }
    for (const batch of batchesOf(batched)) single.push(...(await this.#loadBatch(batch)));
    await inTurns(single, CONCURRENT_READS, async (blob) => await this.#loadSingle(blob));
  }

  /** What `load` found; undefined where nothing is. */
  answerTo(blob: WantedBlob): FileRead | undefined {
    return this.#reads.get(keyOf(blob)) ?? undefined;
  }

  /** Answers what has to be fetched one by one. */
  async #loadBatch(batch: readonly WantedBlob[]): Promise<readonly WantedBlob[]> {
    if (!this.#graphql) return batch;
    const named = batch.filter((blob) => blob.kind === 'oid');
    const expressed = batch.filter((blob) => blob.kind === 'expression');
    const variables: Record<string, string> = { ...this.#repository };
    for (const [at, { oid }] of named.entries()) variables[`o${at}`] = oid;
    for (const [at, { revision, path }] of expressed.entries())
      variables[`e${at}`] = `${revision}:${path}`;
    const query = objectsQuery(named.length, expressed.length);
    const data = await this.#client.graphql(query, variables);
    if (data === null) {
      this.#graphql = false;
      return batch;
    }
    const { repository } = parseAnswer(GraphQLObjects, data, 'a read of files');
    const answers = [
      ...named.map((blob, at) => [blob, repository[`o${at}`] ?? null] as const),
      ...expressed.map((blob, at) => [blob, repository[`e${at}`] ?? null] as const),
    ];
    return answers.flatMap(([blob, answer]) => this.#settle(blob, answer));
  }

  #settle(wanted: WantedBlob, answer: Parameters<typeof judgeBlob>[0] | null): WantedBlob[] {
    const key = keyOf(wanted);
    if (answer === null) {
      const lost = wanted.kind === 'oid' ? notRead('unreadable', wanted.sizeBytes) : null;
      this.#reads.set(key, lost);
      return [];
    }
    const verdict = judgeBlob(answer, wanted.path);
    if (verdict.kind === 'fetch') return [wanted];
    this.#reads.set(key, verdict.read);
    return [];
  }

  async #loadSingle(wanted: WantedBlob): Promise<void> {
    const limit = this.#graphql ? MAX_SINGLE_READS : MAX_SINGLE_READS_WITHOUT_GRAPHQL;
    this.#singleReads += 1;
    const size = wanted.kind === 'oid' ? wanted.sizeBytes : 0;
    const read =
      this.#singleReads > limit ? notRead('unreadable', size) : await this.#fetchBytes(wanted);
    this.#reads.set(keyOf(wanted), read);
  }

  /** Base64, because the raw media type names a charset and would be decoded on the way. */
  async #fetchBytes(wanted: WantedBlob): Promise<FileRead | null> {
    const [route, parameters] =
      wanted.kind === 'oid'
        ? ['GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { file_sha: wanted.oid }]
        : [contentsRoute(wanted.path), { ref: wanted.revision }];
    try {
      const { data } = await this.#client.request(route, { ...this.#repository, ...parameters });
      const blob = EncodedBlob.safeParse(data);
      // A folder, a submodule, or a file over the limit of the contents API.
      if (!blob.success || blob.data.encoding !== 'base64') return notRead('unreadable', 0);
      return decodeBlob(Buffer.from(blob.data.content, 'base64'));
    } catch (error) {
      if (!isOpsError(error, 'github.not-found')) throw error;
      return wanted.kind === 'oid' ? notRead('unreadable', wanted.sizeBytes) : null;
    }
  }
}

function keyOf(blob: WantedBlob): string {
  return blob.kind === 'oid' ? blob.oid : `${blob.revision}:${blob.path}`;
}

function notRead(reason: NotReadReason, sizeBytes: number): FileRead {
  return { kind: 'not_read', reason, sizeBytes };
}

function isObjectName(revision: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u.test(revision);
}

function contentsRoute(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `GET /repos/{owner}/{repo}/contents/${encoded}`;
}

async function inTurns<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
