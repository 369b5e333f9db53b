import { type LintRule, pathOf } from '../lint-rule.ts';

const READERS = new Set(['src/main.ts', 'src/cli.ts']);
const MESSAGE =
  'the environment is read in src/main.ts and src/cli.ts only: take the value as a parameter.';

export const noProcessEnv: LintRule = {
  create(context) {
    const path = pathOf(context);
    if (!path.startsWith('src/') || READERS.has(path)) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== 'Identifier' || node.object.name !== 'process') return;
        const name = node.property.type === 'Literal' ? node.property.value : nameOf(node.property);
        if (name === 'env') context.report({ node, message: MESSAGE });
      },
      VariableDeclarator(node) {
        if (node.init?.type !== 'Identifier' || node.init.name !== 'process') return;
        if (node.id.type !== 'ObjectPattern') return;
        const takesEnv = node.id.properties.some(
          (property) => property.type === 'Property' && nameOf(property.key) === 'env',
        );
        if (takesEnv) context.report({ node, message: MESSAGE });
      },
      ImportDeclaration(node) {
        if (node.source.value !== 'node:process' && node.source.value !== 'process') return;
        const takesEnv = node.specifiers.some(
          (one) => one.type === 'ImportSpecifier' && nameOf(one.imported) === 'env',
        );
        if (takesEnv) context.report({ node, message: MESSAGE });
      },
    };
  },
};

function nameOf(node: { readonly type: string; readonly name?: unknown }): unknown {
  return node.type === 'Identifier' ? node.name : undefined;
}
