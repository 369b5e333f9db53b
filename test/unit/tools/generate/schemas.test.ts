import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import { renderSchemas } from '../../../../tools/generate/schemas.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, formats: fullFormats });
const schemas = new Map(
  renderSchemas().map(({ path, text }) => [path, ajv.compile(JSON.parse(text) as object)]),
);

describe('schemas/config.v1.json', () => {
  it.each([
    { name: 'an empty file', config: {}, valid: true },
    { name: 'one setting inside a group', config: { agent: { max_usd: 0 } }, valid: true },
    { name: 'a misspelt key', config: { blok_on: 'never' }, valid: false },
    { name: 'a value that is not offered', config: { block_on: 'high' }, valid: false },
  ])('$name', ({ config, valid }) => {
    expect(schemas.get('schemas/config.v1.json')?.(config)).toBe(valid);
  });
});

it('the report requires every key, so that a consumer never meets a missing one', () => {
  const validate = schemas.get('schemas/report.v1.json');

  expect(validate?.({ schema_version: 1 })).toBe(false);
  expect(validate?.errors?.[0]).toMatchObject({ keyword: 'required' });
});
