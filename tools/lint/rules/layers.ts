import { findViolation } from '../layers.ts';
import { type LintRule, pathOf } from '../lint-rule.ts';

type Kind = 'type' | 'value' | undefined;

interface ImportLike {
  readonly specifiers?: readonly {
    readonly type: string;
    readonly importKind?: Kind;
    readonly exportKind?: Kind;
  }[];
  readonly importKind?: Kind;
  readonly exportKind?: Kind;
}

/** Every import of a file under `src/` is allowed by the table in `layers.ts`. */
export const layers: LintRule = {
  create(context) {
    const from = pathOf(context);
    const judge = (
      node: { readonly range: [number, number] },
      source: unknown,
      typeOnly: boolean,
    ) => {
      if (typeof source !== 'string') return;
      const message = findViolation({ from, specifier: source, typeOnly });
      if (message !== null) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => judge(node.source, node.source.value, isTypeOnly(node)),
      ExportAllDeclaration: (node) => judge(node.source, node.source.value, isTypeOnly(node)),
      ExportNamedDeclaration: (node) => {
        if (node.source !== null) judge(node.source, node.source.value, isTypeOnly(node));
      },
      ImportExpression: (node) => {
        if (node.source.type === 'Literal') judge(node.source, node.source.value, false);
      },
      TSImportType: (node) => judge(node.source, node.source.value, true),
    };
  },
};

function isTypeOnly(node: ImportLike): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const kinds = node.specifiers?.map((one) => one.importKind ?? one.exportKind) ?? [];
  return kinds.length > 0 && kinds.every((kind) => kind === 'type');
}
