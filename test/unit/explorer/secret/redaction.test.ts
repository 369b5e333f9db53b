import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../../../../src/domain/redaction.ts';
import { SECRET_FORMATS } from '../../../../src/domain/secret-formats.ts';
import { findSecrets } from '../../../../src/domain/secret-search.ts';
import { body, CERTAIN_SECRETS, STAND_INS } from './sample-secrets.ts';

describe('finding secrets', () => {
  it.each(CERTAIN_SECRETS)('$name is certain and named $kind', ({ text, kind }) => {
    const found = findSecrets(text);

    expect(found.map((span) => [span.kind, span.weight])).toEqual([[kind, 'certain']]);
  });

  it.each(STAND_INS)('$name is no secret', ({ text }) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it('takes the unnamed half of an AWS pair for its secret', () => {
    const id = `AKIA${body(16, 5, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;

    const found = findSecrets(`new Credentials("${id}", "${body(40, 6)}")`);

    expect(found.map(({ kind, weight }) => [kind, weight])).toEqual([
      ['aws-access-key-id', 'likely'],
      ['aws-secret-access-key', 'certain'],
    ]);
  });

  it.each([
    { name: 'a random password', text: `password = "${body(12, 7)}7x"`, kinds: ['password'] },
    { name: 'a random key in a settings line', text: `API_KEY=${body(32, 8)}9q`, kinds: ['token'] },
    { name: 'a word', text: 'password = "correct-horse"', kinds: [] },
    { name: 'a name of something else', text: `tokenUrl = "${body(32, 9)}"`, kinds: [] },
    { name: 'an expression', text: 'password = config.get("db.password9")', kinds: [] },
  ])('$name in an assignment', ({ text, kinds }) => {
    expect(findSecrets(text).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('redaction', () => {
  it.each(CERTAIN_SECRETS)(
    'hides $name and what stands around it stays',
    ({ text, value, kind }) => {
      const redacted = redactSecrets(`before\n${text}\nafter\n`);

      expect(redacted).not.toContain(value);
      expect(redacted).toContain(`«redacted:${kind}»`);
      expect(redacted.startsWith('before\n') && redacted.endsWith('after\n')).toBe(true);
      expect(redacted.split('\n')).toHaveLength(`before\n${text}\nafter\n`.split('\n').length);
    },
  );

  it('leaves text without secrets as it is', () => {
    const text = STAND_INS.map((standIn) => standIn.text).join('\n\n');

    expect(redactSecrets(text)).toBe(text);
  });

  const piece = fc.oneof(
    fc.constantFrom(...CERTAIN_SECRETS.map(({ text }) => text)),
    fc.constantFrom(...CERTAIN_SECRETS.map(({ value }) => value)),
    fc.constantFrom(
      '\n',
      ' ',
      '"',
      "'",
      '=',
      ': ',
      'password=',
      'token: "',
      '://',
      '@',
      'x',
      '-',
      '«redacted:',
    ),
    fc.string({ maxLength: 12 }),
  );
  const hostile = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

  it('is idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = redactSecrets(text);
        expect(redactSecrets(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the number of lines', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(redactSecrets(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves no secret that stands apart', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.constantFrom(...CERTAIN_SECRETS),
        fc.string({ maxLength: 60 }),
        (before, { text, value }, after) => {
          expect(redactSecrets(`${before}\n${text}\n${after}`)).not.toContain(value);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the table of formats', () => {
  it.each(SECRET_FORMATS.map((format) => ({ ...format, source: format.pattern.source })))(
    '$provider repeats nothing without bound: $source',
    ({ source }) => {
      expect(source.replaceAll(/\[(?:\\.|[^\]])*\]/gu, '')).not.toMatch(/[*+]|\{\d+,\}/u);
    },
  );

  it.each(SECRET_FORMATS)('$provider can be looked for by a keyword', ({ keywords, kind }) => {
    expect(keywords.length).toBeGreaterThan(0);
    expect(kind).toMatch(/^[a-z0-9-]+$/u);
  });
});
