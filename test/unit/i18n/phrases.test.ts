import { describe, expect, it } from 'vitest';
import {
  AgentStatus,
  Category,
  ChecklistStatus,
  ConcernState,
  ConcernType,
  Confidence,
  FailureModeVerdict,
  Item,
  Language,
  Origin,
  Pillar,
  Principle,
  Priority,
  Side,
  Source,
  Verdict,
} from '../../../src/domain/vocabulary.ts';
import { phrasesOf } from '../../../src/i18n/phrases.ts';

const LABELLED = {
  verdict: Verdict,
  priority: Priority,
  confidence: Confidence,
  type: ConcernType,
  pillar: Pillar,
  item: Item,
  category: Category,
  principle: Principle,
  origin: Origin,
  state: ConcernState,
  source: Source,
  side: Side,
  checklist: ChecklistStatus,
  checklistCount: ChecklistStatus,
  failureMode: FailureModeVerdict,
  agent: AgentStatus,
} as const;

/** Every text of a catalogue; phrases with parameters are filled with numbers. */
function texts(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node === 'function') return [String(node(3, 4))];
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(texts);
}

describe.each(Language.options)('phrases in %s', (language) => {
  const t = phrasesOf(language);

  it.each(Object.keys(LABELLED) as (keyof typeof LABELLED)[])('label every id of %s', (group) => {
    expect(Object.keys(t[group]).sort()).toEqual([...LABELLED[group].options].sort());
  });

  it('are composed Unicode without trailing space', () => {
    const all = texts(t);

    expect(all.length).toBeGreaterThan(200);
    expect(all.filter((text) => text !== text.normalize('NFC') || text !== text.trim())).toEqual(
      [],
    );
  });
});

describe('numbers', () => {
  it('agree with their nouns in English', () => {
    const t = phrasesOf('en');

    expect(t.title.blocked(1)).toBe('Blocked — 1 deployment blocker');
    expect(t.title.blocked(2)).toBe('Blocked — 2 deployment blockers');
    expect(t.concerns.more(0)).toBe('0 more concerns');
  });

  it('are grouped as each language does', () => {
    expect(phrasesOf('en').count(10_000)).toBe('10,000');
    expect(phrasesOf('vi').count(10_000)).toBe('10.000');
    expect(phrasesOf('en').dollars(0.2149)).toBe('$0.21');
    expect(phrasesOf('vi').dollars(1.5)).toBe('$1,50');
    expect(phrasesOf('en').dollars(0.0004)).toBe('< $0.01');
  });
});
