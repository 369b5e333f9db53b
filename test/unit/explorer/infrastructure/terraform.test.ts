import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  type HclBody,
  literalOf,
  nestedBlocks,
  terraformParser,
} from '../../../../src/explorer/parsers/terraform.ts';
import { ParseFailure, SourceFile } from '../../../../src/explorer/source-file.ts';

function parse(text: string): HclBody {
  return new SourceFile('main.tf', 'head', text).parse(terraformParser);
}

describe('terraformParser', () => {
  it.each([
    { name: 'a text', text: 'a = "x"', value: { kind: 'literal', value: 'x' } },
    { name: 'escapes', text: 'a = "q\\"\\n$${x}"', value: { kind: 'literal', value: 'q"\n${x}' } },
    { name: 'a number', text: 'a = -4.5 # note', value: { kind: 'literal', value: -4.5 } },
    { name: 'a truth', text: 'a = true // note', value: { kind: 'literal', value: true } },
    { name: 'nothing', text: 'a = null', value: { kind: 'literal', value: null } },
    { name: 'a variable', text: 'a = var.x', value: { kind: 'expression', text: 'var.x' } },
    {
      name: 'an interpolation with a nested quote',
      text: 'a = "x-${f("}")}"',
      value: { kind: 'expression', text: '"x-${f("}")}"' },
    },
    {
      name: 'a choice between literals',
      text: 'a = var.p ? 1 : 2',
      value: { kind: 'expression', text: 'var.p ? 1 : 2' },
    },
    {
      name: 'a list over lines',
      text: 'a = [1, # one\n  var.y,\n]',
      value: {
        kind: 'list',
        items: [
          { kind: 'literal', value: 1 },
          { kind: 'expression', text: 'var.y' },
        ],
      },
    },
    {
      name: 'a heredoc',
      text: 'a = <<-EOT\n  } "\n  EOT\n',
      value: { kind: 'expression', text: '<<-EOT\n  } "\n  EOT' },
    },
    {
      name: 'a comprehension',
      text: 'a = { for k, v in x : k => v }',
      value: { kind: 'expression', text: '{ for k, v in x : k => v }' },
    },
  ])('reads $name', ({ text, value }) => {
    expect(parse(text).attributes.get('a')?.value).toEqual(value);
  });

  it('reads blocks with labels, nesting and lines', () => {
    const [block] = parse(
      '/* { */\nresource "a" "b" {\n  x {\n    y = 1\n  }\n  dynamic "z" {\n    content { w = 2 }\n  }\n}\n',
    ).blocks;

    expect(block).toMatchObject({ type: 'resource', labels: ['a', 'b'], line: 2, endLine: 9 });
    expect(block === undefined ? null : addressOf(block)).toBe('a.b');
    const nested = block === undefined ? [] : [...nestedBlocks(block, new Set(['x', 'z']))];
    expect(nested.map(({ line, endLine }) => [line, endLine])).toEqual([
      [3, 5],
      [6, 8],
    ]);
    expect(nested[0] === undefined ? null : literalOf(nested[0], 'y')).toBe(1);
  });

  it.each([
    {
      name: 'a block that is not closed',
      text: 'a {\n b = 1\n',
      message: 'line 1: block `a` is not closed',
    },
    { name: 'a bracket too many', text: 'a = 1\n}', message: 'line 2: `}` closes nothing' },
    {
      name: 'a string that is not closed',
      text: '\na = "x\n"',
      message: 'line 2: string is not closed',
    },
    {
      name: 'a heredoc that is not closed',
      text: 'a = <<E\nx',
      message: 'line 1: heredoc is not closed',
    },
    {
      name: 'a comment that is not closed',
      text: '/* x',
      message: 'line 1: comment is not closed',
    },
    {
      name: 'blocks that are nested without end',
      text: 'a {'.repeat(10_000),
      message: 'nested too deeply',
    },
    {
      name: 'brackets that are nested without end',
      text: `a = ${'['.repeat(10_000)}`,
      message: 'nested too deeply',
    },
  ])('refuses $name', ({ text, message }) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('answers any text with blocks or a ParseFailure', () => {
    const tokens = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '"',
      '${',
      '%{',
      '<<E\n',
      'E\n',
      'a',
      ' = ',
      '\n',
      '#',
      '//',
      '/*',
      '*/',
      ',',
      '\\',
      '1',
      ':',
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 40 }), (parts) => {
        try {
          parse(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ParseFailure);
        }
      }),
    );
  });
});
