import type { Assessment } from '../domain/assessment.ts';
import type { Concern } from '../domain/concern.ts';
import type { ChecklistSignal, Exploration } from '../domain/finding.ts';
import type { ChecklistEntry } from '../domain/report.ts';
import { Item, pillarOf, type Side } from '../domain/vocabulary.ts';

/**
 * The twenty items in their order. At head an open concern makes a gap, whatever else is said; then counts
 * what the agent showed with evidence, then the inventory of safeguards. `met` and `gap` carry evidence,
 * everything else is not touched, or unknown where the agent looked and could not tell.
 */
export function buildChecklist(
  concerns: readonly Concern[],
  exploration: Exploration,
  assessment: Assessment,
): ChecklistEntry[] {
  return Item.options.map((item) => {
    const before = signalOf(exploration.signals, item, 'base');
    return {
      item,
      pillar: pillarOf(item),
      ...atHead(item, concerns, exploration, assessment),
      status_at_base: before?.status ?? 'not_touched',
    };
  });
}

function atHead(
  item: Item,
  concerns: readonly Concern[],
  exploration: Exploration,
  assessment: Assessment,
): Pick<ChecklistEntry, 'status' | 'note' | 'evidence'> {
  const concern = concerns.find((c) => c.area === item && c.origin !== 'pre_existing');
  if (concern !== undefined)
    return { status: 'gap', note: concern.title, evidence: concern.evidence.slice(0, 1) };
  const proposed = assessment.checklist.find((entry) => entry.item === item);
  if (proposed !== undefined && proposed.status !== 'not_touched') {
    const proven = proposed.status === 'unknown' || proposed.evidence.length > 0;
    const status = proven ? proposed.status : 'unknown';
    return { status, note: proposed.note, evidence: [...proposed.evidence] };
  }
  const signal = signalOf(exploration.signals, item, 'head');
  if (signal !== undefined)
    return { status: signal.status, note: signal.note, evidence: [signal.evidence] };
  return { status: 'not_touched', note: '', evidence: [] };
}

function signalOf(
  signals: readonly ChecklistSignal[],
  item: Item,
  side: Side,
): ChecklistSignal | undefined {
  return signals.find((signal) => signal.item === item && signal.side === side);
}
