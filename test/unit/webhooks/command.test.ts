import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/webhooks/command.ts';

describe('the grammar of /ops', () => {
  it.each([
    { name: 'a command', body: '/ops recheck', command: 'recheck' },
    { name: 'spaces around', body: '\n\n  /ops   recheck  \r\nplease', command: 'recheck' },
    { name: 'help by name', body: '/ops help', command: 'help' },
    { name: 'nothing but the word', body: '/ops', command: 'help' },
    { name: 'cancel', body: '/ops cancel', command: 'cancel' },
    { name: 'an argument', body: '/ops recheck now', command: 'unknown' },
    { name: 'an injected argument', body: '/ops recheck; rm -rf /', command: 'unknown' },
    { name: 'another word', body: '/ops deploy', command: 'unknown' },
    { name: 'a word that every object has', body: '/ops constructor', command: 'unknown' },
    { name: 'upper case', body: '/ops Recheck', command: 'unknown' },
    { name: 'no space', body: '/opsrecheck', command: null },
    { name: 'another slash command', body: '/oops recheck', command: null },
    { name: 'in the middle of a line', body: 'try /ops recheck', command: null },
    { name: 'on the second line', body: 'hello\n/ops recheck', command: null },
    { name: 'in a quote', body: '> /ops recheck', command: null },
    { name: 'right below a quote, so still in it', body: '> hi\n/ops recheck', command: null },
    { name: 'after a quote', body: '> hi\n\n/ops recheck', command: 'recheck' },
    { name: 'in a fence', body: '```\n/ops recheck\n```', command: null },
    { name: 'in a fence that never ends', body: '~~~\n/ops recheck', command: null },
    {
      name: 'in a fence that a shorter one does not end',
      body: '````\n```\n/ops recheck',
      command: null,
    },
    { name: 'after a fence', body: '```sh\nls\n```\n/ops recheck', command: 'recheck' },
    { name: 'indented as code', body: '    /ops recheck', command: null },
    { name: 'behind a tab', body: '\t/ops recheck', command: null },
    { name: 'in an HTML comment', body: '<!--\n/ops recheck\n-->', command: null },
    { name: 'behind a zero-width space', body: '\u200b/ops recheck', command: null },
    { name: 'nothing', body: '', command: null },
  ])('$name → $command', ({ body, command }) => {
    expect(parseCommand(body)).toBe(command);
  });

  it('reads a comment of the largest size at once', () => {
    expect(parseCommand(`${'> \n'.repeat(80_000)}\n/ops help`)).toBe('help');
  });
});
