import type { SgNode } from '@ast-grep/napi';
import { CODE_FILES, type CodeLanguage } from '../../parsers/ast-grep.ts';
import { callsParser, linesOf, nodesOfKind } from '../../parsers/code-calls.ts';
import { functionAround, scopeOf } from '../../parsers/code-scopes.ts';
import { defineFileRule } from '../../rule.ts';
import type { SourceFile } from '../../source-file.ts';

export default defineFileRule({
  id: 'code/swallowed-error',
  wave: 1,
  item: 'error_handling',
  group: 'code_quality',
  category: 'missing_error_handling',
  principle: 'happy_path_is_rare',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: ['Python', 'JavaScript', 'TypeScript', 'Go', 'Java', 'Kotlin', 'Ruby', 'PHP', 'C#'],
  files: CODE_FILES,
  optOuts: ['# nosec B110', '# noqa: S110', '# noqa: BLE001', 'eslint-disable-next-line no-empty'],
  title: {
    en: 'A failure of {call} disappears without a trace',
    vi: 'Lỗi của {call} biến mất không dấu vết',
  },
  impact: {
    en: 'Users are told that it worked while nothing happened, and whoever is on call finds no line that says why.',
    vi: 'Người dùng được báo thành công trong khi không có gì xảy ra, và người trực không tìm thấy dòng log nào cho biết vì sao.',
  },
  why: {
    en: 'Every error of {call} is caught here and dropped: nothing is logged, counted, returned or retried.',
    vi: 'Mọi lỗi của {call} bị bắt ở đây rồi bỏ qua: không log, không đếm, không trả về, không retry.',
  },
  fix: {
    en: 'Catch only the error that is expected, and log or return the rest; if dropping it is right, say why in a comment.',
    vi: 'Chỉ bắt đúng lỗi đã lường trước, phần còn lại thì log hoặc trả về; nếu bỏ qua là đúng, hãy ghi lý do bằng comment.',
  },
  later: {
    en: 'Count failures of {call} as a metric and alert on their rate.',
    vi: 'Đếm lỗi của {call} bằng metric và đặt alert theo tỷ lệ lỗi.',
  },
  references: [
    'https://cwe.mitre.org/data/definitions/390.html',
    'https://sre.google/sre-book/monitoring-distributed-systems/',
  ],
  examples: {
    bad: [
      {
        path: 'src/orders.ts',
        code: 'export async function place(order: Order) {\n  try {\n    await publishOrder(order);\n  } catch {}\n}\n',
      },
      {
        path: 'billing/refund.py',
        code: 'def refund(client, order):\n    try:\n        client.post("/refunds", json=order)\n    except Exception:\n        pass\n',
      },
      {
        path: 'src/main/java/shop/Orders.java',
        code: 'class Orders {\n  void save(Order order) {\n    try {\n      repository.save(order);\n    } catch (Exception e) {\n    }\n  }\n}\n',
      },
    ],
    good: [
      {
        path: 'src/orders.ts',
        code: 'export async function place(order: Order) {\n  try {\n    await publishOrder(order);\n  } catch {\n    // The outbox table sends it again.\n  }\n  try {\n    await connection.close();\n  } catch {}\n}\n',
      },
      {
        path: 'billing/refund.py',
        code: 'def amount(client, text):\n    try:\n        return client.get(int(text))\n    except ValueError:\n        pass\n    return None\n',
      },
      {
        path: 'src/main/java/shop/Orders.java',
        code: 'class Orders {\n  void save(Order order) {\n    try {\n      repository.save(order);\n    } catch (Exception e) {\n      log.error("order not saved", e);\n    }\n  }\n}\n',
      },
    ],
  },
  *check(file) {
    if (!/\b(?:catch|except|rescue)\b/u.test(file.text)) return;
    const { language, root } = file.parse(callsParser);
    const kind = HANDLER_KINDS[language];
    if (kind === undefined) return;
    for (const handler of nodesOfKind(root, [kind])) {
      if (!isEmpty(handler) || !isBroad(handler)) continue;
      const call = riskyCall(handler);
      if (call !== null) yield matchOf(file, handler, call);
    }
  },
});

const HANDLER_KINDS: Partial<Record<CodeLanguage, string>> = {
  typescript: 'catch_clause',
  tsx: 'catch_clause',
  javascript: 'catch_clause',
  python: 'except_clause',
  java: 'catch_clause',
  kotlin: 'catch_block',
  ruby: 'rescue',
  php: 'catch_clause',
  csharp: 'catch_clause',
};

/** Nothing but `pass`, `continue`, `nil` or an empty block, and no comment that gives a reason. */
function isEmpty(handler: SgNode): boolean {
  const { start, end } = handler.range();
  if (end.index - start.index > 300) return false;
  const text = handler.text();
  if (/#\s*\w|\/\/|\/\*/u.test(text)) return false;
  switch (handler.kind()) {
    case 'except_clause':
      return /:\s*(?:pass|continue|\.\.\.)?\s*$/u.test(text);
    case 'rescue':
      return /^rescue(?:\s+[\w:, ]+)?(?:\s*=>\s*\w+)?(?:\s+then)?\s*(?:nil)?\s*$/u.test(text);
    default:
      return /\{\s*;?\s*\}$/u.test(text);
  }
}

/** A narrow type says that this very error was expected. */
function isBroad(handler: SgNode): boolean {
  const head = handler.text().replace(/\{\s*;?\s*\}$/u, '');
  switch (handler.kind()) {
    case 'except_clause':
      return /^except\s*(?:(?:Base)?Exception\b[^:,)]*)?:/u.test(head);
    case 'rescue':
      return /^rescue\s*(?:$|=>|nil|then|StandardError|Exception)/u.test(head);
    default:
      // JavaScript catches everything; the others name a type.
      return (
        !/[A-Z]\w*/u.test(head) || /\b(?:Exception|Throwable|RuntimeException|Error)\b/u.test(head)
      );
  }
}

const RISKY =
  /^(?:await|fetch|axios|request|post|put|patch|send\w*|publish\w*|emit|produce|enqueue|save\w*|insert\w*|update\w*|delete\w*|create\w*|execute\w*|query\w*|commit|charge\w*|refund\w*|pay\w*|upload\w*|write\w*|store\w*|persist\w*|process\w*|sync\w*|notify\w*)$/iu;
const CLEANUP =
  /close|unlink|cleanup|dispose|abort|kill|cancel|release|rollback|disconnect|shutdown|unsubscribe|destroy|mkdir|rmdir|clear|writeHead|localStorage|sessionStorage/iu;

/** The name of the first call in the guarded block that changes something elsewhere. */
function riskyCall(handler: SgNode): string | null {
  const guarded =
    handler
      .parent()
      ?.text()
      .slice(0, 1_500)
      .split(/\bcatch\b|\bexcept\b|\brescue\b/u)[0] ?? '';
  if (CLEANUP.test(guarded)) return null;
  for (const [, name = ''] of guarded.matchAll(/([A-Za-z_]\w*)[!?]?\s*\(/gu))
    if (RISKY.test(name)) return name;
  return null;
}

const CRITICAL_PATH =
  /pay|charge|refund|billing|invoice|checkout|order|queue|consumer|handler|worker|webhook/iu;

function matchOf(file: SourceFile, handler: SgNode, call: string) {
  const around = functionAround(handler);
  const scope = scopeOf(handler);
  return {
    ...linesOf(handler),
    span: linesOf(handler.parent() ?? around ?? handler),
    anchor: `${scope}:${call}`,
    values: { call },
    ...(CRITICAL_PATH.test(`${file.path} ${scope} ${call}`) ? { priority: 'high' as const } : {}),
  };
}
