import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { Language } from '../../../src/domain/vocabulary.ts';
import { renderTerminal } from '../../../src/publish/render/terminal.ts';
import { columnsOf, wrap } from '../../../src/publish/render/text-layout.ts';
import { sample, sampleReview, SAMPLES } from '../../support/sample-reviews.ts';

const PLAIN = picocolors.createColors(false);
const COLOURED = picocolors.createColors(true);

describe.each([40, 80, 120])('at %i columns', (width) => {
  it('breaks every line that has a space to break at', () => {
    const limit = Math.min(width, 100);
    for (const { build } of SAMPLES)
      for (const language of Language.options) {
        const lines = renderTerminal(build(language), { colors: PLAIN, width }).split('\n');
        const long = lines.filter(
          (l) => columnsOf(l) > limit && /\S \S/u.test(l.trim()) && !l.includes(' · '),
        );
        const breakable = long.filter((l) =>
          l
            .trim()
            .split(' ')
            .every((w) => columnsOf(w) < limit / 3),
        );

        expect(breakable).toEqual([]);
      }
  });
});

describe('colours', () => {
  it('are absent when switched off and change no letter when on', () => {
    for (const { build } of SAMPLES) {
      const plain = renderTerminal(build('vi'), { colors: PLAIN, width: 80 });
      const coloured = renderTerminal(build('vi'), { colors: COLOURED, width: 80 });

      expect(plain).toBe(stripVTControlCharacters(plain));
      expect(coloured).not.toBe(plain);
      expect(stripVTControlCharacters(coloured)).toBe(plain);
    }
  });

  it('are never those of foreign text', () => {
    const review = sampleReview('en', { report: { headline: '\u001b[32mReady\u001b[0m \u202e' } });

    expect(renderTerminal(review, { colors: PLAIN, width: 80 })).toContain('tomorrow: Ready\n');
  });
});

describe('what a terminal shows', () => {
  it.each([
    { name: 'blocked', first: 'Blocked — 2 deployment blockers' },
    { name: 'ready', first: 'Ready — nothing that was looked at breaks' },
    { name: 'ready-with-concerns', first: 'Ready — with 2 concerns to plan for' },
    { name: 'model-down', first: 'Not assessed — the model cannot be reached' },
    { name: 'parse-failed', first: 'Not assessed — 1 file could not be checked' },
  ])('$name starts with its verdict', ({ name, first }) => {
    const [line] = renderTerminal(sample(name, 'en'), { colors: PLAIN, width: 80 }).split('\n');

    expect(line).toBe(first);
  });

  it('ends with what was looked at', () => {
    const text = renderTerminal(sample('rules-only', 'en'), { colors: PLAIN, width: 80 });

    expect(text).toContain('Reviewed by rules only. No model key is configured.');
    expect(text.trimEnd().split('\n').at(-1)).toContain(
      'Rules read 4 of 4 files · the agent did not run',
    );
  });
});

describe('text layout', () => {
  it.each([
    { text: 'tiếng', columns: 5 },
    { text: 'tie\u0302\u0301ng', columns: 5 },
    { text: '日本', columns: 4 },
    { text: '🚀', columns: 2 },
  ])('$text takes $columns columns', ({ text, columns }) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('keeps a word that is longer than the line whole', () => {
    expect(wrap('see src/a/very/long/path.ts now', 10)).toEqual([
      'see',
      'src/a/very/long/path.ts',
      'now',
    ]);
  });
});
