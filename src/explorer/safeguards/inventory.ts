import { collectCodeOwners, collectCodeSafeguards } from './code.ts';
import { collectComposeOwners, collectComposeSafeguards } from './compose.ts';
import { collectDockerfileOwners, collectDockerfileSafeguards } from './dockerfile.ts';
import { fileTypeOf } from './file-type.ts';
import { collectKubernetesOwners, collectKubernetesSafeguards } from './kubernetes.ts';
import { collectTerraformOwners, collectTerraformSafeguards } from './terraform.ts';
import type { Safeguard } from './safeguard.ts';
import type { SourceFile } from '../source-file.ts';

/** Every safeguard of one file. Throws `ParseFailure` when the file should parse and does not. */
export function collectSafeguards(file: SourceFile): Iterable<Safeguard> {
  switch (fileTypeOf(file.path)) {
    case 'dockerfile':
      return collectDockerfileSafeguards(file);
    case 'compose':
      return collectComposeSafeguards(file);
    case 'yaml':
      return collectKubernetesSafeguards(file);
    case 'terraform':
      return collectTerraformSafeguards(file);
    case 'code':
      return collectCodeSafeguards(file);
    case null:
      return [];
  }
}

/**
 * Every thing of one file that could own a safeguard, in the same words as `Safeguard.owner`, whether it
 * has one or not: a safeguard whose owner is missing at head was deleted together with it.
 */
export function collectOwners(file: SourceFile): Iterable<string> {
  switch (fileTypeOf(file.path)) {
    case 'dockerfile':
      return collectDockerfileOwners(file);
    case 'compose':
      return collectComposeOwners(file);
    case 'yaml':
      return collectKubernetesOwners(file);
    case 'terraform':
      return collectTerraformOwners(file);
    case 'code':
      return collectCodeOwners(file);
    case null:
      return [];
  }
}
