import { Minimatch } from 'minimatch';

const MAX_GLOB_CHARS = 200;

/** A matcher for a glob that the model wrote, or null when the glob is too long or unusable. */
export function foreignGlob(glob: string): ((path: string) => boolean) | null {
  if (glob.trim() === '' || glob.length > MAX_GLOB_CHARS) return null;
  // With these limits hostile globs stay cheap: no extglobs, few alternatives, few nested stars.
  const matcher = new Minimatch(glob.replace(/^(?:\.?\/)+/u, ''), {
    dot: true,
    nocomment: true,
    nonegate: true,
    noext: true,
    braceExpandMax: 50,
    maxGlobstarRecursion: 20,
    matchBase: !glob.includes('/'),
  });
  return (path) => matcher.match(path);
}
