import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipCharacters, truncateUtf8, utf8Bytes } from '../../../src/publish/limits.ts';

describe('truncateUtf8', () => {
  it.each([
    { name: 'keeps what fits', text: 'tiếng', max: 7, cut: 'tiếng' },
    { name: 'drops a letter of three bytes whole', text: 'tiếng', max: 4, cut: 'ti' },
    { name: 'drops a letter of four bytes whole', text: 'a😀b', max: 4, cut: 'a' },
    { name: 'keeps a letter of four bytes that fits', text: 'a😀b', max: 5, cut: 'a😀' },
    { name: 'gives nothing for no room', text: 'ế', max: 2, cut: '' },
    { name: 'gives nothing for zero', text: 'a', max: 0, cut: '' },
  ])('$name', ({ text, max, cut }) => {
    expect(truncateUtf8(text, max)).toBe(cut);
  });

  it('gives the longest beginning of whole characters that fits', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'ế', 'Đ', '😀', '€', '\n'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, fc.nat(120), (whole, max) => {
        const cut = truncateUtf8(whole, max);
        const [next] = whole.slice(cut.length)[Symbol.iterator]();

        expect(whole.startsWith(cut)).toBe(true);
        expect(utf8Bytes(cut)).toBeLessThanOrEqual(max);
        if (next !== undefined) expect(utf8Bytes(cut + next)).toBeGreaterThan(max);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('clipCharacters', () => {
  it.each([
    { text: 'abc', max: 3, clipped: 'abc' },
    { text: 'abcd', max: 3, clipped: 'ab…' },
    { text: '😀😀😀', max: 2, clipped: '😀…' },
    { text: 'Đường ống', max: 7, clipped: 'Đường…' },
  ])('clips $text to $max characters', ({ text, max, clipped }) => {
    expect(clipCharacters(text, max)).toBe(clipped);
  });
});
