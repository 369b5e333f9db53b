import { OWNER, REPO } from './shim/emulator.ts';
import type { Upstream } from './shim/upstream.ts';

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
  };
}

const REPOSITORY = `/repos/${OWNER}/${REPO}`;

/** The developer of the demo: pushes, opens pull requests and merges through the REST API. */
export class Author {
  readonly #github: Upstream;

  constructor(github: Upstream) {
    this.#github = github;
  }

  /** Commits files on top of a branch, creating it from `main` where it is new; answers with the commit. */
  async commit(
    branch: string,
    message: string,
    files: ReadonlyMap<string, string>,
    removed: readonly string[] = [],
  ): Promise<string> {
    const existing = await this.#branch(branch);
    const parent = existing ?? (await this.#branch('main'))!;
    const { tree } = await this.#github.json<{ tree: { sha: string } }>(
      'GET',
      `${REPOSITORY}/git/commits/${parent}`,
    );
    const entries = [
      ...[...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
      ...removed.map((path) => ({ path, mode: '100644', type: 'blob', sha: null })),
    ];
    const next = await this.#created(`${REPOSITORY}/git/trees`, {
      base_tree: tree.sha,
      tree: entries,
    });
    const commit = await this.#created(`${REPOSITORY}/git/commits`, {
      message,
      tree: next,
      parents: [parent],
    });
    if (existing === null)
      await this.#github.json('POST', `${REPOSITORY}/git/refs`, {
        ref: `refs/heads/${branch}`,
        sha: commit,
      });
    else
      await this.#github.json('PATCH', `${REPOSITORY}/git/refs/heads/${branch}`, { sha: commit });
    return commit;
  }

  async requireCheck(name: string): Promise<void> {
    await this.#github.json('PUT', `${REPOSITORY}/branches/main/protection`, {
      required_status_checks: { strict: false, contexts: [name] },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
  }

  async openPull(branch: string, title: string, body: string): Promise<number> {
    const pull = await this.#github.json<{ number: number }>('POST', `${REPOSITORY}/pulls`, {
      title,
      body,
      head: branch,
      base: 'main',
    });
    return pull.number;
  }

  /** Whether GitHub let the merge go through, and what it said if not. */
  async tryMerge(number: number): Promise<{ readonly merged: boolean; readonly message: string }> {
    const answer = await this.#github.send('PUT', `${REPOSITORY}/pulls/${number}/merge`, {});
    const { message } = JSON.parse(answer.text) as { message: string };
    return { merged: answer.status === 200, message };
  }

  async comments(number: number): Promise<readonly Comment[]> {
    return await this.#github.json('GET', `${REPOSITORY}/issues/${number}/comments`);
  }

  async checks(sha: string): Promise<readonly CheckRun[]> {
    const answer = await this.#github.json<{ check_runs: CheckRun[] }>(
      'GET',
      `${REPOSITORY}/commits/${sha}/check-runs`,
    );
    return answer.check_runs;
  }

  async #branch(name: string): Promise<string | null> {
    const answer = await this.#github.send('GET', `${REPOSITORY}/git/ref/heads/${name}`);
    if (answer.status === 404) return null;
    return (JSON.parse(answer.text) as { object: { sha: string } }).object.sha;
  }

  async #created(path: string, body: unknown): Promise<string> {
    return (await this.#github.json<{ sha: string }>('POST', path, body)).sha;
  }
}
