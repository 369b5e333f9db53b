import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AgentDefinition,
  explainAgent,
  loadAgent,
} from '../../../src/config/agent-definition.ts';
import { OpsError } from '../../../src/domain/ops-error.ts';

const PATH = 'agents/mine.md';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const load = (text: string): AgentDefinition => loadAgent(PATH, encode(text));

function agentFile(front: string, body = 'You look at changes.'): string {
  return `---\nname: mine\ndescription: Looks.\n${front}---\n\n${body}\n`;
}

function problemOf(bytes: Uint8Array): OpsError {
  try {
    loadAgent(PATH, bytes);
  } catch (error) {
    if (error instanceof OpsError) return error;
    throw error;
  }
  throw new Error('the file was loaded');
}

describe('the agents that come with Ops', () => {
  it.each(['en', 'vi'] as const)('%s loads without a notice', async (language) => {
    const path = `agents/production-readiness.${language}.md`;

    const agent = loadAgent(path, await readFile(path));

    expect(agent).toMatchObject({
      name: 'production-readiness',
      language,
      icon: '🚀',
      color: 'orange',
      model: 'claude-sonnet-5-5',
      tools: ['Glob', 'Grep', 'Read'],
      notices: [],
    });
  });

  it('are equal in structure', async () => {
    const shapes = await Promise.all(
      ['en', 'vi'].map(async (language) => {
        const { body } = loadAgent(
          'x',
          await readFile(`agents/production-readiness.${language}.md`),
        );
        return {
          marks: body.match(/^(?:#+|-|\d\.)/gmu),
          words: body.match(/`[a-z_]+`/gu),
        };
      }),
    );

    expect(shapes[1]).toEqual(shapes[0]);
  });
});

describe('a file in the wild', () => {
  const seedLike = [
    '---',
    'name: production-agent',
    'description: Góc nhìn production - rủi ro khi deploy, kịch bản thật.',
    'model: sonnet',
    'color: orange',
    'tools:',
    '  - Read',
    '  - Glob',
    'icon: "🚀"',
    'language: vi',
    '---',
    '',
    '# Ops',
    '',
    'Bạn trực sự cố.',
    '',
  ].join('\n');

  it.each([
    { name: 'with Unix line ends', text: seedLike },
    { name: 'with Windows line ends', text: seedLike.replaceAll('\n', '\r\n') },
    { name: 'with a byte order mark', text: `\uFEFF${seedLike}` },
    { name: 'in decomposed characters', text: seedLike.normalize('NFD') },
  ])('$name loads', ({ text }) => {
    const agent = load(text);

    expect(agent).toMatchObject({ language: 'vi', tools: ['Glob', 'Grep', 'Read'], notices: [] });
    expect(agent.body).toContain('Bạn trực sự cố.');
  });

  it('may have an unquoted colon in its description', () => {
    const agent = load(
      '---\nname: x\ndescription: Use it. Examples: <example>user: "hi"</example>\ntools: Read, Bash\nmodel: opus\n---\nBody\n',
    );

    expect(agent.description).toBe('Use it. Examples: <example>user: "hi"</example>');
    expect(agent).toMatchObject({ model: 'claude-opus-5-5', tools: ['Read'] });
    expect(agent.notices).toEqual([
      `${PATH}:3: the description is no valid YAML and was read as plain text. Put it in quotes.`,
      `${PATH}:4: ignored tools that Ops does not have: Bash.`,
    ]);
  });

  it.each([
    { name: 'a list', front: 'tools: [Read, Grep]\n', tools: ['Grep', 'Read'] },
    { name: 'a string', front: 'tools: Read, Grep\n', tools: ['Grep', 'Read'] },
    { name: 'nothing', front: '', tools: ['Glob', 'Grep', 'Read'] },
    { name: 'an empty key', front: 'tools:\n', tools: ['Glob', 'Grep', 'Read'] },
    { name: 'an empty list', front: 'tools: []\n', tools: [] },
    {
      name: 'Grep by way of Read and Glob',
      front: 'tools: Glob, Read\n',
      tools: ['Glob', 'Grep', 'Read'],
    },
    {
      name: 'parentheses with commas',
      front: 'tools: Bash(git log, git diff), Read\n',
      tools: ['Read'],
    },
    { name: 'servers of tools', front: 'tools: mcp__jira__search, Glob\n', tools: ['Glob'] },
    { name: 'refused ones', front: 'disallowedTools: Grep\n', tools: ['Glob', 'Read'] },
  ])('names its tools as $name', ({ front, tools }) => {
    expect(load(agentFile(front)).tools).toEqual(tools);
  });

  it('keeps keys that Ops does not know without effect', () => {
    const agent = load(agentFile('permissionMode: bypass\n"__proto__": {tools: [Bash]}\n'));

    expect(agent.notices).toEqual([
      `${PATH}:4: ignored key \`permissionMode\`.`,
      `${PATH}:1: ignored key \`__proto__\`.`,
    ]);
    expect(agent.tools).toEqual(['Glob', 'Grep', 'Read']);
  });
});

describe('the model', () => {
  it.each([
    { model: 'sonnet', id: 'claude-sonnet-5-5' },
    { model: 'haiku', id: 'claude-haiku-5-5' },
    { model: 'inherit', id: 'claude-sonnet-5-5' },
    { model: 'claude-opus-4-8', id: 'claude-opus-4-8' },
    { model: 'us.anthropic.claude-sonnet-5-5-v1:0', id: 'us.anthropic.claude-sonnet-5-5-v1:0' },
    { model: 'claude-sonnet-5-5@20261101', id: 'claude-sonnet-5-5@20261101' },
  ])('$model is $id', ({ model, id }) => {
    expect(load(agentFile(`model: ${model}\n`)).model).toBe(id);
  });

  it('follows the overrides of whoever runs Ops', () => {
    const options = { models: { sonnet: 'claude-sonnet-6', inherit: 'claude-opus-5-5' } };

    expect(loadAgent(PATH, encode(agentFile('model: sonnet\n')), options).model).toBe(
      'claude-sonnet-6',
    );
    expect(loadAgent(PATH, encode(agentFile('')), options).model).toBe('claude-opus-5-5');
  });
});

describe('a file that is refused', () => {
  it.each([
    { name: 'no front matter', text: '# Ops\n', at: 1, message: /first line is not/u },
    {
      name: 'JavaScript front matter',
      text: '---js\n{ name: process.exit(9) }\n---\nx\n',
      at: 1,
      message: /first line/u,
    },
    {
      name: 'a language behind a space',
      text: '--- js\nprocess.exit(9)\n---\nx\n',
      at: 1,
      message: /first line/u,
    },
    { name: 'no end of the front matter', text: '---\nname: x\n', at: 1, message: /no end/u },
    {
      name: 'an end with something behind it',
      text: '---\nname: x\n---- \n---\nbody\n',
      at: 1,
      message: /no end/u,
    },
    {
      name: 'an empty front matter',
      text: '---\n# nothing\n---\nbody\n',
      at: 1,
      message: /`name` is missing/u,
    },
    { name: 'a list', text: '---\n- a\n---\nbody\n', at: 2, message: /no mapping/u },
    {
      name: 'no name',
      text: '---\ndescription: x\n---\nbody\n',
      at: 1,
      message: /`name` is missing/u,
    },
    { name: 'no body', text: agentFile('', ' '), at: 1, message: /no text after/u },
    {
      name: 'an unknown tool',
      text: agentFile('tools: Read, Teleport\n'),
      at: 4,
      message: /unknown tool `Teleport`/u,
    },
    {
      name: 'a tool in the wrong case',
      text: agentFile('tools: read\n'),
      at: 4,
      message: /unknown tool `read`.*Write `Read`/u,
    },
    {
      name: 'an unknown model',
      text: agentFile('model: gpt\n'),
      at: 4,
      message: /unknown model `gpt`.*sonnet, opus/u,
    },
    {
      name: 'an unknown language',
      text: agentFile('color: red\nlanguage: fr\n'),
      at: 5,
      message: /`language`/u,
    },
    {
      name: 'an icon of letters',
      text: agentFile('icon: "@team"\n'),
      at: 4,
      message: /`icon`: expected an emoji/u,
    },
    { name: 'too many turns', text: agentFile('maxTurns: 5000\n'), at: 4, message: /`maxTurns`/u },
    {
      name: 'a number for a name',
      text: '---\nname: [1]\ndescription: x\n---\nbody\n',
      at: 2,
      message: /`name`/u,
    },
    {
      name: 'broken YAML',
      text: agentFile('tools: [Read\ncolor: red\n'),
      at: 5,
      message: /no valid YAML/u,
    },
    {
      name: 'a key twice',
      text: agentFile('name: again\n'),
      at: 4,
      message: /duplicated mapping key/u,
    },
    { name: 'an alias', text: agentFile('color: &a red\nicon: *a\n'), at: 5, message: /aliases/u },
    {
      name: 'a tag that constructs',
      text: agentFile('color: !!js/function "x"\n'),
      at: 4,
      message: /unknown scalar tag/u,
    },
    {
      name: 'two documents',
      text: '---\nname: x\n...\n---\nbody\n',
      at: 1,
      message: /`description` is missing/u,
    },
  ])('$name', ({ text, at, message }) => {
    const problem = problemOf(encode(text));

    expect(problem.code).toBe('agent.invalid');
    expect(problem.at).toBe(`${PATH}:${at}`);
    expect(problem.explain()).toMatch(message);
    expect(problem.remedy).toMatch(/\S/u);
  });

  it('is refused again when it comes again', () => {
    const text = '---\nname: {\n---\nbody\n';

    expect(problemOf(encode(text)).code).toBe('agent.invalid');
    expect(problemOf(encode(text)).code).toBe('agent.invalid');
  });

  it('is too large', () => {
    expect(problemOf(new Uint8Array(300_000)).message).toMatch(/300000 bytes/u);
  });
});

/** What happens to UTF-8 that a program took for a single-byte encoding; bytes without a character get lost. */
function mangled(text: string, encoding: string): Uint8Array {
  const misread = new TextDecoder(encoding).decode(encode(text));
  return encode(misread.replaceAll(/[\u0080-\u009f]/gu, ''));
}

describe('damaged encoding', () => {
  const vietnamese = agentFile(
    'icon: "🚀"\nlanguage: vi\n',
    'Bạn trực sự cố — mỗi đêm một lần, ngày lễ cũng thế.',
  );

  it.each([
    { encoding: 'windows-1254', named: 'Windows-1254' },
    { encoding: 'windows-1252', named: 'Windows-1252' },
  ])('names $named and counts', ({ encoding, named }) => {
    const problem = problemOf(mangled(vietnamese, encoding));

    expect(problem.explain()).toMatch(new RegExp(`${named}.*\\(\\d+ broken sequences\\)`, 'u'));
    expect(problem.at).toBe(`${PATH}:4`);
  });

  it.each([
    {
      name: 'invalid UTF-8',
      bytes: Uint8Array.of(...encode(agentFile('')), 0xff, 0xc3, 0x28),
      message: /not valid UTF-8: 2 broken/u,
    },
    { name: 'UTF-16', bytes: Uint8Array.of(0xff, 0xfe, 0x2d, 0x00), message: /UTF-16/u },
    {
      name: 'replacement characters',
      bytes: encode(agentFile('', 'B\uFFFDn tr\uFFFDc')),
      message: /2 broken sequences became U\+FFFD/u,
    },
  ])('$name', ({ bytes, message }) => {
    expect(problemOf(bytes).explain()).toMatch(message);
  });

  it('is not seen in sound text of any language', () => {
    const letters = 'ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹÃÂĐğış«»—“”€öüßçéè ';
    const words = fc
      .array(fc.constantFrom(...letters), { minLength: 5, maxLength: 60 })
      .map((l) => l.join(''));

    fc.assert(
      fc.property(words, (text) => {
        // Letters in random order do collide now and then; words of a language hardly ever do.
        fc.pre(!/[Ã-ô][\u0080-\u00bf€«»—“”]/u.test(text));
        expect(load(agentFile('', `Bạn ${text}`)).body).toContain('Bạn');
      }),
    );
  });
});

describe('totality', () => {
  it('any bytes give a definition or agent.invalid', () => {
    const piece = fc.constantFrom(
      '---\n',
      '---js\n',
      'name: a\n',
      'description: b: c\n',
      'tools: *\n',
      '&a [',
      '\t',
      'x\n',
      '{{',
      '\uFEFF',
      '🚀',
    );
    const text = fc
      .array(fc.oneof(piece, fc.string()), { maxLength: 12 })
      .map((parts) => encode(parts.join('')));

    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 80 })), (bytes) => {
        try {
          expect(loadAgent(PATH, bytes).name).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(OpsError);
          expect(error).toMatchObject({
            code: 'agent.invalid',
            at: expect.stringMatching(/^agents\/mine\.md:\d+$/u),
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('explainAgent', () => {
  it('says how a file was read', () => {
    expect(explainAgent(load(agentFile('tools: Read, Write\nmaxTurns: 7\n')))).toMatch(
      /^🚀 mine — Looks\.\nmodel {5}claude-sonnet-5-5, effort medium\ntools {5}Read\nlanguage {2}en\nturns {5}at most 7\npersona {3}1 lines, digest [0-9a-f]{16}\nnotice {4}agents\/mine\.md:4: ignored tools that Ops does not have: Write\.$/u,
    );
  });
});
