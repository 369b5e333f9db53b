import type { LintRule } from '../lint-rule.ts';

const HIDDEN = new Set(['toMatchSnapshot', 'toThrowErrorMatchingSnapshot']);

/** A snapshot that nobody opens is approved unread. */
export const noToMatchSnapshot: LintRule = {
  create(context) {
    return {
      MemberExpression(node) {
        if (node.property.type !== 'Identifier' || !HIDDEN.has(node.property.name)) return;
        context.report({
          node: node.property,
          message: `no ${node.property.name}: use toMatchFileSnapshot('golden/…') for a file that can be opened, or an inline snapshot of at most 20 lines.`,
        });
      },
    };
  },
};
