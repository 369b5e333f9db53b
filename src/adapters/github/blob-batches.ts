/** One blob that is wanted, by its name or by `revision:path`. */
export type WantedBlob =
  | {
      readonly kind: 'oid';
      readonly oid: string;
      readonly path: string;
      readonly sizeBytes: number;
    }
  | { readonly kind: 'expression'; readonly revision: string; readonly path: string };

/** GitHub cuts the text of a blob here and says `isTruncated`; measured, not documented. */
export const MAX_GRAPHQL_BLOB_BYTES = 512_000;

const MAX_BATCH_BLOBS = 100;

/** Keeps an answer well inside the ten seconds that GitHub gives a query. */
const MAX_BATCH_BYTES = 2_000_000;

/** What a file of unknown size counts as. */
const ASSUMED_BYTES = 20_000;

/** Cuts what is wanted into requests, in order. */
export function batchesOf(wanted: readonly WantedBlob[]): WantedBlob[][] {
  const batches: WantedBlob[][] = [];
  let bytes = 0;
  for (const blob of wanted) {
    const size = blob.kind === 'oid' ? blob.sizeBytes : ASSUMED_BYTES;
    const current = batches.at(-1);
    if (
      current === undefined ||
      current.length === MAX_BATCH_BLOBS ||
      bytes + size > MAX_BATCH_BYTES
    ) {
      batches.push([blob]);
      bytes = size;
    } else {
      current.push(blob);
      bytes += size;
    }
  }
  return batches;
}
