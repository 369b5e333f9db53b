import type { AgentStatus, Language, Localized } from '../domain/vocabulary.ts';

/** One honest sentence for each way in which the agent's part ends. `{…}` is filled with figures. */
export type Ending =
  | 'ok'
  | 'scripted'
  | 'no_model'
  | 'no_budget'
  | 'nothing_to_read'
  | 'invalid_output'
  | 'refused'
  | 'overloaded'
  | 'unavailable'
  | 'deadline'
  | 'cut_short'
  | 'turns'
  | 'budget'
  | 'provider_budget'
  | 'credentials'
  | 'rejected'
  | 'too_large';

interface Phrase extends Localized {
  readonly status: AgentStatus;
}

const ENDINGS: Readonly<Record<Ending, Phrase>> = {
  ok: {
    status: 'ok',
    en: 'The agent looked at {files} of the changed files.',
    vi: 'Agent đã xem {files} file trong thay đổi.',
  },
  scripted: {
    status: 'ok',
    en: 'The replies of the agent were scripted, not given by a model.',
    vi: 'Câu trả lời của agent được soạn sẵn, không phải do model đưa ra.',
  },
  no_model: {
    status: 'skipped',
    en: 'No model is configured.',
    vi: 'Chưa cấu hình model.',
  },
  no_budget: {
    status: 'skipped',
    en: 'The agent has a budget of 0.',
    vi: 'Ngân sách của agent là 0.',
  },
  nothing_to_read: {
    status: 'skipped',
    en: 'The change holds no text that the agent may read.',
    vi: 'Thay đổi không có nội dung nào agent được phép đọc.',
  },
  invalid_output: {
    status: 'invalid_output',
    en: 'The model gave an answer that does not fit the form, also after one correction.',
    vi: 'Model trả lời sai định dạng, kể cả sau một lần yêu cầu sửa.',
  },
  refused: {
    status: 'refused',
    en: 'The model declined to review this change.',
    vi: 'Model từ chối review thay đổi này.',
  },
  overloaded: {
    status: 'unavailable',
    en: 'The model is overloaded; it asks to wait {seconds} seconds.',
    vi: 'Model đang quá tải; cần chờ {seconds} giây rồi thử lại.',
  },
  unavailable: {
    status: 'unavailable',
    en: 'The model could not be reached in {tries} tries.',
    vi: 'Không kết nối được tới model sau {tries} lần thử.',
  },
  deadline: {
    status: 'deadline',
    en: 'The time for this review ran out while the agent was at work.',
    vi: 'Hết thời gian dành cho lần review này khi agent đang chạy.',
  },
  cut_short: {
    status: 'incomplete',
    en: 'The answer of the model was cut off at its length limit.',
    vi: 'Câu trả lời của model bị cắt vì quá dài.',
  },
  turns: {
    status: 'incomplete',
    en: 'The agent was still looking around after {turns} turns, its limit.',
    vi: 'Agent vẫn chưa xong sau {turns} lượt, là giới hạn cho phép.',
  },
  budget: {
    status: 'budget',
    en: 'The budget of {budget} for this review is used up.',
    vi: 'Đã dùng hết ngân sách {budget} của lần review này.',
  },
  provider_budget: {
    status: 'provider_budget',
    en: 'The account at the model provider has reached its spending limit.',
    vi: 'Tài khoản ở nhà cung cấp model đã chạm hạn mức chi tiêu.',
  },
  credentials: {
    status: 'config',
    en: 'The model provider refused the key, or does not know the model.',
    vi: 'Nhà cung cấp model từ chối key, hoặc không có model này.',
  },
  rejected: {
    status: 'config',
    en: 'The model provider rejected the request as malformed.',
    vi: 'Nhà cung cấp model từ chối request vì cho là không hợp lệ.',
  },
  too_large: {
    status: 'too_large',
    en: 'The change is larger than the model can read at once.',
    vi: 'Thay đổi lớn hơn mức model đọc được trong một lần.',
  },
};

export interface EndingText {
  readonly status: AgentStatus;
  readonly detail: string;
}

export function endingText(
  ending: Ending,
  language: Language,
  values: Readonly<Record<string, string | number>> = {},
): EndingText {
  const phrase = ENDINGS[ending];
  const detail = phrase[language].replaceAll(/\{([a-z]+)\}/gu, (whole, name: string) =>
    String(values[name] ?? whole),
  );
  return { status: phrase.status, detail };
}

/** Added to a finished assessment whose model wrote more than could be proved. */
export function droppedText(count: number, language: Language): string {
  if (language === 'vi') return ` ${count} nhận định bị bỏ vì không chứng minh được bằng code.`;
  return ` ${count} ${count === 1 ? 'claim was' : 'claims were'} dropped for want of proof in the code.`;
}
