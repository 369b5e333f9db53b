import { type Document, isMap, isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

export type YamlResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A governed file is written by hand; anything larger is an attack or a mistake. */
const MAX_YAML_BYTES = 64 * 1024;

/** No file of ours needs more than a few aliases; the parser refuses more before it expands them. */
const MAX_ALIASES = 10;

/**
 * Parses YAML 1.2 and checks it against a schema. Every problem reads `path:line: key: what is wrong`.
 * Duplicate keys, several documents, unknown keys and alias bombs are problems.
 */
export function parseYaml<S extends z.ZodType>(
  path: string,
  text: string,
  schema: S,
): YamlResult<z.output<S>> {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES)
    return { ok: false, problems: [`${path}:1: the file is larger than 64 KB.`] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: '1.2' });
  if (document.errors.length > 0)
    return { ok: false, problems: document.errors.map((e) => syntaxProblem(path, e, lines)) };
  const plain = toPlain(document);
  if (!plain.ok) return { ok: false, problems: [`${path}:1: ${plain.problem}`] };
  const parsed = schema.safeParse(plain.value ?? {}, { error: explain });
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => {
      const line = lineOf(document, lines, issueKeyPath(issue));
      const key = issue.path.join('.');
      return `${path}:${line}: ${key === '' ? '' : `${key}: `}${issue.message}`;
    }),
  };
}

function syntaxProblem(
  path: string,
  error: { readonly pos: [number, number]; readonly message: string },
  lines: LineCounter,
): string {
  // The parser appends a drawing of the place after the first line.
  const message = error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/u, '');
  return `${path}:${lines.linePos(error.pos[0]).line}: ${message}.`;
}

function toPlain(
  document: Document,
):
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError) return { ok: false, problem: `${error.message}.` };
    throw error;
  }
}

/** An unknown key is reported at itself, not at the map that holds it. */
function issueKeyPath(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' && issue.keys[0] !== undefined
    ? [...issue.path, issue.keys[0]]
    : issue.path;
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && keyOf(item.key) === String(key));
      if (pair === undefined) break;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = offsetOf(node) ?? offset;
    } else break;
  }
  return offset === null ? 1 : lines.linePos(offset).line;
}

function keyOf(key: unknown): string {
  return isNode(key) ? String(key) : String(key);
}

function offsetOf(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null;
}

/** Messages that say what to write instead. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown key ${issue.keys.join(', ')}. Remove it or correct its spelling.`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(' | ')}.`;
    case 'invalid_type':
      return issue.input === undefined ? 'is missing.' : `expected ${issue.expected}.`;
    default:
      return undefined;
  }
}
