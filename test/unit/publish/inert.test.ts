import fc from 'fast-check';
import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import {
  inertGfm,
  inertGfmBlock,
  inertGfmCode,
  inertHtml,
  inertHtmlCode,
  inertParagraphs,
  inertPlain,
  inertPlainLines,
} from '../../../src/publish/inert.ts';

const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|[\u{e0000}-\u{e01ef}]/u;

/** What GitHub looks for in the finished page, outside code: mentions, references, addresses, images. */
const ACTED_UPON =
  /@[\p{L}\p{N}]|(?:^|[^&\p{L}\p{N}])#\d|\bgh-\d|https?:\/\/|ftp:\/\/|\bwww\.|:[a-z0-9_+-]+:|(?:^|\s)\/ops\b/iu;

const HARMLESS = new Set(['paragraph', 'text', 'escape', 'codespan', 'space']);

function flatten(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => [
    token,
    ...flatten('tokens' in token && token.tokens ? token.tokens : []),
  ]);
}

/** The letters that a reader sees, with every code span as one placeholder. */
function visibleLetters(markdown: string): string {
  return flatten(marked.lexer(markdown, { gfm: true }))
    .filter((token) => token.type === 'codespan' || (!('tokens' in token) && 'text' in token))
    .map((token) =>
      token.type === 'codespan' ? '\u{f0000}' : String('text' in token ? token.text : ''),
    )
    .join('');
}

function unescapeHtml(html: string): string {
  return html.replaceAll(/&(?:lt|gt|amp|quot|#39);/gu, (entity) => {
    const letters: Record<string, string> = {
      '&lt;': '<',
      '&gt;': '>',
      '&amp;': '&',
      '&quot;': '"',
      '&#39;': "'",
    };
    return letters[entity] ?? entity;
  });
}

const HOSTILE_PARTS = [
  '@octocat',
  '@org/team',
  'a@b.example',
  '#12',
  'o/r#7',
  'GH-3',
  'fixes #9',
  'Closes GH-1',
  'https://evil.example/x?a=1',
  'www.evil.example',
  'http://a.b',
  'mailto:x@y.z',
  '<img src=x onerror=alert(1)>',
  '<script>',
  '</details>',
  '<!-- x -->',
  '<!-- ops:comment:v1 -->',
  '![pixel](https://evil.example/p.png)',
  '[click](https://evil.example)',
  '[ref]: https://e.example',
  '[ref][ref]',
  '<https://evil.example>',
  '`code`',
  '``a ` b``',
  '```',
  '~~~',
  '\n',
  '\n\n',
  '/ops waive C-1',
  '# title',
  '> quote',
  '- item',
  '1. one',
  '***',
  '---',
  '===',
  '| a | b |',
  '|---|---|',
  '**bold**',
  '_em_',
  '~~gone~~',
  '\\',
  '\\`',
  '\\@x',
  '&#64;octocat',
  '&lt;b&gt;',
  '\u202e',
  '\u200b',
  '@\u200boctocat',
  '\u{e0041}',
  '\ufe0f',
  '\u001b[31mred\u001b[0m',
  '\u001b]8;;http://x\u0007',
  ':shipit:',
  '$x$',
  '[^1]',
  '- [ ] task',
  'Việt Nam',
  '😀',
  ' ',
  '  ',
  '`',
  '\t',
  'foo_bar',
  '(',
  ')',
  '"',
  '.',
  ',',
  'ghp\\_x',
  '!',
  '\ud800',
];

const hostile = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom(...HOSTILE_PARTS), { maxLength: 12 })
      .map((p) => p.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...HOSTILE_PARTS), { maxLength: 12 })
      .map((p) => p.join(' ')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.constantFrom(...'`\\@#/:.wg-_*[]()<>!&~|$ \na1'),
      maxLength: 40,
    }),
  },
);

/** Sentences of ours around foreign text: what stands before must not change what it does. */
const FRAMES = [
  (t: string) => t,
  (t: string) => `- **Why** — ${t}`,
  (t: string) => `#### 1 · ${t}`,
];

describe('inertGfm', () => {
  it('leaves nothing that GitHub acts upon', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = inertGfm(text);
        const tokens = flatten(marked.lexer(safe, { gfm: true }));

        expect(tokens.filter((t) => !HARMLESS.has(t.type))).toEqual([]);
        expect(unescapeHtml(visibleLetters(safe))).not.toMatch(ACTED_UPON);
        expect(safe).not.toMatch(HIDDEN);
        expect(safe).not.toContain('\n');
      }),
      { numRuns: 3000 },
    );
  });

  it('stays inert behind words of ours', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...FRAMES), (text, frame) => {
        const active = new Set([
          'html',
          'image',
          'link',
          'def',
          'blockquote',
          'table',
          'code',
          'del',
          'em',
          'hr',
        ]);
        const tokens = flatten(marked.lexer(frame(inertGfm(text)), { gfm: true }));

        expect(tokens.filter((t) => active.has(t.type))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = inertGfm(text);
        expect(inertGfm(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    {
      name: 'keeps code of a rule text',
      text: 'drops `users` (`DROP TABLE`)',
      safe: 'drops `users` (`DROP TABLE`)',
    },
    {
      name: 'shows a decorator as code',
      text: 'Missing @Transactional.',
      safe: 'Missing `@Transactional`.',
    },
    {
      name: 'shows an address as code',
      text: '(see https://e.example/a).',
      safe: '(see `https://e.example/a`).',
    },
    {
      name: 'stops a closing keyword',
      text: 'fixes #12, closes GH-3',
      safe: 'fixes `#12`, closes `GH-3`',
    },
    { name: 'stops a command', text: '/ops waive C-1', safe: '`/ops` waive C-1' },
    { name: 'stops an escaped mention', text: '\\@octocat', safe: '`@octocat`' },
    { name: 'joins lines', text: 'one\r\ntwo\n\n> three', safe: 'one two \\> three' },
    {
      name: 'keeps words with underscores readable',
      text: 'max_connections',
      safe: 'max_connections',
    },
    { name: 'composes Vietnamese', text: 'tie\u0302\u0301ng Vie\u0323\u0302t', safe: 'tiếng Việt' },
    { name: 'removes terminal sequences whole', text: '\u001b[1;31mred\u001b[0m', safe: 'red' },
  ])('$name', ({ text, safe }) => {
    expect(inertGfm(text)).toBe(safe);
  });

  it('redacts a secret, also one whose underscore the model escaped', () => {
    const token = `ghp_${'Zk3vQ9xWb7TnR2mLc8Yd5HsJ4fGa6PuE1oXi'}`;

    expect(inertGfm(`token ${token}`)).not.toContain('Zk3vQ9');
    expect(inertGfm(`token ${token.replace('_', '\\_')}`)).not.toContain('Zk3vQ9');
  });

  it('cuts at characters', () => {
    expect(inertGfm('Đường ống 😀😀 dài', { max: 11 })).toBe('Đường ống…');
  });
});

describe('inertParagraphs', () => {
  it('keeps paragraphs apart and drops empty ones', () => {
    expect(inertParagraphs('one\ntwo\n\n \n\nthree')).toEqual(['one two', 'three']);
  });
});

describe('inertGfmCode and inertGfmBlock', () => {
  it('are one code node, whatever the code holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const inline = flatten(marked.lexer(`at ${inertGfmCode(text)} end`, { gfm: true }));
        const block = marked.lexer(inertGfmBlock(text), { gfm: true });

        expect(inline.filter((t) => t.type === 'codespan')).toHaveLength(1);
        expect(inline.every((t) => HARMLESS.has(t.type))).toBe(true);
        expect(block).toHaveLength(1);
        expect(block[0]?.type).toBe('code');
      }),
      { numRuns: 1500 },
    );
  });

  it('name a hidden character instead of hiding it', () => {
    expect(inertGfmCode('if (admin\u202e) {')).toBe('`if (admin[U+202E]) {`');
    expect(inertGfmCode('x\u{e0041}\u{e0042}y')).toBe('`x[U+E0041 ×2]y`');
  });

  it('break a forged marker', () => {
    expect(inertGfmBlock('<!-- ops:comment:v1 -->')).not.toContain('<!-- ops:');
  });
});

describe('inertHtml and inertHtmlCode', () => {
  it('leave no markup but their own <code>', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const html = inertHtml(text);
        expect(html.replaceAll(/<\/?code>/gu, '')).not.toMatch(/[<>"']/u);
        expect(html.replaceAll(/<code>.*?<\/code>/gu, '\u{f0000}')).not.toMatch(
          /@[a-z]|:\/\/|#\d(?!\d*;)/iu,
        );
        expect(inertHtmlCode(text)).not.toMatch(/[<>"']/u);
      }),
    );
  });
});

describe('inertPlain and inertPlainLines', () => {
  it('hold no control or hidden character, and are idempotent', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = inertPlain(text);
        const code = inertPlainLines(text).join('\n');

        expect(line).not.toMatch(HIDDEN);
        expect(line).not.toContain('\n');
        expect(inertPlain(line)).toBe(line);
        expect(code).not.toMatch(HIDDEN);
        expect(inertPlainLines(code).join('\n')).toBe(code);
      }),
      { numRuns: 1500 },
    );
  });
});
