import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_YAML_BYTES, parseYaml } from '../../../../src/explorer/parsers/yaml.ts';
import { ParseFailure } from '../../../../src/explorer/source-file.ts';

describe('parseYaml', () => {
  const text =
    'a: 1\nlist:\n  - x: one\n    y: |\n      two\n      three\n  - [4, 5]\n\n# end\nlast: {b: c}\n---\nkind: Second\n';
  const [first, second] = parseYaml(text);

  it.each([
    { name: 'a scalar', path: ['a'], range: { line: 1, endLine: 1 } },
    { name: 'a whole list', path: ['list'], range: { line: 2, endLine: 7 } },
    { name: 'a list entry', path: ['list', 0], range: { line: 3, endLine: 6 } },
    { name: 'a block scalar from its key', path: ['list', 0, 'y'], range: { line: 4, endLine: 6 } },
    { name: 'an entry of a flow list', path: ['list', 1, 1], range: { line: 7, endLine: 7 } },
    { name: 'an absent key', path: ['list', 0, 'z'], range: null },
    { name: 'a step into a scalar', path: ['a', 'b'], range: null },
  ])('finds the lines of $name', ({ path, range }) => {
    expect(first?.rangeOf(path)).toEqual(range);
  });

  it('reads every document with its own lines', () => {
    expect(second?.value).toEqual({ kind: 'Second' });
    expect(second?.rangeOf(['kind'])).toEqual({ line: 12, endLine: 12 });
  });

  it('looks through aliases and merge keys', () => {
    const [doc] = parseYaml('base: &b\n  image: x\nuse: *b\nmerged:\n  <<: *b\n  port: 1\n');

    expect(doc?.value).toMatchObject({ use: { image: 'x' }, merged: { image: 'x', port: 1 } });
    expect(doc?.rangeOf(['use', 'image'])).toEqual({ line: 2, endLine: 2 });
  });

  it.each([
    { name: 'what is no YAML, with its line', text: 'a: 1\nb: [1, 2\nc: }', message: /^line \d/u },
    {
      name: 'a file above the limit, with its size',
      text: `a: ${'x'.repeat(MAX_YAML_BYTES)}`,
      message: /513 KB/u,
    },
    { name: 'an alias to nowhere', text: 'a: *none\n', message: /alias/iu },
    {
      name: 'an alias bomb',
      text: ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
        .concat(
          Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`),
        )
        .join('\n'),
      message: /alias/iu,
    },
    { name: 'nesting that overflows the stack', text: '['.repeat(12_000), message: /nested|YAML/u },
  ])('refuses $name', ({ text: hostile, message }) => {
    expect(() => parseYaml(hostile)).toThrow(ParseFailure);
    expect(() => parseYaml(hostile)).toThrow(message);
  });

  it('answers any text with documents or a ParseFailure', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>"\'#,? \n\t%@<') }), (any) => {
        try {
          parseYaml(any);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseFailure);
        }
      }),
    );
  });
});
