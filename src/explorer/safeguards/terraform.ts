import {
  addressOf,
  type HclBlock,
  literalOf,
  nestedBlocks,
  terraformParser,
} from '../parsers/terraform.ts';
import type { SourceFile } from '../source-file.ts';
import { ITEM_OF_KIND, type Safeguard, type SafeguardKind } from './safeguard.ts';

/** Nested blocks that guard the resource they stand in, whatever its provider. */
const BLOCKS: Readonly<Record<string, SafeguardKind>> = {
  readiness_probe: 'readiness_probe',
  liveness_probe: 'liveness_probe',
  startup_probe: 'startup_probe',
  health_check: 'healthcheck',
  deployment_circuit_breaker: 'circuit_breaker',
  outlier_detection: 'circuit_breaker',
  circuit_breakers: 'circuit_breaker',
  dead_letter_config: 'dead_letter_queue',
  dead_letter_policy: 'dead_letter_queue',
  retry_policy: 'retry',
};

const BLOCK_TYPES: ReadonlySet<string> = new Set(Object.keys(BLOCKS));

export function* collectTerraformSafeguards(file: SourceFile): Iterable<Safeguard> {
  for (const resource of file.parse(terraformParser).blocks) {
    const owner = addressOf(resource);
    if (owner === null) continue;
    for (const block of nestedBlocks(resource, BLOCK_TYPES)) {
      const name = block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type;
      const kind = BLOCKS[name];
      if (kind !== undefined && !isSwitchedOff(block)) yield safeguard(kind, owner, name, block);
    }
    const redrive = resource.attributes.get('redrive_policy');
    if (redrive !== undefined && literalOf(resource, 'redrive_policy') === undefined)
      yield safeguard('dead_letter_queue', owner, 'redrive_policy', redrive);
  }
}

export function* collectTerraformOwners(file: SourceFile): Iterable<string> {
  for (const block of file.parse(terraformParser).blocks) {
    const address = addressOf(block);
    if (address !== null) yield address;
  }
}

/** `enabled = false` and `enable = false` leave the block standing and the guard off. */
function isSwitchedOff(block: HclBlock): boolean {
  return literalOf(block, 'enabled') === false || literalOf(block, 'enable') === false;
}

function safeguard(
  kind: SafeguardKind,
  owner: string,
  name: string,
  { line, endLine }: { readonly line: number; readonly endLine: number },
): Safeguard {
  return { kind, item: ITEM_OF_KIND[kind], owner, name, line, endLine, strength: null };
}
