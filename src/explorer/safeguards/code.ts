import type { SgNode } from '@ast-grep/napi';
import {
  type CallsOfFile,
  type CodeCall,
  callsParser,
  entriesOf,
  linesOf,
  nodesOfKind,
} from '../parsers/code-calls.ts';
import { type Scopes, scopesOf } from '../parsers/code-scopes.ts';
import type { Parser, SourceFile } from '../source-file.ts';
import {
  ANNOTATIONS,
  CALLS,
  GO_TIMEOUT_FIELDS,
  GUARDED_CALLEE,
  OPTIONS,
  SAFE_DEFAULTS,
} from './code-table.ts';
import { ITEM_OF_KIND, type Safeguard, type SafeguardKind } from './safeguard.ts';

/** Timeouts, retries, circuit breakers, graceful shutdown and dead-letter queues that code sets up. */
export function collectCodeSafeguards(file: SourceFile): Iterable<Safeguard> {
  return HINT.test(file.text) ? uniqueByPlace(safeguardsOf(file)) : [];
}

/** Every function, class and guarded call of a file, in the words of `Safeguard.owner`. */
export function* collectCodeOwners(file: SourceFile): Iterable<string> {
  const code = file.parse(scopedParser);
  yield fileOwner(file);
  yield processOwner(file);
  yield* code.scopes.names;
  for (const call of code.calls.all)
    if (GUARDED_CALLEE.test(call.method) || GUARDED_CALLEE.test(shortReceiver(call)))
      yield callOwner(file, code, call);
  for (const literal of goLiterals(code)) yield literalOwner(file, code, literal);
}

/** Without one of these words there is nothing to take stock of, and the file need not parse. */
const HINT =
  /timeout|deadline|retr[iy]|backoff|attempts|breaker|sigterm|sigint|shutdown|dead_?letter|redrive|'term'|"term"/iu;

interface ScopedCode {
  readonly calls: CallsOfFile;
  readonly scopes: Scopes;
}

const scopedParser: Parser<ScopedCode> = {
  name: 'code-scopes',
  parse(input) {
    const calls = callsParser.parse(input);
    return { calls, scopes: scopesOf(calls.root, calls.language) };
  },
};

function* safeguardsOf(file: SourceFile): Iterable<Safeguard> {
  const code = file.parse(scopedParser);
  for (const call of code.calls.all) {
    yield* fromCallee(file, code, call);
    yield* fromOptions(file, code, call);
  }
  yield* fromAnnotations(file, code);
  yield* fromGoLiterals(file, code);
}

/** Calls that are a safeguard themselves: `context.WithTimeout`, `pRetry`, `process.on('SIGTERM')`. */
function* fromCallee(file: SourceFile, code: ScopedCode, call: CodeCall): Iterable<Safeguard> {
  for (const entry of CALLS) {
    if (!entry.method.test(call.method)) continue;
    if (entry.callee !== undefined && !entry.callee.test(tailOf(call))) continue;
    const first = call.args.map(({ value }) => value.text().slice(0, 80)).join(' ');
    if (entry.argument !== undefined && !entry.argument.test(first)) continue;
    const owner =
      entry.kind === 'graceful_shutdown' ? processOwner(file) : scopeOwner(file, code, call.node);
    yield safeguard(entry.kind, owner, entry.label ?? nameOf(call), call.node, null);
    return;
  }
}

/** Keyword arguments and options of a guarded call: `timeout=5`, `{ retries: 3 }`, `signal`. */
function* fromOptions(file: SourceFile, code: ScopedCode, call: CodeCall): Iterable<Safeguard> {
  const isGuarded = GUARDED_CALLEE.test(call.method) || GUARDED_CALLEE.test(shortReceiver(call));
  if (!isGuarded) return;
  for (const [name, value] of optionsOf(call)) {
    const entry = OPTIONS.find((option) => option.name.test(name));
    if (entry === undefined || isOff(value)) continue;
    if (entry.value !== undefined && !entry.value.test(value.text().slice(0, 200))) continue;
    if (entry.kind === 'timeout' && SAFE_DEFAULTS.some((m) => call.callee.startsWith(m))) continue;
    const place = value.parent() ?? value;
    const cited =
      /^(?:pair|keyword_argument|argument|value_argument|array_element_initializer)$/u.test(
        String(place.kind()),
      )
        ? place
        : value;
    yield safeguard(
      entry.kind,
      callOwner(file, code, call),
      name,
      cited,
      strengthOf(entry.kind, value),
    );
  }
}

function* optionsOf(call: CodeCall): Iterable<readonly [string, SgNode]> {
  for (const { name, value, splat } of call.args) {
    if (splat) continue;
    if (name !== null) yield [name, value];
    else yield* entriesOf(value) ?? [];
  }
}

/** Decorators and annotations: `@retry(…)`, `@CircuitBreaker(name = "pay")`. */
function* fromAnnotations(file: SourceFile, code: ScopedCode): Iterable<Safeguard> {
  const kinds = ANNOTATION_KINDS[code.calls.language];
  if (kinds === undefined) return;
  for (const node of nodesOfKind(code.calls.root, kinds)) {
    const written = /^@([\w.]+)/u.exec(node.text().slice(0, 120))?.[1];
    if (written === undefined) continue;
    const name = code.calls.imports.resolve(written);
    const entry = ANNOTATIONS.find((a) => a.name.test(name));
    if (entry === undefined) continue;
    // A decorator stands before what it guards, and in some grammars outside of it.
    const guarded =
      node.parent()?.kind() === 'decorated_definition' ? node.parent()!.field('definition') : null;
    const owner =
      guarded === null
        ? scopeOwner(file, code, node)
        : (ownerOfDefinition(code, guarded) ?? fileOwner(file));
    yield safeguard(entry.kind, owner, `@${written}`, node, null);
  }
}

const ANNOTATION_KINDS: Partial<Record<string, readonly string[]>> = {
  python: ['decorator'],
  java: ['annotation', 'marker_annotation'],
  kotlin: ['annotation'],
  typescript: ['decorator'],
};

function ownerOfDefinition(code: ScopedCode, definition: SgNode): string | null {
  const scope = code.scopes.at(definition);
  return scope === '' ? null : scope;
}

function* fromGoLiterals(file: SourceFile, code: ScopedCode): Iterable<Safeguard> {
  for (const literal of goLiterals(code))
    for (const element of literal.field('body')?.namedChildren() ?? []) {
      const [key, value] = element.namedChildren();
      const name = key?.text() ?? '';
      if (element.kind() !== 'keyed_element' || value === undefined || isOff(value)) continue;
      const kind = GO_TIMEOUT_FIELDS.test(name)
        ? 'timeout'
        : /^(?:RetryMax|MaxRetries)$/u.test(name)
          ? 'retry'
          : null;
      if (kind !== null)
        yield safeguard(
          kind,
          literalOwner(file, code, literal),
          name,
          element,
          strengthOf(kind, value),
        );
    }
}

function goLiterals({ calls }: ScopedCode): SgNode[] {
  return calls.language === 'go'
    ? nodesOfKind(calls.root, ['composite_literal']).filter((node) =>
        /(?:^|\.)(?:\w*Client|\w*Server|\w*Transport|Dialer|\w*Options|\w*Config)$/u.test(
          node.field('type')?.text() ?? '',
        ),
      )
    : [];
}

function safeguard(
  kind: SafeguardKind,
  owner: string,
  name: string,
  node: SgNode,
  strength: number | null,
): Safeguard {
  return { kind, item: ITEM_OF_KIND[kind], owner, name, ...linesOf(node), strength };
}

/** Only attempts protect more the more there are. */
function strengthOf(kind: SafeguardKind, value: SgNode): number | null {
  const text = value.text();
  return kind === 'retry' && /^[0-9]{1,4}$/u.test(text) ? Number(text) : null;
}

function isOff(value: SgNode): boolean {
  return /^(?:None|null|nil|undefined|false|False|0|-1)$/u.test(value.text().slice(0, 12));
}

function nameOf(call: CodeCall): string {
  const tail = tailOf(call);
  return tail.includes('(')
    ? call.method
    : tail
        .replace(/\/v\d+(?=\.)/u, '')
        .replace(/^.*[/\\]/u, '')
        .slice(-60);
}

/** The end of a callee: enough to know it by, whatever chain stands before it. */
function tailOf(call: CodeCall): string {
  const { start, end } = call.node.range();
  return end.index - start.index > 4_000 ? call.method : call.callee.slice(-120);
}

function shortReceiver(call: CodeCall): string {
  return (
    /[\w$]+$/u.exec(
      tailOf(call)
        .slice(0, -call.method.length)
        .replace(/[.:>?-]+$/u, ''),
    )?.[0] ?? ''
  );
}

function scopeOwner(file: SourceFile, code: ScopedCode, node: SgNode): string {
  return code.scopes.at(node) || fileOwner(file);
}

function callOwner(file: SourceFile, code: ScopedCode, call: CodeCall): string {
  return `${scopeOwner(file, code, call.node)}:${nameOf(call)}`;
}

function literalOwner(file: SourceFile, code: ScopedCode, literal: SgNode): string {
  return `${scopeOwner(file, code, literal)}:${literal.field('type')?.text() ?? ''}`;
}

/** What stands outside of any function belongs to its file; the folder may change. */
function fileOwner(file: SourceFile): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}

function processOwner(file: SourceFile): string {
  return `process:${fileOwner(file)}`;
}

/** One place, one safeguard: `AbortSignal.timeout(…)` under `signal` is both an option and a call. */
function* uniqueByPlace(found: Iterable<Safeguard>): Iterable<Safeguard> {
  const seen = new Set<string>();
  for (const one of [...found].toSorted((a, b) => a.line - b.line || rankOf(b) - rankOf(a))) {
    const key = `${one.kind} ${one.line} ${one.name === 'signal' ? 'AbortSignal.timeout' : one.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield one;
  }
}

/** Of two readings of one place the one with the guarded call says more. */
function rankOf({ owner }: Safeguard): number {
  return owner.includes(':') ? 1 : 0;
}
