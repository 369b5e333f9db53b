import type { Language } from '../domain/vocabulary.ts';
import type { Reason } from './verdict.ts';

/** What the verdict says in words. Counts are numbers; nothing is "several". */

interface Counts {
  readonly blockers: number;
  readonly concerns: number;
  readonly unfinishedFiles: number;
}

interface Phrases {
  readonly clean: string;
  watch(title: string): string;
  notAssessed(why: string): string;
  blocked(title: string, impact: string): string;
  reason(reason: Reason, counts: Counts, detail: ReasonDetail): string;
  readonly readiness: {
    readonly ready: string;
    readonly ready_with_concerns: (concerns: number) => string;
    readonly blocked: (blockers: number, concerns: number) => string;
    readonly not_assessed: string;
  };
  readonly nobodyNotices: string;
  dryRun(verdict: string): string;
  dryRunInvalid(problems: string): string;
  expiredWaiver(concern: string, until: string): string;
}

/** Facts that a reason names. */
export interface ReasonDetail {
  readonly configProblems: readonly string[];
  readonly proposedProblems: readonly string[];
  readonly incomplete: string;
  readonly failures: readonly string[];
  readonly agent: string;
}

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const EN: Phrases = {
  clean: 'nothing that we looked at breaks.',
  watch: (title) => `nothing that we looked at stops the deploy; watch this first: ${title}.`,
  notAssessed: (why) => `nobody knows yet. ${why}`,
  blocked: (title, impact) => `${title}. ${impact}`,
  reason: (reason, counts, detail) => {
    switch (reason) {
      case 'blockers':
        return `${plural(counts.blockers, 'deployment blocker', 'deployment blockers')}.`;
      case 'blockers_observed':
        return `${plural(counts.blockers, 'deployment blocker', 'deployment blockers')}, reported only: \`block_on: never\` is set.`;
      case 'concerns':
        return `${plural(counts.concerns, 'concern', 'concerns')}, none of which stops the deploy.`;
      case 'config_invalid':
        return `The configuration is invalid, so the built-in defaults apply. ${detail.configProblems.join(' ')}`;
      case 'config_unavailable':
        return `The configuration could not be read. ${detail.configProblems.join(' ')}`;
      case 'proposed_config_invalid':
        return `The configuration that this change proposes is invalid. ${detail.proposedProblems.join(' ')}`;
      case 'incomplete':
        return `The change could not be read whole: ${detail.incomplete}`;
      case 'rule_failures':
        return `${plural(counts.unfinishedFiles, 'file', 'files')} could not be checked whole: ${detail.failures.join('; ')}.`;
      case 'agent_awaiting_maintainer':
        return 'The author is new here, so the agent waits for a maintainer: `/ops recheck` starts it.';
      case 'agent_incomplete':
        return `The agent did not finish: ${detail.agent}`;
      case 'agent_incomplete_accepted':
        return `The agent did not finish, and \`on_agent_unavailable: rules_only\` accepts that: ${detail.agent}`;
      case 'rules_only':
        return `Reviewed by rules only. ${detail.agent}`;
      case 'clean':
        return 'No concerns.';
    }
  },
  readiness: {
    ready: 'Ready for production as far as this review looked.',
    ready_with_concerns: (concerns) =>
      `Ready to deploy, with ${plural(concerns, 'concern', 'concerns')} to follow up.`,
    blocked: (blockers, concerns) =>
      `Not ready: ${plural(blockers, 'deployment blocker', 'deployment blockers')} among ${plural(concerns, 'concern', 'concerns')}.`,
    not_assessed: 'Not fully assessed; no conclusion about readiness.',
  },
  nobodyNotices: 'No effect on users was found.',
  dryRun: (verdict) =>
    `With the configuration that this change proposes, the verdict would be: ${verdict}.`,
  dryRunInvalid: (problems) =>
    `The configuration that this change proposes is invalid: ${problems}`,
  expiredWaiver: (concern, until) =>
    `The waiver of ${concern} ended on ${until}: the concern counts again.`,
};

const VI: Phrases = {
  clean: 'trong phạm vi đã xem, không có gì hỏng.',
  watch: (title) =>
    `trong phạm vi đã xem, không có gì chặn deploy; cần để mắt trước tiên: ${title}.`,
  notAssessed: (why) => `chưa ai biết. ${why}`,
  blocked: (title, impact) => `${title}. ${impact}`,
  reason: (reason, counts, detail) => {
    switch (reason) {
      case 'blockers':
        return `${counts.blockers} lỗi chặn deploy.`;
      case 'blockers_observed':
        return `${counts.blockers} lỗi chặn deploy, chỉ báo cáo vì đang đặt \`block_on: never\`.`;
      case 'concerns':
        return `${counts.concerns} vấn đề, không vấn đề nào chặn deploy.`;
      case 'config_invalid':
        return `Cấu hình không hợp lệ nên áp dụng mặc định. ${detail.configProblems.join(' ')}`;
      case 'config_unavailable':
        return `Không đọc được cấu hình. ${detail.configProblems.join(' ')}`;
      case 'proposed_config_invalid':
        return `Cấu hình mà thay đổi này đề xuất không hợp lệ. ${detail.proposedProblems.join(' ')}`;
      case 'incomplete':
        return `Không đọc được toàn bộ thay đổi: ${detail.incomplete}`;
      case 'rule_failures':
        return `${counts.unfinishedFiles} file chưa kiểm tra được trọn vẹn: ${detail.failures.join('; ')}.`;
      case 'agent_awaiting_maintainer':
        return 'Tác giả mới đóng góp lần đầu nên agent chờ maintainer: gõ `/ops recheck` để chạy.';
      case 'agent_incomplete':
        return `Agent chưa chạy xong: ${detail.agent}`;
      case 'agent_incomplete_accepted':
        return `Agent chưa chạy xong, và \`on_agent_unavailable: rules_only\` chấp nhận điều đó: ${detail.agent}`;
      case 'rules_only':
        return `Chỉ review bằng rule. ${detail.agent}`;
      case 'clean':
        return 'Không có vấn đề nào.';
    }
  },
  readiness: {
    ready: 'Sẵn sàng cho production trong phạm vi đã review.',
    ready_with_concerns: (concerns) => `Deploy được, còn ${concerns} vấn đề cần theo dõi.`,
    blocked: (blockers, concerns) =>
      `Chưa sẵn sàng: ${blockers} lỗi chặn deploy trong ${concerns} vấn đề.`,
    not_assessed: 'Chưa đánh giá đầy đủ, nên chưa kết luận được mức sẵn sàng.',
  },
  nobodyNotices: 'Không thấy ảnh hưởng nào tới người dùng.',
  dryRun: (verdict) => `Với cấu hình mà thay đổi này đề xuất, kết luận sẽ là: ${verdict}.`,
  dryRunInvalid: (problems) => `Cấu hình mà thay đổi này đề xuất không hợp lệ: ${problems}`,
  expiredWaiver: (concern, until) =>
    `Waiver của ${concern} đã hết hạn ngày ${until}: vấn đề này lại được tính.`,
};

export function phrasesFor(language: Language): Phrases {
  return language === 'vi' ? VI : EN;
}
