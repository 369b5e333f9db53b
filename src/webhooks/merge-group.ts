import { type Ignored, ignored } from './payload.ts';

/** Merge queues are not evaluated yet: the group's head gets no check, and the operator sees why. */
export function onMergeGroup(): Ignored {
  return ignored('merge queues are not evaluated yet');
}
