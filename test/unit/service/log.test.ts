import { describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/domain/ops-error.ts';
import { createLog } from '../../../src/main/log.ts';

/** What the service would write for these fields. */
function written(fields: object): string {
  let text = '';
  createLog('info', { write: (line) => (text += line) }).info(fields, 'something happened');
  return text;
}

describe('log lines', () => {
  it('are JSON with level, time and a constant text', () => {
    expect(JSON.parse(written({ pull: '1/2/7' }))).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/u),
      pull: '1/2/7',
      msg: 'something happened',
    });
  });

  it.each([
    { name: 'a token', fields: { token: 'hush' } },
    { name: 'a header', fields: { request: { headers: { authorization: 'hush' } } } },
    { name: 'a payload', fields: { delivery: { payload: { title: 'hush' } } } },
    {
      name: 'the cause of an error of ours',
      fields: { err: new OpsError('github.invalid', 'refused', { cause: new Error('hush') }) },
    },
    {
      name: 'a field of an error',
      fields: { err: Object.assign(new Error('x'), { response: 'hush' }) },
    },
    { name: 'a thrown string', fields: { err: 'hush' } },
  ])('keep $name to themselves', ({ fields }) => {
    expect(written(fields)).not.toContain('hush');
  });

  it('name an error of ours by code and remedy, a bug by its stack', () => {
    const error = new OpsError('store.unavailable', 'Disk full.', { remedy: 'Make room.' });
    expect(JSON.parse(written({ err: error }))).toMatchObject({
      err: { code: 'store.unavailable', message: 'Disk full. Make room.' },
    });
    expect(written({ err: new TypeError('bug') })).toContain('log.test.ts');
  });
});
