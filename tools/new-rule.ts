/**
 * `npm run new:rule -- family/problem`: writes the skeleton of a rule and says what comes next. The skeleton
 * type-checks and loads, and its example test fails until the rule finds its bad examples.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const ID = /^[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*$/u;

/** The text of a new file rule. Sentences in capitals are to be replaced. */
export function renderRuleSkeleton(id: string): string {
  return `import { defineFileRule } from '../../rule.ts';

export default defineFileRule({
  id: '${id}',
  wave: 1,
  item: 'configuration',
  group: 'technical_risks',
  category: 'missing_error_handling',
  principle: 'demo_is_not_production',
  priority: 'medium',
  confidence: 'medium',
  blocks: null,
  surfaces: ['WHAT PEOPLE CALL IT'],
  files: ['**/*'],
  title: {
    en: 'NAME THE PROBLEM, not the file type',
    vi: 'NÊU VẤN ĐỀ, không nêu loại file',
  },
  impact: {
    en: 'WHAT USERS OR OPERATORS SEE when it goes wrong, in one sentence that stands alone.',
    vi: 'NGƯỜI DÙNG HOẶC NGƯỜI VẬN HÀNH THẤY GÌ khi có sự cố, trong một câu tự nó đủ nghĩa.',
  },
  why: {
    en: 'THE MECHANISM: why this code leads there.',
    vi: 'CƠ CHẾ: vì sao đoạn mã này dẫn tới hậu quả đó.',
  },
  fix: {
    en: 'WHAT TO TYPE in this change: a setting, a file or a command.',
    vi: 'CẦN SỬA GÌ trong thay đổi này: một thiết lập, một file hoặc một lệnh.',
  },
  later: {
    en: 'WHAT TO DO after it, so that it does not come back.',
    vi: 'VIỆC LÀM SAU ĐÓ để lỗi không quay lại.',
  },
  references: [],
  // Each bad example gives exactly one finding. Two bad and three good at least; one good that looks bad.
  examples: {
    bad: [
      { path: 'service.conf', code: 'BAD\\n' },
      { path: 'service.conf', base: 'GOOD\\n', code: 'GOOD\\nBAD\\n' },
    ],
    good: [
      { path: 'service.conf', code: 'GOOD\\n' },
      { path: 'service.conf', code: 'LOOKS BAD AND IS NOT\\n' },
      { path: 'service.conf', base: 'BAD\\n', code: 'GOOD\\n' },
    ],
  },
  *check(file) {
    for (const [index, text] of file.lines.entries()) {
      if (!text.includes('WHAT PROVES THE PROBLEM')) continue;
      yield { line: index + 1, anchor: 'RESOURCE, FUNCTION OR TABLE, never a line number' };
    }
  },
});
`;
}

const NEXT_STEPS = `
Next:
  1. Write the examples, then the check, then the texts in both languages.
     Something was removed, or several files together tell it? Use defineChangeRule (src/explorer/rule.ts).
     Reads a known format? Take its parser from src/explorer/parsers/ with file.parse(…).
  2. npm run generate            registry, page of the rule, table of the README
  3. npm run test:unit -- test/unit/explorer/rule-examples.test.ts -t ID
  4. npm run check`;

function main(): number {
  const id = process.argv[2] ?? '';
  if (!ID.test(id)) {
    console.error(
      'Usage: npm run new:rule -- family/problem   e.g. dockerfile/unpinned-base-image',
    );
    return 64;
  }
  const path = `src/explorer/rules/${id}.ts`;
  if (existsSync(path)) {
    console.error(`${path} exists already. Choose another name, or edit that file.`);
    return 1;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, renderRuleSkeleton(id));
  console.log(path + NEXT_STEPS.replace('ID', id));
  return 0;
}

if (import.meta.main) process.exitCode = main();
