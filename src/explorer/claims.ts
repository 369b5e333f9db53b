import picomatch from 'picomatch';
import type { ChangedFile } from '../snapshot/snapshot.ts';
import { pathClassOf } from '../snapshot/path-class.ts';
import type { RegistryEntry } from './registry-entry.ts';

export interface Claims {
  /** Ids of the rules that look at this file, in the registry's order. */
  rulesFor(file: Pick<ChangedFile, 'path' | 'previousPath' | 'limited'>): string[];
}

/** Which enabled rule looks at which file. Matchers are compiled once. */
export function claimsOf(registry: readonly RegistryEntry[], disabled: readonly string[]): Claims {
  const enabled = registry
    .filter((entry) => !disabled.includes(entry.id))
    .map((entry) => ({ entry, matches: picomatch([...entry.files], { dot: true }) }));
  return {
    rulesFor: (file) =>
      enabled
        .filter(({ entry }) => entry.everywhere || file.limited === null)
        .filter(({ entry, matches }) =>
          [file.path, file.previousPath ?? file.path].some(
            (path) => matches(path) && !entry.silentIn.includes(pathClassOf(path)),
          ),
        )
        .map(({ entry }) => entry.id),
  };
}
