/** What the repository as a whole tells a rule, read once at head by the parent process. */
export interface RepositoryFacts {
  /** The database that migrations run on; `unknown` keeps lock rules from blocking. */
  readonly database: 'postgresql' | 'mysql' | 'sqlite' | 'unknown';
}
