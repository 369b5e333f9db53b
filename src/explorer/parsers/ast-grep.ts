import { createRequire } from 'node:module';
import { Lang, parse, registerDynamicLanguage } from '@ast-grep/napi';
import type { SgNode, SgRoot } from '@ast-grep/napi';
import { z } from 'zod';
import { ParseFailure } from '../source-file.ts';
import type { Parser } from '../source-file.ts';

/** Languages that code rules read. The first three are built into the parser library. */
export type CodeLanguage =
  | 'typescript'
  | 'tsx'
  | 'javascript'
  | 'python'
  | 'go'
  | 'java'
  | 'kotlin'
  | 'ruby'
  | 'php'
  | 'csharp'
  | 'rust';

export interface CodeTree {
  readonly language: CodeLanguage;
  readonly root: SgRoot;
}

/** Characters; source files beyond it are generated or data. */
export const MAX_CODE_CHARS = 1_000_000;
/** Minified and generated lines cost more time than they tell; such a file is named as a gap. */
export const MAX_CODE_LINE_CHARS = 5_000;
/** Above this share of characters inside ERROR nodes, a silent rule would prove nothing. */
const MAX_ERROR_SHARE = 0.2;

const BUILT_IN: Partial<Record<CodeLanguage, Lang>> = {
  typescript: Lang.TypeScript,
  tsx: Lang.Tsx,
  javascript: Lang.JavaScript,
};

const DYNAMIC = ['python', 'go', 'java', 'kotlin', 'ruby', 'php', 'csharp', 'rust'] as const;

const LANGUAGE_OF_EXTENSION: Readonly<Record<string, CodeLanguage>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  py: 'python',
  go: 'go',
  java: 'java',
  kt: 'kotlin',
  kts: 'kotlin',
  rb: 'ruby',
  rake: 'ruby',
  ru: 'ruby',
  php: 'php',
  cs: 'csharp',
  rs: 'rust',
};

const LANGUAGE_OF_NAME: Readonly<Record<string, CodeLanguage>> = {
  Rakefile: 'ruby',
  Gemfile: 'ruby',
};

/** Globs of every file that `languageOf` recognises: what a rule over all languages claims. */
export const CODE_FILES: readonly string[] = [
  `**/*.{${Object.keys(LANGUAGE_OF_EXTENSION).join(',')}}`,
  `**/{${Object.keys(LANGUAGE_OF_NAME).join(',')}}`,
];

/** By extension, then by file name; null for what no grammar reads. */
export function languageOf(path: string): CodeLanguage | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  return LANGUAGE_OF_EXTENSION[extension] ?? LANGUAGE_OF_NAME[name] ?? null;
}

/**
 * Parses a text of at most `MAX_CODE_CHARS` characters and lines of at most `MAX_CODE_LINE_CHARS`.
 * Throws `ParseFailure` beyond the caps, without the grammar, and when most of the text is no such code.
 */
export function parseWith(language: CodeLanguage, text: string): SgRoot {
  refuseOversize(text);
  const root = parse(grammarOf(language), text);
  // Type annotations in .js files are read by the TypeScript grammar, not by the JavaScript one.
  if (language === 'javascript' && errorShareOf(root.root(), text) > MAX_ERROR_SHARE)
    return parseWith('tsx', text);
  if (errorShareOf(root.root(), text) > MAX_ERROR_SHARE)
    throw new ParseFailure(`does not parse as ${language}`);
  return root;
}

/** For `file.parse(codeParser)`: every code rule shares one tree. */
export const codeParser: Parser<CodeTree> = {
  name: 'ast-grep',
  parse({ path, text }) {
    const language = languageOf(path);
    if (language === null) throw new ParseFailure('no grammar reads this kind of file');
    return { language, root: parseWith(language, text) };
  },
};

function refuseOversize(text: string): void {
  if (text.length > MAX_CODE_CHARS)
    throw new ParseFailure(`${text.length} characters, more than ${MAX_CODE_CHARS}`);
  let line = 1;
  for (let start = 0; start <= text.length; line += 1) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    if (stop - start > MAX_CODE_LINE_CHARS)
      throw new ParseFailure(
        `line ${line} has ${stop - start} characters, more than ${MAX_CODE_LINE_CHARS}`,
      );
    start = stop + 1;
  }
}

/** Characters inside outermost ERROR nodes over all characters that are not white space around them. */
function errorShareOf(root: SgNode, text: string): number {
  if (text.trim() === '') return 0;
  if (root.kind() === 'ERROR') return 1;
  let covered = 0;
  let end = 0;
  for (const node of root.findAll({ rule: { kind: 'ERROR' } })) {
    const range = node.range();
    if (range.end.index <= end) continue;
    covered += range.end.index - Math.max(range.start.index, end);
    end = range.end.index;
  }
  return covered / text.trim().length;
}

function grammarOf(language: CodeLanguage): Lang | string {
  const builtIn = BUILT_IN[language];
  if (builtIn !== undefined) return builtIn;
  installed ??= registerInstalled();
  if (!installed.has(language)) throw new ParseFailure(`grammar for ${language} is not installed`);
  return language;
}

let installed: ReadonlySet<string> | undefined;

const Registration = z.object({
  libraryPath: z.string(),
  extensions: z.array(z.string()),
  languageSymbol: z.string().optional(),
  expandoChar: z.string().optional(),
});

/** The library takes dynamic languages once for a process, so all that are installed go in one call. */
function registerInstalled(): ReadonlySet<string> {
  const require = createRequire(import.meta.url);
  const found: Record<string, z.infer<typeof Registration>> = {};
  for (const language of DYNAMIC) {
    const registration = loadRegistration(require, language);
    if (registration !== null) found[language] = registration;
  }
  if (Object.keys(found).length > 0) registerDynamicLanguage(withoutUndefined(found));
  return new Set(Object.keys(found));
}

type Registrations = Parameters<typeof registerDynamicLanguage>[0];

function withoutUndefined(found: Record<string, z.infer<typeof Registration>>): Registrations {
  const clean: Registrations = {};
  for (const [language, { libraryPath, extensions, languageSymbol, expandoChar }] of Object.entries(
    found,
  ))
    clean[language] = {
      libraryPath,
      extensions,
      ...(languageSymbol === undefined ? {} : { languageSymbol }),
      ...(expandoChar === undefined ? {} : { expandoChar }),
    };
  return clean;
}

/** Null when the optional package, or its build for this platform, is not there. */
function loadRegistration(
  require: NodeJS.Require,
  language: string,
): z.infer<typeof Registration> | null {
  try {
    return Registration.parse(require(`@ast-grep/lang-${language}`));
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && error.code === 'MODULE_NOT_FOUND') ||
    /no parser found/iu.test(error.message)
  );
}
