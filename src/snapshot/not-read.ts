/** Why the text of a file was not looked at. */
export type NotReadReason =
  | 'binary'
  | 'submodule'
  | 'symlink'
  | 'lfs_pointer'
  | 'generated'
  | 'vendored'
  | 'minified'
  | 'ignored'
  | 'too_large'
  | 'encoding'
  | 'unreadable';

/**
 * Reasons that are nobody's fault: the file holds nothing that a rule could read. The others leave a
 * hole in the review when a rule claims the file.
 */
const CONCLUSIVE: ReadonlySet<NotReadReason> = new Set([
  'binary',
  'submodule',
  'symlink',
  'lfs_pointer',
  'generated',
  'vendored',
  'minified',
  'ignored',
]);

export function isConclusive(reason: NotReadReason): boolean {
  return CONCLUSIVE.has(reason);
}
