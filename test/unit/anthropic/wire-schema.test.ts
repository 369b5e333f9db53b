import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import { describe, expect, it } from 'vitest';
import { AgentReply, RefutationReply } from '../../../src/assessment/reply/schema.ts';
import { wireSchema } from '../../../src/assessment/reply/wire-schema.ts';
import { ALL_WIRE_TOOLS } from '../../../src/assessment/tools/toolbox.ts';

/** The SDK's own transformation knows the subset: what is in it already, it leaves as it is. */
describe('a schema on the wire is in the subset that the provider takes', () => {
  it.each([
    { name: 'the reply', schema: wireSchema(AgentReply) },
    { name: 'the second look', schema: wireSchema(RefutationReply) },
    ...ALL_WIRE_TOOLS.map((tool) => ({ name: tool.name, schema: tool.input_schema })),
  ])('$name', ({ schema }) => {
    expect(transformJSONSchema(schema)).toEqual(withoutRedundantTypes(schema));
  });

  it('is small', () => {
    expect(JSON.stringify(wireSchema(AgentReply)).length).toBeLessThan(8_000);
  });
});

/** An enumeration says its type twice. */
function withoutRedundantTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRedundantTypes);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key]) => !(key === 'type' && 'enum' in schema));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutRedundantTypes(value)]));
}
