import { createHash } from 'node:crypto';
import { decodeBlob } from '../../snapshot/decode.ts';
import type { FileRead } from '../../snapshot/source-tree.ts';
import { MAX_FILE_BYTES } from '../../snapshot/take-snapshot.ts';
import type { GraphQLBlob } from './schemas.ts';

/** What a GraphQL answer is worth: settled, or the bytes must be fetched to know. */
export type BlobVerdict =
  | { readonly kind: 'settled'; readonly read: FileRead }
  | { readonly kind: 'fetch'; readonly oid: string; readonly sizeBytes: number };

/**
 * GraphQL hands out text, not bytes: other encodings arrive converted or with replacement characters. Only a
 * text whose git object name is the one that was asked for is taken as it is.
 */
export function judgeBlob(blob: GraphQLBlob, path: string): BlobVerdict {
  const sizeBytes = blob.byteSize ?? 0;
  const { oid } = blob;
  if (sizeBytes > MAX_FILE_BYTES)
    return { kind: 'settled', read: { kind: 'not_read', reason: 'too_large', sizeBytes } };
  // UTF-16 counts as binary for GitHub. By its name alone such a file could slip past every rule.
  if (blob.isBinary === true && BINARY_NAMES.test(path))
    return { kind: 'settled', read: { kind: 'not_read', reason: 'binary', sizeBytes } };
  if (typeof blob.text === 'string' && blob.isTruncated !== true) {
    const bytes = Buffer.from(blob.text);
    if (objectName(bytes, oid.length) === oid) return { kind: 'settled', read: decodeBlob(bytes) };
  }
  return { kind: 'fetch', oid, sizeBytes };
}

const BINARY_NAMES =
  /\.(?:png|jpe?g|gif|webp|avif|bmp|ico|icns|tiff?|psd|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|exe|dll|so|dylib|a|o|wasm|pyc|woff2?|ttf|otf|eot|mp[34]|m4a|ogg|webm|mov|avi|wav|flac|sqlite3?|db|parquet|avro|onnx|pt|npy|docx|xlsx|pptx)$/iu;

/** SHA-1 repositories have names of 40 digits, SHA-256 ones of 64. */
function objectName(bytes: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
