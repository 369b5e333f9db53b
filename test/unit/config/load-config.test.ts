import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GovernedFile, loadConfig, parseConfig } from '../../../src/config/load-config.ts';
import { DEFAULT_CONFIG } from '../../../src/domain/configuration.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';

const WAIVER =
  'waivers:\n  - { concern: C-123456, reason: archived, owner: lan, until: 2026-12-31 }\n';

describe('parseConfig', () => {
  it('fills in what is not written', () => {
    const load = parseConfig('tier: enterprise\n', null);

    expect(load).toMatchObject({
      kind: 'loaded',
      config: { ...DEFAULT_CONFIG, tier: 'enterprise' },
    });
  });

  it('reads waivers without a configuration beside them', () => {
    expect(parseConfig(null, WAIVER)).toMatchObject({
      kind: 'absent',
      waivers: [{ concern: 'C-123456', until: '2026-12-31' }],
    });
  });

  it('takes an empty file for the defaults', () => {
    expect(parseConfig('# nothing yet\n', null)).toMatchObject({
      kind: 'loaded',
      config: DEFAULT_CONFIG,
    });
  });

  it.each([
    {
      name: 'a misspelt key',
      config: 'tier: startup\nblock_onn: never\n',
      problem: '.github/ops.yml:2: unknown key block_onn',
    },
    {
      name: 'a wrong value',
      config: '\nblock_on: sometimes\n',
      problem: '.github/ops.yml:2: block_on: expected one of critical | never',
    },
    {
      name: 'a wrong value below',
      config: 'agent:\n  enabled: true\n  max_usd: lots\n',
      problem: '.github/ops.yml:3: agent.max_usd: expected number',
    },
    {
      name: 'a wrong item of a list',
      config: 'rules:\n  disable:\n    - migration/rename\n    - RENAME\n',
      problem: '.github/ops.yml:4: rules.disable.3'.replace('.3', '.1'),
    },
    {
      name: 'a key twice',
      config: 'tier: startup\ntier: prototype\n',
      problem: '.github/ops.yml:2: Map keys must be unique',
    },
    { name: 'broken YAML', config: 'tier: [\n', problem: '.github/ops.yml:' },
    {
      name: 'a list instead of keys',
      config: '- a\n',
      problem: '.github/ops.yml:1: expected object',
    },
    {
      name: 'an alias bomb',
      config: `a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n`,
      problem: '.github/ops.yml:1: Excessive alias count',
    },
    {
      name: 'a huge file',
      config: `# ${'x'.repeat(70_000)}\n`,
      problem: '.github/ops.yml:1: the file is larger than 64 KB',
    },
    {
      name: 'a prototype key',
      config: '__proto__: { tier: prototype }\n',
      problem: '.github/ops.yml:1: unknown key __proto__',
    },
  ])('$name is refused with its line', ({ config, problem }) => {
    const load = parseConfig(config, null);

    expect(load.kind).toBe('invalid');
    expect(load.config).toEqual(DEFAULT_CONFIG);
    expect(load.kind === 'invalid' && load.problems.join('\n')).toContain(problem);
  });

  it.each([
    { name: 'a date that is none', waivers: WAIVER.replace('2026-12-31', '2026-13-31') },
    { name: 'no reason', waivers: WAIVER.replace('reason: archived', 'reason: ""') },
    { name: 'no owner', waivers: WAIVER.replace('owner: lan, ', '') },
  ])('a waiver with $name waives nothing, and the whole load is invalid', ({ waivers }) => {
    expect(parseConfig('block_on: never\n', waivers)).toMatchObject({
      kind: 'invalid',
      waivers: [],
      config: { block_on: 'critical' },
    });
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(['loaded', 'invalid']).toContain(parseConfig(text, null).kind);
      }),
    );
  });
});

describe('loadConfig', () => {
  const reading = (answer: GovernedFile) => async (): Promise<GovernedFile> =>
    await Promise.resolve(answer);

  it('is absent when neither file exists', async () => {
    expect(await loadConfig(reading({ kind: 'absent' }))).toMatchObject({
      kind: 'absent',
      waivers: [],
    });
  });

  it('is unavailable, not absent, when the file cannot be used', async () => {
    const load = await loadConfig(reading({ kind: 'problem', problem: 'it is binary' }));

    expect(load).toMatchObject({ kind: 'unavailable', problem: '.github/ops.yml: it is binary' });
  });

  it('is unavailable when the store cannot be reached', async () => {
    const load = await loadConfig(async () => {
      throw new OpsError('github.unavailable', 'GitHub answers 502.');
    });

    expect(load).toMatchObject({ kind: 'unavailable', problem: 'GitHub answers 502.' });
  });
});
