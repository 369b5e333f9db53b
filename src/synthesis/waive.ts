import type { Concern, WaivedConcern, Waiver } from '../domain/concern.ts';

export interface Split {
  readonly open: readonly Concern[];
  readonly waived: readonly WaivedConcern[];
}

/**
 * Takes out the concerns that somebody accepted. A waiver names a concern by its id, and the id holds the
 * quoted code: when the code changes, the waiver falls away. The last day counts.
 */
export function applyWaivers(
  concerns: readonly Concern[],
  waivers: readonly Waiver[],
  today: string,
): Split {
  const open: Concern[] = [];
  const waived: WaivedConcern[] = [];
  for (const concern of concerns) {
    const waiver = waivers.find((w) => w.concern === concern.id && w.until >= today);
    if (waiver === undefined) open.push(concern);
    else waived.push({ ...concern, state: 'waived', waiver });
  }
  return { open, waived };
}
