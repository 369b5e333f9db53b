import { describe, expect, it } from 'vitest';
import { pairFormats } from '../../../src/cli/formats.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';

describe('pairFormats', () => {
  it.each([
    { name: 'nothing named', formats: [], outputs: [], pairs: [['terminal', null]] },
    { name: 'one format', formats: ['json'], outputs: [], pairs: [['json', null]] },
    {
      name: 'one format to a file',
      formats: ['json'],
      outputs: ['a.json'],
      pairs: [['json', 'a.json']],
    },
    {
      name: 'a file for the default',
      formats: [],
      outputs: ['a.txt'],
      pairs: [['terminal', 'a.txt']],
    },
    {
      name: 'two formats, the last to standard output',
      formats: ['sarif', 'terminal'],
      outputs: ['a.sarif'],
      pairs: [
        ['sarif', 'a.sarif'],
        ['terminal', null],
      ],
    },
    { name: 'a dash', formats: ['json'], outputs: ['-'], pairs: [['json', null]] },
  ])('$name', ({ formats, outputs, pairs }) => {
    expect(pairFormats(formats, outputs).map((p) => [p.format, p.output])).toEqual(pairs);
  });

  it.each([
    { name: 'two formats for one stream', formats: ['json', 'yaml'], outputs: [] },
    { name: 'two dashes', formats: ['json', 'yaml'], outputs: ['-', '-'] },
    { name: 'more files than formats', formats: ['json'], outputs: ['a', 'b'] },
    { name: 'an unknown format', formats: ['pdf'], outputs: [] },
  ])('$name is refused', ({ formats, outputs }) => {
    expect(() => pairFormats(formats, outputs)).toThrow(OpsError);
  });
});
