/** A path of the model as a path of a tree, or null when it points anywhere else. */
export function treePath(path: string): string | null {
  const plain = path.replace(/^(?:\.\/)+/u, '');
  if (plain === '' || plain.length > 1_000 || /[\0\\]/u.test(plain)) return null;
  if (plain.startsWith('/') || /^[A-Za-z]:/u.test(plain)) return null;
  const parts = plain.split('/');
  return parts.some((part) => part === '' || part === '.' || part === '..') ? null : plain;
}
