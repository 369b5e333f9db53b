import type { Evidence } from '../domain/evidence.ts';
import type { ReviewedFile } from './context.ts';

/** Whether the change adds (head) or removes (base) at least one of the cited lines. */
export function isTouched(evidence: Evidence, files: readonly ReviewedFile[]): boolean {
  const file = fileOf(evidence, files);
  return (file?.hunks ?? []).some((hunk) => {
    const start = evidence.side === 'head' ? hunk.headStart : hunk.baseStart;
    const count = evidence.side === 'head' ? hunk.headLines : hunk.baseLines;
    return count > 0 && start <= evidence.end_line && start + count - 1 >= evidence.line;
  });
}

export function fileOf(
  evidence: Evidence,
  files: readonly ReviewedFile[],
): ReviewedFile | undefined {
  return files.find((file) =>
    evidence.side === 'head'
      ? file.path === evidence.path
      : (file.previousPath ?? file.path) === evidence.path,
  );
}
