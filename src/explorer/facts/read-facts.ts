import type { Snapshot } from '../../snapshot/snapshot.ts';
import { DATABASE_FACT_FILES, detectDatabase } from './database.ts';
import type { RepositoryFacts } from './repository-facts.ts';

/** Reads once, at head, what rules need to know about the repository as a whole. */
export async function readFacts(snapshot: Snapshot): Promise<RepositoryFacts> {
  if (!snapshot.files.some(({ path }) => mayBeMigration(path))) return { database: 'unknown' };
  const lists = await Promise.all(
    DATABASE_FACT_FILES.map(async (glob) => await snapshot.head.list(glob)),
  );
  const paths = [...new Set(lists.flat())].sort().slice(0, MAX_FACT_FILES);
  const texts = new Map<string, string>();
  for (const [path, read] of await snapshot.head.read(paths))
    if (read.kind === 'text') texts.set(path, read.text);
  return { database: detectDatabase(texts) };
}

const MAX_FACT_FILES = 60;

/** Only migrations ask for the database; other changes are spared the reading. */
function mayBeMigration(path: string): boolean {
  return /migrat|\.sql$|alembic|flyway|liquibase|changelog/iu.test(path);
}
