import { type ChecklistSignal } from '../domain/finding.ts';
import type { Item, Side } from '../domain/vocabulary.ts';
import type { Quoter } from './quote.ts';
import type { Collected } from './rule.ts';
import type { DecideTask } from './task.ts';

/** The rule whose facts are the inventory of safeguards on both sides. */
const INVENTORY_RULE = 'safeguard/resilience-removed';

interface InventoriedSafeguard {
  readonly item: Item;
  readonly kind: string;
  readonly line: number;
  readonly endLine: number;
}

/**
 * What the inventory of safeguards tells the checklist: the first safeguard of each item and side is proof
 * that the item is met there.
 */
export function signalsFrom(
  facts: ReadonlyMap<string, DecideTask>,
  quoter: Quoter,
): ChecklistSignal[] {
  const inventory = facts.get(INVENTORY_RULE);
  if (inventory === undefined) return [];
  return (['base', 'head'] as const).flatMap((side) =>
    firstOfEachItem(inventory[side], side, quoter),
  );
}

function firstOfEachItem(
  collected: readonly Collected<unknown>[],
  side: Side,
  quoter: Quoter,
): ChecklistSignal[] {
  const signals = new Map<Item, ChecklistSignal>();
  for (const { fact, path } of collected) {
    if (!isSafeguard(fact) || signals.has(fact.item)) continue;
    const place = { path, side, line: fact.line, endLine: fact.endLine };
    signals.set(fact.item, {
      item: fact.item,
      side,
      status: 'met',
      note: fact.kind,
      evidence: quoter.quote(place),
    });
  }
  return [...signals.values()];
}

/** The inventory also holds the owners of safeguards, which say nothing about an item. */
function isSafeguard(fact: unknown): fact is InventoriedSafeguard {
  return typeof fact === 'object' && fact !== null && 'item' in fact && 'line' in fact;
}
