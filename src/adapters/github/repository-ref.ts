/** A repository as routes name it. */
export interface GitHubRepository {
  readonly owner: string;
  readonly repo: string;
}
