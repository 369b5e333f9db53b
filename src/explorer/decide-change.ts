import { rangeOf } from './analyze-file.ts';
import { draftOf } from './draft.ts';
import type { ChangeRule, Place } from './rule.ts';
import type { DecideResult, DecideTask, ExplorationContext } from './task.ts';

/** Lets a change rule decide over everything that it collected. */
export function decideChange(
  rule: ChangeRule,
  task: DecideTask,
  context: ExplorationContext,
): DecideResult {
  const drafts = [];
  for (const match of rule.decide({ base: task.base, head: task.head }, context.rule)) {
    const first: Place = { path: match.path, side: match.side, ...rangeOf(match) };
    drafts.push(draftOf(rule, match, [first, ...(match.also ?? [])], null, context));
  }
  return { drafts };
}
