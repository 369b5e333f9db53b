import type { Language, Localized } from '../domain/vocabulary.ts';
import { inertGfm } from '../publish/inert.ts';
import type { ReviewPhase } from '../publish/publisher.ts';

/** What a check run shows while there is no review to show yet, or none to come. */
export interface CheckText {
  readonly title: string;
  readonly summary: string;
}

const PHASES: Readonly<Record<ReviewPhase | 'queued', Localized>> = {
  queued: { en: 'Waiting for its turn', vi: 'Đang chờ đến lượt' },
  reading: { en: 'Reading the change', vi: 'Đang đọc thay đổi' },
  rules: { en: 'Running the rules', vi: 'Đang chạy các rule' },
  agent: { en: 'The agent is investigating', vi: 'Agent đang điều tra' },
  writing: { en: 'Writing the review', vi: 'Đang viết kết quả' },
};

const WAITING: Localized = {
  en: 'The merge waits for this review. It ends by itself, also when something fails.',
  vi: 'Merge đang chờ review này. Review sẽ tự kết thúc, kể cả khi có lỗi.',
};

const CANCELLED: Localized = { en: 'Cancelled', vi: 'Đã hủy' };
const NOT_ASSESSED: Localized = { en: 'Not fully assessed', vi: 'Chưa đánh giá xong' };

const WHY_CANCELLED: Readonly<Record<'superseded' | 'closed', Localized>> = {
  superseded: {
    en: 'The pull request has a newer commit, which has a check of its own.',
    vi: 'Pull request đã có commit mới hơn, với check riêng.',
  },
  closed: { en: 'The pull request was closed.', vi: 'Pull request đã đóng.' },
};

const NEXT: Localized = {
  en: 'The merge stays closed, because this commit was not assessed. A maintainer can ask again with `/ops recheck`.',
  vi: 'Merge vẫn bị chặn vì commit này chưa được đánh giá. Maintainer có thể chạy lại bằng `/ops recheck`.',
};

export function progressText(phase: ReviewPhase | 'queued', language: Language): CheckText {
  return { title: PHASES[phase][language], summary: WAITING[language] };
}

export function cancelledText(reason: 'superseded' | 'closed', language: Language): CheckText {
  return { title: CANCELLED[language], summary: WHY_CANCELLED[reason][language] };
}

/** `reason` may repeat what an outside system said. */
export function endedText(
  conclusion: 'cancelled' | 'action_required',
  reason: string,
  language: Language,
): CheckText {
  const inert = inertGfm(reason, { max: 1_000 });
  return conclusion === 'cancelled'
    ? { title: CANCELLED[language], summary: inert }
    : { title: NOT_ASSESSED[language], summary: `${inert}\n\n${NEXT[language]}` };
}

/** The answer to `/ops help`: the commands that this version knows, and nothing that it does not. */
export function helpText(language: Language): string {
  return HELP[language];
}

const HELP: Localized = {
  en: [
    'Commands of Ops, each as the first line of a new comment, for people who may write to this repository:',
    '',
    '- `/ops recheck` reviews the newest commit again',
    '- `/ops cancel` calls the running review off; the check stays open until the next one',
    '- `/ops help` shows this list',
    '',
  ].join('\n'),
  vi: [
    'Các lệnh của Ops, viết ở dòng đầu của một comment mới, dành cho người có quyền write vào repository này:',
    '',
    '- `/ops recheck` review lại commit mới nhất',
    '- `/ops cancel` hủy review đang chạy; check vẫn mở cho tới lần review sau',
    '- `/ops help` hiện danh sách này',
    '',
  ].join('\n'),
};
