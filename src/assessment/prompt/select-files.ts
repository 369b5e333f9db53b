import type { Finding } from '../../domain/finding.ts';
import { compareText } from '../../domain/concern.ts';
import { Priority } from '../../domain/vocabulary.ts';
import { pathClassOf } from '../../snapshot/path-class.ts';
import type { ChangedFile } from '../../snapshot/snapshot.ts';
import { isWithheld } from './withheld.ts';

export const MAX_DIFF_BYTES = 240_000;
export const MAX_FILE_DIFF_BYTES = 60_000;
/** The start of a diff that is shorter than this tells nothing. */
const MIN_CUT_BYTES = 1_000;

/** Why the text of a changed file is not in the prompt. */
export type OmittedReason = 'unreadable' | 'limited' | 'withheld' | 'unchanged' | 'over_budget';

export interface FileEntry {
  readonly file: ChangedFile;
  readonly added: number;
  readonly removed: number;
  readonly omitted: OmittedReason | null;
  /** The diff in the prompt ends before the file's does. */
  readonly cut: boolean;
  /** Empty when omitted. */
  readonly diff: string;
}

/** Parts of a path that say that a mistake there is felt at once. */
const RISKY =
  /(?:^|\/)(?:migrations?|auth|security|payments?|billing|deploy|k8s|kubernetes|helm|terraform|infra|\.github\/workflows|config|api|routes?|handlers?|controllers?|workers?|jobs?)(?:\/|\.)|Dockerfile|\.tf$|\.sql$/iu;

/**
 * Chooses what fits, riskiest first, and gives the files back in the order of their paths. What does not fit is
 * named, never silently left out.
 */
export function selectFiles(
  files: readonly ChangedFile[],
  findings: readonly Finding[],
  diffOf: (file: ChangedFile) => string,
  budgetBytes = MAX_DIFF_BYTES,
): FileEntry[] {
  const ranked = files
    .map((file) => ({ file, risk: riskOf(file, findings) }))
    .sort((a, b) => b.risk - a.risk || compareText(a.file.path, b.file.path));
  let left = budgetBytes;
  const entries = ranked.map(({ file }): FileEntry => {
    const counts = {
      file,
      added: sum(file.hunks.map((hunk) => hunk.headLines)),
      removed: sum(file.hunks.map((hunk) => hunk.baseLines)),
    };
    const omitted = omittedReason(file) ?? (left <= 0 ? 'over_budget' : null);
    if (omitted !== null) return { ...counts, omitted, cut: false, diff: '' };
    const whole = diffOf(file);
    const room = Math.min(left, MAX_FILE_DIFF_BYTES);
    const useless = Buffer.byteLength(whole) > room && room < MIN_CUT_BYTES;
    const diff = useless ? '' : clipToLines(whole, room);
    if (diff === '') return { ...counts, omitted: 'over_budget', cut: false, diff };
    left -= Buffer.byteLength(diff);
    return { ...counts, omitted: null, cut: diff.length < whole.length, diff };
  });
  return entries.sort((a, b) => compareText(a.file.path, b.file.path));
}

function omittedReason(file: ChangedFile): OmittedReason | null {
  if (isWithheld(file.path) || isWithheld(file.previousPath ?? file.path)) return 'withheld';
  if (file.limited !== null) return 'limited';
  if (file.head === null && file.base === null) return 'unreadable';
  if (file.status === 'modified' && (file.head === null || file.base === null)) return 'unreadable';
  return file.hunks.length === 0 ? 'unchanged' : null;
}

function riskOf(file: ChangedFile, findings: readonly Finding[]): number {
  const here = findings.filter((f) => f.evidence.some((e) => e.path === file.path));
  const found = Math.max(0, ...here.map((f) => 4 - Priority.options.indexOf(f.priority)));
  const live = pathClassOf(file.path) === 'production' ? 4 : 0;
  return found * 10 + live + (RISKY.test(file.path) ? 3 : 0);
}

/** The start of a text up to a number of bytes, ended at a line. */
function clipToLines(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let kept = '';
  let bytes = 0;
  for (const line of text.split('\n')) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maxBytes) break;
    kept += kept === '' ? line : `\n${line}`;
  }
  return kept;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
