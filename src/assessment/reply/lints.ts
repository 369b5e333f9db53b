import { isCriticalCategory } from '../../domain/vocabulary.ts';
import type { AgentReply, ReplyConcern } from './schema.ts';

const MAX_TITLE_CHARS = 90;
const MAX_CONCERNS = 20;

/**
 * What makes an answer of the right shape a poor one, worded for the model. All of it shares the one repair;
 * what is still wrong then is put right or dropped when the answer is shaped.
 */
export function lintReply(reply: AgentReply): string[] {
  const problems = reply.concerns.flatMap((concern) =>
    concernProblems(concern).map((problem) => `concern ${concern.id.slice(0, 20)}: ${problem}`),
  );
  if (reply.concerns.length > MAX_CONCERNS) problems.push(`more than ${MAX_CONCERNS} concerns.`);
  return problems;
}

function concernProblems(concern: ReplyConcern): string[] {
  const problems: string[] = [];
  if (concern.evidence.length === 0) problems.push('evidence is empty.');
  if (concern.title.length > MAX_TITLE_CHARS)
    problems.push(`title has over ${MAX_TITLE_CHARS} characters.`);
  if (!tellsUserImpact(concern))
    problems.push('user_impact does not say what a user or the person on call notices.');
  if (!isActionable(concern.recommendation.short_term))
    problems.push('recommendation.short_term names no file, setting or command to start with.');
  if (concern.recommendation.long_term.trim() === '')
    problems.push('recommendation.long_term is empty.');
  if (isOverrated(concern))
    problems.push(
      'critical priority and deployment_blocker need each other and a critical category.',
    );
  if (lacksSearch(concern))
    problems.push('says that something is missing; name the searches in searched.');
  return problems;
}

/** Words for people, in both languages; an impact without any of them talks about machines only. */
const PEOPLE =
  /\b(?:users?|customers?|clients?|people|person|visitors?|shoppers?|buyers?|members?|tenants?|subscribers?|readers?|guests?|patients?|students?|employees?|staff|admins?|operators?|engineers?|on-call|team|everyone|everybody|anyone|nobody|they|attackers?|account|checkout|sign[ -]?in|log[ -]?in|page|site|requests?|orders?|payments?|downtime|outage|money)\b|người|khách|thành viên|nhân viên|kỹ sư|vận hành|đội|tài khoản|đăng nhập|thanh toán|trang|kẻ tấn công|ai cũng|không ai|mọi|yêu cầu|đơn hàng|dữ liệu|dịch vụ/iu;

export function tellsUserImpact(concern: ReplyConcern): boolean {
  const impact = concern.user_impact.trim();
  return impact !== '' && impact !== concern.technical_details.trim() && PEOPLE.test(impact);
}

const VAGUE =
  /^(?:please\s+)?(?:consider|ensure|verify|make sure|think about|review)\b|^(?:hãy\s+)?(?:xem xét|cân nhắc|đảm bảo|bảo đảm|kiểm tra lại)(?!\p{L})/iu;
/** A code span, a path, a call, an identifier in one of the usual cases, or a flag. */
const CONCRETE =
  /`[^`]+`|[\w-]+\/[\w.-]+|\w+\.\w+|\w+\(|[a-z0-9]+_[a-z0-9]+|[a-z]+[A-Z]\w*|\B--?[a-z][\w-]+|\b[A-Z]{2,}\b|\d/u;

function isActionable(text: string): boolean {
  const advice = text.trim();
  return advice !== '' && CONCRETE.test(advice) && !VAGUE.test(advice);
}

/** Critical, blocking and of a critical category: all three or none. */
export function isOverrated(concern: ReplyConcern): boolean {
  const critical = concern.priority === 'critical';
  return (
    critical !== concern.deployment_blocker || (critical && !isCriticalCategory(concern.category))
  );
}

const ABSENCE =
  /\b(?:there is no|no (?:alert|rollback|timeout|retry|test|runbook|metric|log|index|limit|guard|check|validation)|missing|nowhere|not found)\b|không có|không tìm thấy|chưa có|thiếu/iu;

export function lacksSearch(concern: ReplyConcern): boolean {
  const searched = concern.searched.some((pattern) => pattern.trim() !== '');
  return !searched && ABSENCE.test(`${concern.title} ${concern.technical_details}`);
}
