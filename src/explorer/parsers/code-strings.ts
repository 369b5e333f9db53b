import type { SgNode } from '@ast-grep/napi';

/** A string that an expression builds: what is written out, and what is put in. */
export interface BuiltString {
  /** The written pieces; `…` stands for each part. */
  readonly text: string;
  readonly parts: readonly SgNode[];
}

const STRINGS =
  /^(?:string|template_string|string_literal|interpreted_string_literal|raw_string_literal|encapsed_string|interpolated_string_expression|concatenated_string|verbatim_string_literal|text_block|heredoc_body)$/u;
const WRITTEN =
  /^(?:string_content|string_fragment|interpreted_string_literal_content|raw_string_literal_content|string_literal_content|escape_sequence|multiline_string_fragment)$/u;
const MARKS = /^(?:string_start|string_end|interpolation_start|interpolation_brace)$/u;
const SUMS =
  /^(?:binary_expression|binary_operator|binary|additive_expression|parenthesized_expression|concatenated_string)$/u;
const FORMATTERS = /(?:^|\.)(?:format|Sprintf|formatted|sprintf|Format)$/u;

/** Deeper sums than this are generated; their rest counts as a part. */
const MAX_DEPTH = 60;

/** Null when the expression holds no string literal: its value is unknown. */
export function builtString(node: SgNode): BuiltString | null {
  const parts: SgNode[] = [];
  const text = read(node, parts, 0);
  return text === null ? null : { text, parts };
}

function read(node: SgNode, parts: SgNode[], depth: number): string | null {
  const kind = String(node.kind());
  if (depth < MAX_DEPTH) {
    if (STRINGS.test(kind) && kind !== 'concatenated_string') return readLiteral(node, parts);
    if (SUMS.test(kind)) return readSum(node, parts, depth);
    const formatted = readFormat(node, parts);
    if (formatted !== null) return formatted;
  }
  return null;
}

function readLiteral(node: SgNode, parts: SgNode[]): string {
  let text = '';
  const children = node.namedChildren();
  for (const child of children) {
    const kind = String(child.kind());
    if (WRITTEN.test(kind)) text += child.text();
    else if (!MARKS.test(kind)) {
      parts.push(insideOf(child));
      text += '…';
    }
  }
  return children.length === 0 ? node.text().slice(1, -1) : text;
}

/** `${x}`, `#{x}` and `{x}` hold one expression. */
function insideOf(part: SgNode): SgNode {
  const inner = part.namedChildren().filter((child) => !MARKS.test(String(child.kind())));
  return /interpol|substitution/u.test(String(part.kind())) && inner.length > 0 ? inner[0]! : part;
}

function readSum(node: SgNode, parts: SgNode[], depth: number): string | null {
  let text = '';
  let found = false;
  const operands = node.namedChildren();
  const before = parts.length;
  for (const operand of operands) {
    const piece = read(operand, parts, depth + 1);
    if (piece === null) parts.push(operand);
    else found = true;
    text += piece ?? '…';
  }
  if (found) return text;
  parts.length = before;
  return null;
}

/** `"…".format(x)`, `fmt.Sprintf("…", x)`, `String.format("…", x)`. */
function readFormat(node: SgNode, parts: SgNode[]): string | null {
  const target = node.field('function') ?? node.field('name') ?? node.field('method');
  const list = node.field('arguments');
  if (target === null || list === null) return null;
  if (!FORMATTERS.test(target.text().slice(-40))) return null;
  const args = list.namedChildren();
  const subject = target.field('object') ?? node.field('receiver') ?? node.field('object');
  const template = [subject, ...args].find((a) => a !== null && STRINGS.test(String(a.kind())));
  if (!template) return null;
  const values = args.filter((a) => a.id() !== template.id());
  const text = readLiteral(template, parts);
  parts.push(...values);
  return values.length === 0 ? text : text.replaceAll(/%[+#-]?[0-9.]*[a-z]|\{[\w:.!]*\}/giu, '…');
}
