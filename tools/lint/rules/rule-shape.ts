import { type LintRule, type NodeOf, pathOf } from '../lint-rule.ts';

const RULE_FILE = /^src\/explorer\/rules\/(?<id>[^/]+\/[^/]+)\.ts$/u;
const SHARED_FILE = /\/define-[^/]+$/u;
/** `defineFileRule`, `defineChangeRule`, or a family's own wrapper of one of them. */
const DEFINE = /^define[A-Z][A-Za-z]*Rule$/u;

/** A file of a rule default-exports that rule, and the rule's id is the file's place. */
export const ruleShape: LintRule = {
  create(context) {
    const id = RULE_FILE.exec(pathOf(context))?.groups?.['id'];
    if (id === undefined || SHARED_FILE.test(id)) return {};
    let found = false;
    return {
      ExportDefaultDeclaration(node) {
        found = true;
        const message = problemOf(node.declaration, id);
        if (message !== null) context.report({ node, message });
      },
      'Program:exit'(node: NodeOf<'Program'>) {
        if (found) return;
        context.report({
          node,
          message: `${id}.ts has no default export: a rule is \`export default defineFileRule({ … })\` or defineChangeRule; what rules of a family share goes into a define-….ts beside them.`,
        });
      },
    };
  },
};

function problemOf(
  exported: NodeOf<'ExportDefaultDeclaration'>['declaration'],
  id: string,
): string | null {
  if (exported.type !== 'CallExpression' || exported.callee.type !== 'Identifier') return NO_CALL;
  if (!DEFINE.test(exported.callee.name)) return NO_CALL;
  const [meta] = exported.arguments;
  if (meta?.type !== 'ObjectExpression') return NO_CALL;
  const written = meta.properties.flatMap((property) => idOf(property));
  return written.includes(id) ? null : `the id of this rule is its place: write id: '${id}'.`;
}

const NO_CALL = 'default-export the rule as defineFileRule({ … }) or defineChangeRule({ … }).';

function idOf(property: NodeOf<'ObjectExpression'>['properties'][number]): readonly unknown[] {
  if (property.type !== 'Property' || property.key.type !== 'Identifier') return [];
  return property.key.name === 'id' && property.value.type === 'Literal'
    ? [property.value.value]
    : [];
}
