import { type LintRule, pathOf } from '../lint-rule.ts';

const DOOR = 'test/support/http.ts';

/** An unmatched request resolves as a 501 in nock 15; the door makes it fail the test instead. */
export const noDirectNock: LintRule = {
  create(context) {
    if (pathOf(context) === DOOR) return {};
    const judge = (node: { readonly range: [number, number] }, source: unknown) => {
      if (source !== 'nock') return;
      context.report({
        node,
        message: `nock is imported by ${DOOR} only: use what it exports, which fails a test on unmatched and unused mocks.`,
      });
    };
    return {
      ImportDeclaration: (node) => judge(node.source, node.source.value),
      ExportNamedDeclaration: (node) => {
        if (node.source !== null) judge(node.source, node.source.value);
      },
      ExportAllDeclaration: (node) => judge(node.source, node.source.value),
      ImportExpression: (node) => {
        if (node.source.type === 'Literal') judge(node.source, node.source.value);
      },
    };
  },
};
