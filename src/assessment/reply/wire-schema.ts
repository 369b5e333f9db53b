import { z } from 'zod';

/** Keywords that structured outputs refuse; zod checks them when the reply comes in. */
const CLIENT_SIDE = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
] as const;

/**
 * JSON Schema in the subset that structured outputs and strict tools take: every key required, nothing extra,
 * no limits. https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function wireSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    reused: 'ref',
    override: ({ jsonSchema }) => {
      for (const keyword of CLIENT_SIDE) delete jsonSchema[keyword];
    },
  });
  return json;
}
