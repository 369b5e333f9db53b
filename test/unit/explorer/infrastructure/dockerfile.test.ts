import { describe, expect, it } from 'vitest';
import {
  type Dockerfile,
  dockerfileParser,
  lineage,
} from '../../../../src/explorer/parsers/dockerfile.ts';
import { isUnpinned } from '../../../../src/explorer/parsers/image-reference.ts';
import { ParseFailure, SourceFile } from '../../../../src/explorer/source-file.ts';

function parse(text: string, path = 'Dockerfile'): Dockerfile {
  return new SourceFile(path, 'head', text).parse(dockerfileParser);
}

describe('dockerfileParser', () => {
  it('follows stage names in any case, flags, and global build arguments', () => {
    const { stages } = parse(
      'ARG V=22\nFROM --platform=$BUILDPLATFORM node:${V} AS Build\nUSER node\n\nFROM build\nCMD ["x"]\n',
    );

    expect(stages.map((s) => [s.alias, s.resolvedImage, s.parent?.alias ?? null])).toEqual([
      ['build', 'node:22', null],
      [null, 'build', 'build'],
    ]);
    const final = stages.at(-1);
    expect(final === undefined ? 0 : [...lineage(final)].length).toBe(2);
  });

  it('does not know an image whose argument has no default', () => {
    expect(parse('ARG BASE\nFROM ${BASE}\n').stages[0]?.resolvedImage).toBeNull();
  });

  it('takes the lines of a heredoc for text', () => {
    const [stage] = parse('FROM debian:12\nRUN <<EOF\nUSER root\nEOF\nUSER app\n').stages;

    expect(stage?.instructions.map((i) => [i.keyword, i.line, i.endLine])).toEqual([
      ['RUN', 2, 4],
      ['USER', 5, 5],
    ]);
  });

  it('refuses a Dockerfile without FROM, and lets a fragment be', () => {
    expect(() => parse('RUN true\n')).toThrow(ParseFailure);
    expect(parse('RUN true\n', 'Dockerfile.common').stages).toEqual([]);
  });
});

it.each([
  ['node', true],
  ['node:latest', true],
  ['registry.example.com:5000/team/app', true],
  ['registry.example.com:5000/team/app:1', false],
  ['node@sha256:00', false],
])('%s is unpinned: %s', (reference, unpinned) => {
  expect(isUnpinned(reference)).toBe(unpinned);
});
