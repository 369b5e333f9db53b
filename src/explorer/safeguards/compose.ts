import { composeParser } from '../parsers/compose.ts';
import { isTrue } from '../parsers/kubernetes.ts';
import { asMap } from '../parsers/yaml.ts';
import type { SourceFile } from '../source-file.ts';
import { ITEM_OF_KIND, type Safeguard } from './safeguard.ts';

/** Health checks and grace periods of Compose services; a disabled check is none. */
export function* collectComposeSafeguards(file: SourceFile): Iterable<Safeguard> {
  for (const service of file.parse(composeParser)) {
    const owner = `service/${service.name}`;
    const check = asMap(service.value['healthcheck']);
    const range = service.rangeOf(['healthcheck']);
    if (check !== null && range !== null && !isDisabled(check)) {
      const kind = 'healthcheck';
      yield {
        kind,
        item: ITEM_OF_KIND[kind],
        owner,
        name: 'healthcheck',
        ...range,
        strength: null,
      };
    }
    const grace = service.rangeOf(['stop_grace_period']);
    if (grace !== null && outlastsDefault(service.value['stop_grace_period'])) {
      const kind = 'graceful_shutdown';
      yield {
        kind,
        item: ITEM_OF_KIND[kind],
        owner,
        name: 'stop_grace_period',
        ...grace,
        strength: null,
      };
    }
  }
}

export function* collectComposeOwners(file: SourceFile): Iterable<string> {
  for (const { name } of file.parse(composeParser)) yield `service/${name}`;
}

function isDisabled(check: Readonly<Record<string, unknown>>): boolean {
  const test: unknown = check['test'];
  const command: unknown = Array.isArray(test) ? test[0] : test;
  return isTrue(check['disable']) || command === 'NONE' || Object.keys(check).length === 0;
}

/** Compose waits 10 s by default: a period up to that guards nothing that its removal would take away. */
function outlastsDefault(period: unknown): boolean {
  const seconds = /^(\d+)s$/u.exec(String(period))?.[1];
  return seconds === undefined ? period !== null : Number(seconds) > 10;
}
