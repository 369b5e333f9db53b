import { relative } from 'node:path';
import type { Issue, IssueRecords, IssueType, Reporter } from 'knip';

/** Prints how many files knip looked at, which its own reporters do not say, and what it found. */
const report: Reporter = ({ counters, issues, cwd }) => {
  const problems = Object.entries(issues).flatMap(([kind, records]: [string, IssueRecords]) =>
    Object.values(records)
      .flatMap((bySymbol) => Object.values(bySymbol))
      .map((issue) => describe(kind, issue, cwd)),
  );
  process.stdout.write(JSON.stringify({ files: counters.processed, problems }));
};

export default report;

const MEANING: Partial<Record<IssueType, string>> = {
  files: 'no entry reaches this file',
  dependencies: 'dependency that nothing imports',
  devDependencies: 'dev dependency that nothing imports',
  unlisted: 'import of a package that package.json does not list',
  unresolved: 'import that leads nowhere',
  exports: 'export that nothing imports',
  types: 'exported type that nothing imports',
};

function describe(kind: string, { filePath, line, symbol }: Issue, cwd: string): string {
  const place = line === undefined ? relative(cwd, filePath) : `${relative(cwd, filePath)}:${line}`;
  const meaning = MEANING[kind as IssueType] ?? kind;
  return kind === 'files' ? `${place}: ${meaning}` : `${place}: ${meaning}: ${symbol}`;
}
