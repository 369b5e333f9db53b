import { dump } from 'js-yaml';
import { Concern } from '../../domain/concern.ts';
import type { Review } from '../../domain/review.ts';
import { removeHidden } from '../hidden-characters.ts';
import { utf8Bytes } from '../limits.ts';

/** A sequence of `{production_concern: …}`, the seven fields of the agent's record first. */
export function renderYaml(review: Review): string {
  return recordsOf(review.report.concerns);
}

/** As many concerns, from the first on, as `maxBytes` hold. */
export function yamlWithin(
  concerns: readonly Concern[],
  maxBytes: number,
): { readonly yaml: string; readonly shown: number } {
  const entries: string[] = [];
  let size = 0;
  for (const concern of concerns) {
    const entry = recordsOf([concern]);
    size += utf8Bytes(entry);
    if (size > maxBytes) break;
    entries.push(entry);
  }
  return { yaml: entries.join(''), shown: entries.length };
}

function recordsOf(concerns: readonly Concern[]): string {
  const records = concerns.map((concern) => ({ production_concern: visible(recordOf(concern)) }));
  // Without `noRefs`, evidence that two concerns share would become an alias, which careful readers refuse.
  return dump(records, { lineWidth: 100, noRefs: true });
}

/** Parsing puts the keys into the schema's order. */
function recordOf(concern: Concern): Record<string, unknown> {
  const { type, description, user_impact, technical_details, recommendation, ...rest } =
    Concern.parse(concern);
  const { deployment_blocker, priority, ...additive } = rest;
  return {
    type,
    description,
    user_impact,
    technical_details,
    recommendation,
    deployment_blocker,
    priority,
    ...additive,
  };
}

/** YAML shows direction marks and tags as they are, so they are taken out here. */
function visible(value: unknown): unknown {
  if (typeof value === 'string') return removeHidden(value);
  if (Array.isArray(value)) return value.map(visible);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, visible(entry)]));
}
