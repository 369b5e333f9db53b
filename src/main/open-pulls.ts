import { z } from 'zod';
import { type GitHubApp, WRITE_PERMISSIONS } from '../adapters/github/app.ts';
import { PAGE_SIZE, readPages } from '../adapters/github/pages.ts';
import { parseAnswer } from '../adapters/github/parse-answer.ts';
import { listOpenPulls } from '../adapters/github/repository-api.ts';
import type { RepositoryRef } from '../jobs/job.ts';
import type { OpenPull } from '../jobs/worker-deps.ts';

/**
 * Repositories of one installation that one round looks at. Every five minutes this is at most 1,200 requests an
 * hour, a quarter of what the smallest installation may send; the next round goes on where this one stopped.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
const REPOSITORIES_A_ROUND = 100;

const MAX_PAGES = 100;

const Installation = z.object({ id: z.int(), suspended_at: z.string().nullish() });

const Repositories = z.object({
  repositories: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      owner: z.object({ login: z.string() }),
      archived: z.boolean().default(false),
    }),
  ),
});

/** Goes through the open pull requests of everybody who installed the app, a round at a time. */
export class OpenPullLister {
  readonly #app: GitHubApp;
  /** Per installation: how many repositories earlier rounds have passed. */
  readonly #passed = new Map<number, number>();

  constructor(app: GitHubApp) {
    this.#app = app;
  }

  async *next(): AsyncIterable<OpenPull> {
    const pages = readPages(
      this.#app.appClient(),
      'GET /app/installations',
      {},
      Installation,
      MAX_PAGES,
    );
    for await (const page of pages) {
      for (const { id, suspended_at: suspended } of page) {
        if (suspended === null || suspended === undefined) yield* this.#ofInstallation(id);
      }
    }
  }

  async *#ofInstallation(installationId: number): AsyncIterable<OpenPull> {
    for (const repository of await this.#nextRepositories(installationId)) {
      const client = this.#app.installationClient(installationId, {
        repositoryId: repository.repositoryId,
        permissions: WRITE_PERMISSIONS,
      });
      const names = { owner: repository.owner, repo: repository.name };
      for (const { number, headSha, updatedAt } of await listOpenPulls(client, names)) {
        yield { pull: { ...repository, pull: number }, headSha, changedAt: updatedAt };
      }
    }
  }

  /** Pages have the size of a round, so that the number of passed repositories names the next page. */
  async #nextRepositories(installationId: number): Promise<readonly RepositoryRef[]> {
    const client = this.#app.installationClient(installationId);
    const passed = this.#passed.get(installationId) ?? 0;
    const page = Math.floor(passed / REPOSITORIES_A_ROUND) + 1;
    const { data } = await client.request('GET /installation/repositories', {
      per_page: PAGE_SIZE,
      page,
    });
    const { repositories } = parseAnswer(Repositories, data, 'the repositories');
    const isLast = repositories.length < PAGE_SIZE;
    this.#passed.set(installationId, isLast ? 0 : passed + repositories.length);
    return repositories
      .filter(({ archived }) => !archived)
      .map(({ id, name, owner }) => ({
        installationId,
        repositoryId: id,
        owner: owner.login,
        name,
      }));
  }
}
