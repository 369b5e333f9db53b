import type { Draft } from './task.ts';

/**
 * One fact, one finding: where a removed safeguard and another rule tell of the same item at the same place
 * or anchor, the safeguard is the better story and the other one is dropped.
 */
export function dropShadowed(drafts: readonly Draft[]): Draft[] {
  const safeguards = drafts.filter(isSafeguard);
  return drafts.filter(
    (draft) => isSafeguard(draft) || !safeguards.some((s) => tellsTheSame(s, draft)),
  );
}

function isSafeguard(draft: Draft): boolean {
  return draft.rule.startsWith('safeguard/');
}

function tellsTheSame(a: Draft, b: Draft): boolean {
  if (a.item !== b.item) return false;
  if (a.anchor === b.anchor) return true;
  return a.places.some((p) =>
    b.places.some(
      (q) => p.path === q.path && p.side === q.side && p.line <= q.endLine && p.endLine >= q.line,
    ),
  );
}
