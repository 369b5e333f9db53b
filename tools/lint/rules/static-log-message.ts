import { type LintRule, type NodeOf, pathOf } from '../lint-rule.ts';

type Call = NodeOf<'CallExpression'>;
type Argument = Call['arguments'][number];

const LOGGERS = new Set(['log', 'logger']);
const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const MESSAGE =
  "the text of a log line is constant: put what varies into the fields, as in log.warn({ path }, 'rule failed').";

/** Log lines can be grouped only when their text does not vary. */
export const staticLogMessage: LintRule = {
  create(context) {
    if (!pathOf(context).startsWith('src/')) return {};
    return {
      CallExpression(node) {
        if (!isLogCall(node)) return;
        const bad = variableText(node.arguments);
        if (bad !== null) context.report({ node: bad, message: MESSAGE });
      },
    };
  },
};

function isLogCall({ callee }: Call): boolean {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  return LEVELS.has(callee.property.name) && isLogger(callee.object);
}

/** `log`, `deps.log`, `this.#logger`. */
function isLogger(node: { readonly type: string }): boolean {
  if ('name' in node) return typeof node.name === 'string' && LOGGERS.has(node.name);
  if (!('property' in node)) return false;
  return isLogger(node.property as { readonly type: string });
}

/** Fields come first and text second; without fields the text comes first. */
function variableText([first, second]: readonly Argument[]): Argument | null {
  if (first === undefined || isConstant(first)) return null;
  if (isComputed(first)) return first;
  return second === undefined || isConstant(second) ? null : second;
}

function isConstant(node: Argument): boolean {
  if (node.type === 'TemplateLiteral') return node.expressions.length === 0;
  return node.type === 'Literal' && typeof node.value === 'string';
}

function isComputed(node: Argument): boolean {
  return node.type === 'TemplateLiteral' || node.type === 'BinaryExpression';
}
