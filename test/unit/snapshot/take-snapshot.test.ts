import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/domain/configuration.ts';
import { decodeBlob } from '../../../src/snapshot/decode.ts';
import { pathClassOf } from '../../../src/snapshot/path-class.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import { memoryChange, type MemoryChangeOptions } from '../../support/memory-change.ts';

async function snapshotOf(options: MemoryChangeOptions, ignore: string[] = []): Promise<Snapshot> {
  return await takeSnapshot({
    source: memoryChange(options),
    loadConfig: async () => ({
      kind: 'loaded',
      config: { ...DEFAULT_CONFIG, ignore },
      waivers: [],
      path: 'x',
    }),
  });
}

describe('takeSnapshot', () => {
  it('reads both sides of every kind of change', async () => {
    const { files } = await snapshotOf({
      base: { 'a.ts': '1\n', 'gone.ts': '2\n', 'old.ts': '3\n', 'same.ts': '4\n' },
      head: { 'a.ts': '1\n1\n', 'new.ts': '5\n', 'moved.ts': '3\n', 'same.ts': '4\n' },
      renames: { 'moved.ts': 'old.ts' },
    });

    expect(files.map((f) => [f.path, f.status, f.base, f.head, f.hunks.length])).toEqual([
      ['a.ts', 'modified', '1\n', '1\n1\n', 1],
      ['gone.ts', 'deleted', '2\n', null, 1],
      ['moved.ts', 'renamed', '3\n', '3\n', 0],
      ['new.ts', 'added', null, '5\n', 1],
    ]);
  });

  it.each([
    { name: 'a lockfile', path: 'package-lock.json', text: '{}\n', reason: 'generated' },
    { name: 'a vendored file', path: 'vendor/x/y.go', text: 'package y\n', reason: 'vendored' },
    { name: 'a bundle', path: 'public/app.js', text: 'x'.repeat(6_000), reason: 'minified' },
    { name: 'an ignored file', path: 'legacy/a.py', text: 'x = 1\n', reason: 'ignored' },
  ])('$name is limited and named', async ({ path, text, reason }) => {
    const snapshot = await snapshotOf({ head: { [path]: text } }, ['legacy/**']);

    expect(snapshot.unread).toEqual([{ path, reason }]);
    expect(snapshot.files[0]?.limited).toBe(reason);
  });

  it.each([
    { name: 'a marker in the text', path: 'src/a.ts', text: '// @generated\nfetch(url)\n' },
    {
      name: 'one long line in a readable file',
      path: 'src/a.js',
      text: `${'a\n'.repeat(9_000)}${'x'.repeat(6_000)}\n`,
    },
    { name: 'a long line in a manifest', path: 'k8s/a.yaml', text: `# ${'x'.repeat(6_000)}\n` },
  ])('$name does not keep the rules out', async ({ path, text }) => {
    const snapshot = await snapshotOf({ head: { [path]: text } });

    expect(snapshot.files[0]?.limited).toBeNull();
    expect(snapshot.unread).toEqual([]);
  });

  it('a hostile ignore pattern ends at once and ignores nothing', async () => {
    const hostile = `${'**/'.repeat(60)}${'{a,b}'.repeat(20)}`.slice(0, 200);
    const snapshot = await snapshotOf({ head: { 'src/a.ts': 'x\n' } }, [hostile]);

    expect(snapshot.files[0]?.limited).toBeNull();
  });

  it('reads the proposed configuration only when the change touches it', async () => {
    const touched = await snapshotOf({ head: { '.github/ops.yml': 'tier: startup\n' } });
    const untouched = await snapshotOf({ head: { 'a.ts': '\n' } });

    expect(touched.proposedConfig?.kind).toBe('loaded');
    expect(untouched.proposedConfig).toBeNull();
  });
});

describe('decodeBlob', () => {
  const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

  it.each([
    { name: 'text', blob: new TextEncoder().encode('xin chào\n'), answer: 'text' },
    { name: 'a byte order mark', blob: bytes(0xef, 0xbb, 0xbf, 0x61), answer: 'text' },
    { name: 'NUL', blob: bytes(0x61, 0, 0x62), answer: 'binary' },
    { name: 'UTF-16', blob: bytes(0xff, 0xfe, 0x61, 0), answer: 'encoding' },
    { name: 'Latin-1', blob: bytes(0x63, 0x61, 0x66, 0xe9), answer: 'encoding' },
    { name: 'more than 1 MB', blob: new Uint8Array(1_000_001).fill(0x61), answer: 'too_large' },
    {
      name: 'a Git LFS pointer',
      blob: new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'),
      answer: 'lfs_pointer',
    },
  ])('$name: $answer', ({ blob, answer }) => {
    const read = decodeBlob(blob);

    expect(read.kind === 'text' ? 'text' : read.reason).toBe(answer);
  });
});

describe('pathClassOf', () => {
  it.each([
    ['src/pay.ts', 'production'],
    ['deploy/api.yaml', 'production'],
    ['src/pay.test.ts', 'test'],
    ['internal/pay_test.go', 'test'],
    ['tests/test_pay.py', 'test'],
    ['src/main/java/PayTest.java', 'test'],
    ['src/latest/contest.ts', 'production'],
    ['docs/pay.md', 'docs'],
    ['.env.example', 'example'],
    ['examples/pay.ts', 'example'],
    ['docker-compose.dev.yml', 'dev'],
    ['go.sum', 'generated'],
    ['vendor/a/test/b.go', 'vendored'],
  ])('%s is %s', (path, pathClass) => {
    expect(pathClassOf(path)).toBe(pathClass);
  });
});
