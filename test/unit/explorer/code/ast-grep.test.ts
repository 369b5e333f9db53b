import { describe, expect, it } from 'vitest';
import {
  type CodeLanguage,
  codeParser,
  languageOf,
  MAX_CODE_CHARS,
  parseWith,
} from '../../../../src/explorer/parsers/ast-grep.ts';
import { callsParser } from '../../../../src/explorer/parsers/code-calls.ts';
import { scopeOf, scopesOf } from '../../../../src/explorer/parsers/code-scopes.ts';
import { SourceFile } from '../../../../src/explorer/source-file.ts';

const SOURCES: readonly { language: CodeLanguage; path: string; text: string; calls: string[] }[] =
  [
    {
      language: 'typescript',
      path: 'a.ts',
      text: 'import axios from "axios";\nclass A { async m() { await axios.get(u); } }\n',
      calls: ['A.m axios.get'],
    },
    {
      language: 'tsx',
      path: 'a.tsx',
      text: 'const F = () => { load(1); return <p/>; };\n',
      calls: ['F load'],
    },
    {
      language: 'javascript',
      path: 'a.mjs',
      text: 'export const f = function () { new Client(1); };\n',
      calls: ['f Client'],
    },
    {
      language: 'python',
      path: 'a.py',
      text: 'from m import g as h\nclass A:\n  def f(self):\n    h(1)\n',
      calls: ['A.f m.g'],
    },
    {
      language: 'go',
      path: 'a.go',
      text: 'package a\nimport h "net/http"\nfunc (c *C) F() { h.Get(u) }\n',
      calls: ['C.F net/http.Get'],
    },
    {
      language: 'java',
      path: 'A.java',
      text: 'class A { void f() { b.g(1); } }\n',
      calls: ['A.f b.g'],
    },
    {
      language: 'kotlin',
      path: 'a.kt',
      text: 'class A { fun f() { b.g(1) { x } } }\n',
      calls: ['A.f b.g'],
    },
    {
      language: 'ruby',
      path: 'Rakefile',
      text: 'class A\n  def f\n    B::C.g(1)\n  end\nend\n',
      calls: ['A.f B::C.g'],
    },
    {
      language: 'php',
      path: 'a.php',
      text: '<?php\nclass A { function f() { $this->b->g(1); } }\n',
      calls: ['A.f $this->b->g'],
    },
    {
      language: 'csharp',
      path: 'A.cs',
      text: 'class A { void F() { b.G(1); } }\n',
      calls: ['A.F b.G'],
    },
    {
      language: 'rust',
      path: 'a.rs',
      text: 'impl A { fn f() { b::g(1); } }\n',
      calls: ['A.f b::g'],
    },
  ];

describe('reading code', () => {
  it.each(SOURCES)('$language: calls, callee and scope', ({ language, path, text, calls }) => {
    const file = new SourceFile(path, 'head', text);
    const read = file.parse(callsParser);
    const scopes = scopesOf(read.root, language);

    expect(languageOf(path)).toBe(language);
    expect(read.all.map((call) => `${scopeOf(call.node)} ${call.callee}`)).toEqual(calls);
    expect(read.all.map((call) => scopes.at(call.node))).toEqual(calls.map((c) => c.split(' ')[0]));
  });

  it('reads types in a .js file', () => {
    expect(
      parseWith('javascript', 'function f(a: string): void {}\ntype B = { c: string };\n')
        .root()
        .kind(),
    ).toBe('program');
  });

  it.each([
    {
      name: 'no code at all',
      language: 'java',
      text: '<html><body>Hello</body></html>',
      reason: 'does not parse as java',
    },
    {
      name: 'a long line',
      language: 'typescript',
      text: `a;\n${'x'.repeat(5_001)}`,
      reason: 'line 2 has 5001 characters, more than 5000',
    },
    {
      name: 'a large file',
      language: 'python',
      text: 'a = 1\n'.repeat(MAX_CODE_CHARS / 5),
      reason: `1200000 characters, more than ${MAX_CODE_CHARS}`,
    },
  ] as const)('names $name instead of passing over it', ({ language, text, reason }) => {
    expect(() => parseWith(language, text)).toThrow(reason);
  });

  it('knows what it cannot read', () => {
    expect(languageOf('README.md')).toBeNull();
    expect(() => codeParser.parse(new SourceFile('README.md', 'head', ''))).toThrow('no grammar');
  });
});
