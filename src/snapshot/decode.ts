import type { FileRead } from './source-tree.ts';
import { MAX_FILE_BYTES } from './take-snapshot.ts';

/** Git's own heuristic looks for NUL in the first 8,000 bytes (buffer_is_binary in xdiff-interface.c). */
const BINARY_PROBE_BYTES = 8_000;

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** Larger than any pointer file that Git LFS writes. */
const MAX_LFS_POINTER_BYTES = 1_024;

/** What a blob's bytes are to a reviewer. The text is valid UTF-8 without a byte order mark. */
export function decodeBlob(bytes: Uint8Array): FileRead {
  const sizeBytes = bytes.length;
  if (sizeBytes > MAX_FILE_BYTES) return { kind: 'not_read', reason: 'too_large', sizeBytes };
  if (isUtf16(bytes)) return { kind: 'not_read', reason: 'encoding', sizeBytes };
  if (bytes.subarray(0, BINARY_PROBE_BYTES).includes(0))
    return { kind: 'not_read', reason: 'binary', sizeBytes };
  const text = decodeUtf8(bytes);
  if (text === null) return { kind: 'not_read', reason: 'encoding', sizeBytes };
  if (sizeBytes <= MAX_LFS_POINTER_BYTES && text.startsWith(LFS_POINTER))
    return { kind: 'not_read', reason: 'lfs_pointer', sizeBytes };
  return { kind: 'text', text, sizeBytes };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  const [a, b] = bytes;
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}
