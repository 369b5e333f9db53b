import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedLines, hunksBetween } from '../../../src/snapshot/lines.ts';

describe('hunksBetween', () => {
  it.each([
    { name: 'the same text', base: 'a\nb\n', head: 'a\nb\n', hunks: [] },
    { name: 'only line ends differ', base: 'a\nb\n', head: 'a\r\nb\r\n', hunks: [] },
    { name: 'an added file', base: null, head: 'a\nb\n', hunks: [[1, 0, 1, 2]] },
    { name: 'a deleted file', base: 'a\nb\n', head: null, hunks: [[1, 2, 1, 0]] },
    { name: 'a line at the end', base: 'a\n', head: 'a\nb\n', hunks: [[2, 0, 2, 1]] },
    { name: 'a replaced line', base: 'a\nb\nc\n', head: 'a\nx\nc\n', hunks: [[2, 1, 2, 1]] },
    {
      name: 'two places',
      base: 'a\nb\nc\nd\ne\n',
      head: 'x\nb\nc\nd\ny\nz\n',
      hunks: [
        [1, 1, 1, 1],
        [5, 1, 5, 2],
      ],
    },
    { name: 'an empty file', base: null, head: '', hunks: [] },
    {
      name: 'a line that looks like a diff header',
      base: '',
      head: '--- a/x\n',
      hunks: [[1, 0, 1, 1]],
    },
  ])('$name', ({ base, head, hunks }) => {
    expect(
      hunksBetween(base, head).map((h) => [h.baseStart, h.baseLines, h.headStart, h.headLines]),
    ).toEqual(hunks);
  });

  it('applied to base gives head', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '', '  x'), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const base = before.join('\n');
        const head = after.join('\n');
        expect(applied(base, head)).toEqual(countedLines(head));
      }),
    );
  });
});

/** Takes unchanged lines from base and the changed ones from head, as the hunks say. */
function applied(base: string, head: string): string[] {
  const from = countedLines(base);
  const to = countedLines(head);
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunksBetween(base, head)) {
    result.push(...from.slice(at, hunk.baseStart - 1));
    result.push(...to.slice(hunk.headStart - 1, hunk.headStart - 1 + hunk.headLines));
    at = hunk.baseStart - 1 + hunk.baseLines;
  }
  return [...result, ...from.slice(at)];
}
