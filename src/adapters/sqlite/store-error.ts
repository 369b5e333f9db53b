import { OpsError } from '../../domain/ops-error.ts';

/** Primary result codes that say something of the disk or of other users, not of our SQL. */
// https://www.sqlite.org/rescode.html
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const UNAVAILABLE: ReadonlySet<number> = new Set([BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN]);
const DAMAGED: ReadonlySet<number> = new Set([CORRUPT, NOTADB]);

/** Runs work on the database; what the disk refuses becomes `store.unavailable` or `store.corrupt`. */
export async function inStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeErrorOf(error) ?? error;
  }
}

function storeErrorOf(error: unknown): OpsError | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  // The lower byte is the primary code, the rest says more of it.
  const code = Number(error.errcode) & 0xff;
  if (DAMAGED.has(code)) return corruptStore(error.message, error);
  if (!UNAVAILABLE.has(code)) return undefined;
  return new OpsError('store.unavailable', `The database refused: ${error.message}.`, {
    remedy: 'Check the disk and the permissions of OPS_DATA_DIR.',
    cause: error,
  });
}

export function corruptStore(detail: string, cause?: unknown): OpsError {
  return new OpsError('store.corrupt', `The database is damaged: ${detail}.`, {
    remedy:
      'Move the file away and start again: open pull requests are found again through GitHub. ' +
      'Waivers given by command are lost with it.',
    cause,
  });
}
