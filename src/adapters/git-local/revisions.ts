import { OpsError } from '../../domain/ops-error.ts';
import type { Git } from './git.ts';
import type { ObjectReader } from './object-reader.ts';

export interface RangeOptions {
  readonly base: string | null;
  readonly head: string | null;
}

/** The commits between which a review runs. */
export interface Range {
  readonly baseSha: string;
  readonly mergeBaseSha: string;
  readonly headSha: string;
  /** The range has no base commit: everything at head is new. */
  readonly fromNothing: boolean;
  /** What was chosen when nobody named it, for the person at the terminal; null when all was named. */
  readonly chosen: string | null;
}

const DEFAULT_BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/**
 * Without `base`: the merge base with the default branch; when that leaves nothing, the last commit.
 * Throws `revision.unknown` and `repository.unreadable` with the remedy.
 */
export async function resolveRange(
  git: Git,
  reader: ObjectReader,
  options: RangeOptions,
): Promise<Range> {
  const headName = options.head ?? 'HEAD';
  const headSha = await resolveCommit(git, reader, headName);
  if (options.base !== null) {
    const baseSha = await resolveCommit(git, reader, options.base);
    const mergeBaseSha = await mergeBase(git, baseSha, headSha, options.base, headName);
    return { baseSha, mergeBaseSha, headSha, fromNothing: false, chosen: null };
  }
  return (
    (await againstDefaultBranch(git, reader, headSha)) ??
    (await lastCommit(git, reader, headSha, headName))
  );
}

async function assertRepository(git: Git): Promise<void> {
  const { status, stderr } = await git.run(['rev-parse', '--git-dir']);
  if (status === 0) return;
  throw new OpsError('repository.unreadable', `${git.directory} is not a git repository.`, {
    remedy: 'Name one with --repo DIR, or use `ops scan PATH` for plain files.',
    cause: new Error(stderr),
  });
}

async function resolveCommit(git: Git, reader: ObjectReader, name: string): Promise<string> {
  const sha = await tryResolve(git, reader, name);
  if (sha !== null) return sha;
  const empty = name === 'HEAD' ? 'The repository has no commit yet, or HEAD is broken.' : null;
  throw new OpsError('revision.unknown', empty ?? `The revision ${name} does not exist here.`, {
    remedy:
      'List what exists with `git log --oneline --all`; a shallow clone may need `git fetch --unshallow`.',
  });
}

async function mergeBase(
  git: Git,
  baseSha: string,
  headSha: string,
  baseName: string,
  headName: string,
): Promise<string> {
  const sha = await tryMergeBase(git, baseSha, headSha);
  if (sha !== null) return sha;
  throw new OpsError('revision.unknown', `${baseName} and ${headName} have no common commit.`, {
    remedy:
      'In a shallow clone run `git fetch --unshallow`; otherwise name a base that head grew from.',
  });
}

async function tryMergeBase(git: Git, baseSha: string, headSha: string): Promise<string | null> {
  const { status, stdout } = await git.run(['merge-base', baseSha, headSha]);
  return status === 0 ? stdout.toString('utf8').trim() : null;
}

async function againstDefaultBranch(
  git: Git,
  reader: ObjectReader,
  headSha: string,
): Promise<Range | null> {
  const tried = new Set<string>();
  for (const name of DEFAULT_BRANCHES) {
    const baseSha = await tryResolve(git, reader, name);
    if (baseSha !== null && tried.has(baseSha)) continue;
    tried.add(baseSha ?? '');
    if (baseSha === null) continue;
    const mergeBaseSha = await tryMergeBase(git, baseSha, headSha);
    if (mergeBaseSha === null || mergeBaseSha === headSha) continue;
    const chosen = `Reviewing what ${short(headSha)} adds to ${name} (merge base ${short(mergeBaseSha)}).`;
    return { baseSha, mergeBaseSha, headSha, fromNothing: false, chosen };
  }
  return null;
}

async function lastCommit(
  git: Git,
  reader: ObjectReader,
  headSha: string,
  headName: string,
): Promise<Range> {
  const parent = await tryResolve(git, reader, `${headSha}^1`);
  const why = `${headName} adds nothing to a default branch`;
  if (parent !== null)
    return {
      baseSha: parent,
      mergeBaseSha: parent,
      headSha,
      fromNothing: false,
      chosen: `${why}: reviewing its last commit, ${short(headSha)}.`,
    };
  await refuseShallow(git, headSha);
  const empty = await emptyTree(git);
  const chosen = `${why}, and ${short(headSha)} is the first commit: reviewing all of it.`;
  return { baseSha: empty, mergeBaseSha: empty, headSha, fromNothing: true, chosen };
}

/** The oldest commit of a shallow clone looks like a first commit; everything in it would pass for new. */
async function refuseShallow(git: Git, headSha: string): Promise<void> {
  const { stdout } = await git.run(['rev-parse', '--is-shallow-repository']);
  if (stdout.toString('utf8').trim() !== 'true') return;
  throw new OpsError(
    'revision.unknown',
    `This clone is shallow: the commit before ${short(headSha)} is missing.`,
    { remedy: 'Run `git fetch --unshallow` (in CI: check out with full history), or name --base.' },
  );
}

/** Names are data in the protocol of `cat-file`: one that starts with `-` can never become an option. */
async function tryResolve(git: Git, reader: ObjectReader, name: string): Promise<string | null> {
  try {
    return await reader.resolve(`${name}^{commit}`);
  } catch (error) {
    // Git ends at once where there is no repository; asking again tells which of the two it was.
    await assertRepository(git);
    throw error;
  }
}

/** Id of the empty tree in the repository's own hash; nothing is written. */
async function emptyTree(git: Git): Promise<string> {
  const { stdout } = await git.run(['hash-object', '-t', 'tree', '/dev/null']);
  return stdout.toString('utf8').trim();
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
