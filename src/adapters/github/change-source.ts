import { CONFIG_PATH, WAIVERS_PATH } from '../../domain/configuration.ts';
import { OpsError, isOpsError } from '../../domain/ops-error.ts';
import type { ChangeSource, OpenedChange } from '../../snapshot/change-source.ts';
import type { ChangedPath, PullText } from '../../snapshot/snapshot.ts';
import { basePathOf } from '../../snapshot/take-snapshot.ts';
import type { WantedBlob } from './blob-batches.ts';
import { changesBetween, changesListed } from './change-list.ts';
import type { GitHubClient } from './client.ts';
import { GovernanceTree } from './governance-tree.ts';
import { GitHubObjects } from './objects.ts';
import { readPages } from './pages.ts';
import { parseAnswer } from './parse-answer.ts';
import type { GitHubRepository } from './repository-ref.ts';
import { Comparison, ListedFile, Pull } from './schemas.ts';
import { GitHubSourceTree, wantedBlob } from './source-tree.ts';
import type { RepositoryTree, TreeCache } from './tree-cache.ts';

/** `compare` lists no more files. https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const MAX_COMPARED_FILES = 300;

/** Nor does a pull request; a change beyond it is not reviewed whole. */
export const MAX_CHANGED_FILES = 3_000;

const MAX_FILE_PAGES = MAX_CHANGED_FILES / 100;

/** Authors of these kinds have been let in by somebody before. */
const TRUSTED = new Set(['OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR']);

export interface GitHubChangeSourceOptions {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  readonly pull: number;
  /** The head to review; default: the pull request's head when it is opened. */
  readonly headSha?: string;
  /** Lives longer than one review, so that merge bases are listed once. */
  readonly trees?: TreeCache;
  /** Files of the head that rules are sure to ask for; read along with the changed ones. */
  readonly alsoRead?: readonly string[];
}

/** A pull request, read through the base repository: its head against the merge base. */
export class GitHubChangeSource implements ChangeSource {
  readonly #options: GitHubChangeSourceOptions;
  readonly #objects: GitHubObjects;

  constructor(options: GitHubChangeSourceOptions) {
    this.#options = options;
    this.#objects = new GitHubObjects(options.client, options.repository, options.trees);
  }

  async open(): Promise<OpenedChange> {
    const pull = await this.#readPull();
    const headSha = this.#options.headSha ?? pull.head.sha;
    const { baseSha, mergeBaseSha, listed } = await this.#compare(pull, headSha);
    const headTree = await this.#treeAt(headSha);
    const baseTree = await this.#treeAt(mergeBaseSha);
    const { changes, incomplete } = decideChanges(baseTree, headTree, listed);
    const head = new GitHubSourceTree(this.#objects, headSha);
    const base = new GitHubSourceTree(this.#objects, mergeBaseSha);
    const governance = new GovernanceTree(this.#objects, pull.base.repo.default_branch);
    await this.#objects.load([
      governance.wanted(CONFIG_PATH),
      governance.wanted(WAIVERS_PATH),
      ...sidesOf(changes, baseTree, mergeBaseSha, headTree, headSha),
      ...(await this.#alsoWanted(head, headTree, headSha)),
    ]);
    return {
      subject: {
        repo: pull.base.repo.full_name,
        pull: pull.number,
        base_sha: baseSha,
        merge_base_sha: mergeBaseSha,
        head_sha: headSha,
      },
      changes,
      incomplete,
      base,
      head,
      governance,
      pull: pullTextOf(pull),
    };
  }

  async #readPull(): Promise<Pull> {
    const { client, repository, pull } = this.#options;
    const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...repository,
      pull_number: pull,
    });
    return parseAnswer(Pull, data, 'the pull request');
  }

  /**
   * Against the tip of the base branch: `base.sha` of a pull request may be older, and what the head has
   * merged from the branch since would count as its own.
   */
  async #compare(pull: Pull, headSha: string): Promise<ComparedCommits> {
    const { client, repository } = this.#options;
    const { data } = await orUnknown(
      headSha,
      async () =>
        await client.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
          ...repository,
          basehead: `${pull.base.ref}...${headSha}`,
        }),
    );
    const compared = parseAnswer(Comparison, data, 'the comparison');
    const whole = compared.files.length < MAX_COMPARED_FILES;
    return {
      baseSha: compared.base_commit.sha,
      mergeBaseSha: compared.merge_base_commit.sha,
      listed: whole ? compared.files : await this.#listFiles(),
    };
  }

  async #listFiles(): Promise<readonly ListedFile[]> {
    const { client, repository, pull } = this.#options;
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
    const parameters = { ...repository, pull_number: pull };
    const files: ListedFile[] = [];
    for await (const page of readPages(client, route, parameters, ListedFile, MAX_FILE_PAGES))
      files.push(...page);
    return files;
  }

  async #treeAt(commitSha: string): Promise<RepositoryTree> {
    return await orUnknown(commitSha, async () => await this.#objects.tree(commitSha));
  }

  async #alsoWanted(
    head: GitHubSourceTree,
    tree: RepositoryTree,
    headSha: string,
  ): Promise<WantedBlob[]> {
    const globs = this.#options.alsoRead ?? [];
    const paths = await Promise.all(globs.map(async (glob) => await head.list(glob)));
    const first = [...new Set(paths.flat())].slice(0, MAX_ALSO_READ);
    return first.flatMap((path) => wantedBlob(tree, headSha, path) ?? []);
  }
}

/** Rules read no more of these either. */
const MAX_ALSO_READ = 60;

interface ComparedCommits {
  readonly baseSha: string;
  readonly mergeBaseSha: string;
  readonly listed: readonly ListedFile[];
}

interface DecidedChanges {
  readonly changes: readonly ChangedPath[];
  readonly incomplete: string | null;
}

function decideChanges(
  base: RepositoryTree,
  head: RepositoryTree,
  listed: readonly ListedFile[],
): DecidedChanges {
  if (base.truncated || head.truncated)
    return {
      changes: changesListed(base, head, listed),
      incomplete:
        'GitHub did not list all files of the repository (more than 100,000 entries or 7 MB)',
    };
  const changes = changesBetween(base, head, listed);
  if (changes.length <= MAX_CHANGED_FILES) return { changes, incomplete: null };
  return {
    changes: changes.slice(0, MAX_CHANGED_FILES),
    incomplete: `${changes.length} files changed; the first ${MAX_CHANGED_FILES} were read`,
  };
}

function sidesOf(
  changes: readonly ChangedPath[],
  baseTree: RepositoryTree,
  mergeBaseSha: string,
  headTree: RepositoryTree,
  headSha: string,
): WantedBlob[] {
  return changes
    .flatMap((change) => [
      ...(change.status === 'deleted' ? [] : [wantedBlob(headTree, headSha, change.path)]),
      ...(change.status === 'added'
        ? []
        : [wantedBlob(baseTree, mergeBaseSha, basePathOf(change))]),
    ])
    .filter((blob) => blob !== undefined);
}

function pullTextOf(pull: Pull): PullText {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    draft: pull.draft,
    author: pull.user?.login ?? 'ghost',
    trusted: TRUSTED.has(pull.author_association),
  };
}

/** A commit that was pushed a moment ago may not be on every replica yet: worth another try. */
async function orUnknown<T>(commitSha: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isOpsError(error, 'github.not-found')) throw error;
    throw new OpsError('revision.unknown', `GitHub does not know commit ${commitSha}`, {
      remedy: 'It was pushed a moment ago or removed by a forced push.',
      cause: error,
    });
  }
}
