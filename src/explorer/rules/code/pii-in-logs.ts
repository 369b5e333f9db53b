import type { SgNode } from '@ast-grep/napi';
import { CODE_FILES } from '../../parsers/ast-grep.ts';
import { type CodeCall, callsParser, entriesOf } from '../../parsers/code-calls.ts';
import { scopeOf } from '../../parsers/code-scopes.ts';
import { builtString } from '../../parsers/code-strings.ts';
import { defineFileRule } from '../../rule.ts';

export default defineFileRule({
  id: 'code/pii-in-logs',
  wave: 1,
  item: 'logging',
  group: 'technical_risks',
  category: 'poor_observability',
  principle: 'observability_is_oxygen',
  priority: 'high',
  confidence: 'medium',
  blocks: null,
  surfaces: ['Python', 'JavaScript', 'TypeScript', 'Go', 'Java', 'Kotlin', 'Ruby', 'PHP', 'C#'],
  files: CODE_FILES,
  title: {
    en: '{what} is written to the log',
    vi: '{what} bị ghi vào log',
  },
  impact: {
    en: 'Everyone with access to logs, dashboards and their backups can read {what}, for as long as logs are kept, and signing users out does not take it back.',
    vi: 'Ai xem được log, dashboard và bản sao lưu đều đọc được {what} trong suốt thời gian lưu log, và việc đăng xuất người dùng không thu hồi lại được.',
  },
  why: {
    en: '{call} receives {what} as it is, without masking.',
    vi: '{call} nhận nguyên giá trị {what}, không che bớt.',
  },
  fix: {
    en: 'Log an id or a yes/no instead of {what}, or mask it before the call; for whole requests name the fields that you need.',
    vi: 'Ghi id hoặc có/không thay cho {what}, hoặc che giá trị trước khi gọi; với request thì chỉ ghi những trường cần thiết.',
  },
  later: {
    en: 'Configure redaction in the logger itself (pino redact, a structlog processor, a Logback mask), so that one forgotten call leaks nothing.',
    vi: 'Cấu hình redaction ngay trong logger (pino redact, processor của structlog, mask của Logback) để một lời gọi bị quên không làm lộ gì.',
  },
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude',
    'https://cwe.mitre.org/data/definitions/532.html',
  ],
  examples: {
    bad: [
      {
        path: 'src/login.ts',
        code: 'export function login(email: string, password: string) {\n  logger.info(`login of ${email} with ${password}`);\n}\n',
      },
      {
        path: 'accounts/session.py',
        code: 'import logging\n\n\ndef refresh(user, access_token):\n    logging.info("refreshed %s: %s", user.id, access_token)\n',
      },
      {
        path: 'src/webhook.ts',
        code: 'app.post("/pay", (req, res) => {\n  console.log("incoming", req.headers);\n  res.end();\n});\n',
      },
    ],
    good: [
      {
        path: 'internal/session/store.go',
        code: 'package session\n\nimport "log/slog"\n\nfunc (s *Store) Refresh(token string) {\n\tslog.Info("token refreshed", "length", len(token), "id", s.id)\n}\n',
      },
      {
        path: 'src/login.ts',
        code: 'export function login(email: string, password: string) {\n  logger.info({ hasPassword: Boolean(password), token_count: 3 }, "password reset sent");\n  logger.debug(`token ${mask(token)} of ${password.length} characters`);\n}\n',
      },
      {
        path: 'accounts/session.py',
        code: 'import logging\n\n\ndef refresh(user, access_token):\n    logging.info("access_token refreshed for %s: %s", user.id, bool(access_token))\n',
      },
    ],
  },
  *check(file) {
    if (!HINT.test(file.text)) return;
    const calls = file.parse(callsParser);
    for (const call of calls.named(...LOG_METHODS)) {
      if (!isLogger(call)) continue;
      const leaked = call.args.flatMap(({ value }) => expressionsOf(value)).find(isSensitive);
      if (leaked === undefined) continue;
      const what = leaked.text().replaceAll(/\s+/gu, '').slice(0, 40);
      const name = call.callee.length > 40 ? call.method : call.callee;
      yield {
        ...call.lines,
        anchor: `${scopeOf(call.node)}:${what}`,
        values: { what, call: name },
      };
    }
  },
});

const HINT =
  /passw|pwd|secret|token|api_?key|authorization|cvv|card_?number|ssn|req(?:uest)?\.(?:body|headers)/iu;

const LOG_METHODS =
  'log trace debug info warn warning error fatal critical exception notice Print Printf Println Debug Info Warn Error Fatal Debugf Infof Warnf Errorf Fatalf Debugw Infow Errorw InfoContext ErrorContext LogDebug LogInformation LogWarning LogError error_log'.split(
    ' ',
  );

const LOGGERS =
  /(?:^|[.>:$_/])(?:console|log|logs|logger|logging|slog|zap|winston|pino|zerolog|logrus|sugar|_logger|Log|Logger|LOG|LOGGER|sentry)$/iu;

function isLogger(call: CodeCall): boolean {
  return call.callee === 'error_log' || LOGGERS.test(call.receiver.slice(-80));
}

/** What really ends up in the line: parts of strings, values of objects; not what a function makes of it. */
function expressionsOf(value: SgNode): SgNode[] {
  const built = builtString(value);
  if (built !== null) return [...built.parts];
  const entries = entriesOf(value);
  return entries === null ? [value] : [...entries.values()].flatMap(expressionsOf);
}

/** The whole expression is a name or a chain of names that ends in one of these. */
const SENSITIVE =
  /^(?:[\w$@]+(?:\?\.|\.|->|::|\[["':]?))*(?:\$|@)?(?:(?:user|db|new|old|raw|plain)_?)?(?:password|passwd|passphrase|secret|client_?secret|(?:access|refresh|auth|bearer|id|api|session|reset|csrf|jwt)_?token|token|api_?key|private_?key|secret_?key|authorization|credit_?card(?:_?number)?|card_?number|cvv|cvc|ssn|social_?security_?number)["'\]]*$/iu;
const WHOLE_REQUEST =
  /^(?:[\w$]+\.)?(?:req|request)\.(?:body|headers|cookies)$|^JSON\.stringify\((?:req|request)\.(?:body|headers)[,)]/u;

function isSensitive(node: SgNode): boolean {
  const { start, end } = node.range();
  if (end.index - start.index > 200) return false;
  const text = node.text().replaceAll(/\s+/gu, '');
  return SENSITIVE.test(text) || WHOLE_REQUEST.test(text);
}
