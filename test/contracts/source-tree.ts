import { beforeAll, describe, expect, it } from 'vitest';
import type { FileRead, SourceTree } from '../../src/snapshot/source-tree.ts';
import { readText } from '../../src/snapshot/source-tree.ts';

/** What the suite puts into a tree. */
export type ContractFile =
  | string
  | Uint8Array
  | { readonly symlink: string }
  | { readonly submodule: string };
export type ContractFiles = Readonly<Record<string, ContractFile>>;

const POINTER = [
  'version https://git-lfs.github.com/spec/v1',
  `oid sha256:${'4d'.repeat(32)}`,
  'size 12345',
  '',
].join('\n');

const FILES: ContractFiles = {
  'README.md': 'hello\n',
  '.github/ops.yml': 'tier: startup\n',
  'src/app.ts': 'first\r\nsecond\r\n',
  'src/deep/er/app.ts': 'export {};',
  'src/empty.ts': '',
  'tài liệu/kế hoạch (1).md': 'Thanh toán sẽ dừng 43 phút.\n',
  'odd/{a} [b]*?#.txt': 'odd name\n',
  'odd/replacement.txt': 'a real \uFFFD character\n',
  'bin/tool': Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1, 2),
  'img/logo.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 13),
  'old/latin1.txt': Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a),
  'old/utf16.yaml': Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x3a, 0, 0x31, 0),
  'old/bom.txt': Uint8Array.of(0xef, 0xbb, 0xbf, 0x68, 0x69),
  'assets/model.onnx': POINTER,
  'large/still-read.sql': `${'-- line of sql\n'.repeat(45_000)}end`,
  'large/too-large.sql': 'x'.repeat(1_000_001),
  'link.md': { symlink: 'README.md' },
  'out.md': { symlink: '/etc/passwd' },
  'vendor/lib': { submodule: '5'.repeat(40) },
};

/**
 * What every `SourceTree` promises, whatever it reads from. `makeTree` gets a few files of every kind and
 * answers a tree that holds exactly those.
 */
export function sourceTreeContract(
  name: string,
  makeTree: (files: ContractFiles) => Promise<SourceTree>,
): void {
  describe(`SourceTree of ${name}`, () => {
    let tree: SourceTree;
    beforeAll(async () => {
      tree = await makeTree(FILES);
    });

    it('lists regular files that match, dot files included, sorted', async () => {
      expect(await tree.list('**/*.{ts,yml}')).toEqual([
        '.github/ops.yml',
        'src/app.ts',
        'src/deep/er/app.ts',
        'src/empty.ts',
      ]);
      expect(await tree.list('**/*.md')).toEqual(['README.md', 'tài liệu/kế hoạch (1).md']);
      expect(await tree.list('vendor/**')).toEqual([]);
      expect(await tree.list('nothing/**')).toEqual([]);
    });

    it.each([
      ['plain text', 'README.md', 'hello\n'],
      ['carriage returns as they are', 'src/app.ts', 'first\r\nsecond\r\n'],
      ['an empty file', 'src/empty.ts', ''],
      ['Vietnamese in name and text', 'tài liệu/kế hoạch (1).md', 'Thanh toán sẽ dừng 43 phút.\n'],
      ['a name full of glob characters', 'odd/{a} [b]*?#.txt', 'odd name\n'],
      [
        'a replacement character that is really there',
        'odd/replacement.txt',
        'a real \uFFFD character\n',
      ],
      ['text behind a byte order mark', 'old/bom.txt', 'hi'],
    ])('reads %s', async (_, path, text) => {
      expect(await readText(tree, path)).toBe(text);
    });

    it('reads a large file whole', async () => {
      const text = await readText(tree, 'large/still-read.sql');

      expect(text).toBe(FILES['large/still-read.sql']);
    });

    it.each([
      ['a file with NUL bytes', 'bin/tool', 'binary'],
      ['an image', 'img/logo.png', 'binary'],
      ['another encoding', 'old/latin1.txt', 'encoding'],
      ['UTF-16', 'old/utf16.yaml', 'encoding'],
      ['a pointer into LFS', 'assets/model.onnx', 'lfs_pointer'],
      ['a file over the limit', 'large/too-large.sql', 'too_large'],
      ['a symlink', 'link.md', 'symlink'],
      ['a symlink out of the repository', 'out.md', 'symlink'],
      ['a submodule', 'vendor/lib', 'submodule'],
    ])('does not read %s and says why', async (_, path, reason) => {
      const read = (await tree.read([path])).get(path);

      expect(read).toMatchObject({ kind: 'not_read', reason });
    });

    it('leaves out what is not there', async () => {
      const reads = await tree.read([
        'README.md',
        'absent.md',
        'src',
        'readme.md',
        '../README.md',
        '/README.md',
        'link.md/x',
        'vendor/lib/x',
        '',
      ]);

      expect([...reads.keys()]).toEqual(['README.md']);
    });

    it('answers many paths at once, and each of them once', async () => {
      const many: Record<string, ContractFile> = {};
      for (let at = 0; at < 250; at += 1) many[`src/file-${at}.txt`] = `file ${at}\n`;
      const full = await makeTree(many);

      const reads = await full.read([...Object.keys(many), 'src/file-7.txt']);

      expect(reads.size).toBe(250);
      expect(reads.get('src/file-249.txt')).toEqual<FileRead>({
        kind: 'text',
        text: 'file 249\n',
        sizeBytes: 9,
      });
      expect(await full.read([])).toEqual(new Map());
    });
  });
}
