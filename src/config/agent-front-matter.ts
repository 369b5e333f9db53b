import matter from 'gray-matter';
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { OpsError } from '../domain/ops-error.ts';

export interface AgentSource {
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly notices: readonly string[];
  /** Line of a top-level key in the file, 1-based; 1 when the key is not there. */
  lineOf(key: string): number;
}

/** Keys at which a front matter that is no YAML may be split. */
const SPLIT_KEYS: ReadonlySet<string> = new Set([
  'name',
  'description',
  'model',
  'tools',
  'color',
  'icon',
  'language',
  'disallowedTools',
  'permissionMode',
  'maxTurns',
  'effort',
  'skills',
  'mcpServers',
  'hooks',
  'memory',
  'background',
  'isolation',
]);

const CLOSING = /\n---[ \t]*(?:\r?\n|$)/u;

/**
 * Splits an agent file into front matter and body. Throws `agent.invalid` with `path:line`.
 *
 * gray-matter runs code for `---js`, falls back to `{}` for a file that failed once, and hands out one object
 * from its cache. So the first line must be `---` alone, every engine but YAML throws, and options are always
 * passed, which switches the cache off.
 */
export function parseAgentSource(path: string, text: string): AgentSource {
  if (!/^---\r?\n/u.test(text))
    throw invalid(
      path,
      1,
      'the first line is not `---`.',
      'Start with front matter: `---`, keys, `---`.',
    );
  const close = CLOSING.exec(text);
  // gray-matter ends the front matter at any line that starts with `---`.
  if (close === null || text.indexOf('\n---') !== close.index)
    throw invalid(path, 1, 'the front matter has no end.', 'Close it with a line `---`.');
  const notices: string[] = [];
  const block = text.slice(text.indexOf('\n') + 1, close.index + 1);
  const parse = (): Record<string, unknown> => parseBlock(path, block, notices);
  const file = matter(text, {
    engines: {
      yaml: parse,
      js: refuse,
      javascript: refuse,
      coffee: refuse,
      json: refuse,
      toml: refuse,
    },
  });
  // gray-matter does not ask the engine when nothing but comments stands in the block.
  const lines = text.slice(0, close.index).split('\n');
  return {
    data: file.data,
    body: file.content.trim(),
    notices,
    lineOf: (key) =>
      Math.max(
        lines.findIndex((line) => line.startsWith(`${key}:`)),
        0,
      ) + 1,
  };
}

function refuse(): never {
  throw new OpsError('agent.invalid', 'front matter in a language other than YAML is not run.');
}

function parseBlock(path: string, block: string, notices: string[]): Record<string, unknown> {
  try {
    return mapping(path, parseYaml(block));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = lineOfError(error);
    if (/alias/u.test(error.reason))
      throw invalid(path, line, error.reason, 'Write values out.', error);
    const parts = splitAtKeys(block);
    const description = parts === null ? undefined : parts.get('description');
    if (parts === null || description === undefined || isYaml(description.source))
      throw yamlError(path, line, error);
    const rest = parseRest(path, parts, line, error);
    notices.push(
      `${path}:${description.line}: the description is no valid YAML and was read as plain text. Put it in quotes.`,
    );
    return { ...rest, description: description.text.trim() };
  }
}

/** No aliases, so nothing can grow; one document; the core schema, so nothing is constructed. */
function parseYaml(block: string): unknown {
  return load(block, { schema: CORE_SCHEMA, maxAliases: 0, maxDepth: 10 });
}

function isYaml(text: string): boolean {
  try {
    parseYaml(text);
    return true;
  } catch (error) {
    if (error instanceof YAMLException) return false;
    throw error;
  }
}

function mapping(path: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, 2, 'the front matter is no mapping.', 'Write `key: value` lines.');
  return { ...value };
}

interface Part {
  readonly text: string;
  /** In the file, 1-based. */
  readonly line: number;
  readonly source: string;
}

/** Agent files in the wild hold unquoted colons in their description, mostly in examples. */
function splitAtKeys(block: string): ReadonlyMap<string, Part> | null {
  const parts = new Map<string, Part>();
  let key: string | null = null;
  for (const [index, line] of block.split(/\r?\n/u).entries()) {
    const found = /^([A-Za-z]+):(?:[ \t](.*))?$/u.exec(line);
    const name = found?.[1];
    if (name !== undefined && SPLIT_KEYS.has(name) && !parts.has(name)) {
      key = name;
      parts.set(name, { text: found?.[2] ?? '', line: index + 2, source: line });
    } else if (key !== null) {
      const part: Part = parts.get(key)!;
      parts.set(key, { ...part, text: `${part.text}\n${line}`, source: `${part.source}\n${line}` });
    } else if (line.trim() !== '' && !line.startsWith('#')) return null;
  }
  return parts;
}

/** Everything but the description still has to be YAML. */
function parseRest(
  path: string,
  parts: ReadonlyMap<string, Part>,
  line: number,
  original: YAMLException,
): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const [key, part] of parts) {
    if (key === 'description') continue;
    try {
      Object.assign(rest, mapping(path, parseYaml(part.source)));
    } catch (error) {
      if (error instanceof YAMLException) throw yamlError(path, line, original);
      throw error;
    }
  }
  return rest;
}

function yamlError(path: string, line: number, error: YAMLException): OpsError {
  return invalid(
    path,
    line,
    `the front matter is no valid YAML: ${error.reason}.`,
    'Correct this line.',
    error,
  );
}

/** js-yaml counts from 0, and line 1 of the file is the `---` before the block. */
function lineOfError(error: YAMLException): number {
  return (error.mark?.line ?? 0) + 2;
}

function invalid(
  path: string,
  line: number,
  message: string,
  remedy: string,
  cause?: unknown,
): OpsError {
  return new OpsError('agent.invalid', message, {
    at: `${path}:${line}`,
    remedy,
    ...(cause === undefined ? {} : { cause }),
  });
}
