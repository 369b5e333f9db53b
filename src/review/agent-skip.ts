import type { RepoConfig } from '../domain/configuration.ts';
import type { AgentStatus, Language, Localized } from '../domain/vocabulary.ts';
import type { PullText } from '../snapshot/snapshot.ts';

/** Why the agent does not run at all. `awaiting_maintainer` is the only one that is not conclusive. */
export interface AgentSkip {
  readonly status: Extract<AgentStatus, 'skipped' | 'awaiting_maintainer'>;
  readonly detail: string;
}

export interface AgentPermission {
  /** `--no-agent`. */
  readonly switchedOff: boolean;
  readonly modelConfigured: boolean;
  /** A person with write access has asked for this review. */
  readonly askedByMaintainer: boolean;
}

const DETAILS = {
  off: { en: 'The agent was switched off for this run.', vi: 'Agent bị tắt cho lần chạy này.' },
  key: { en: 'No model key is configured.', vi: 'Chưa cấu hình key cho model.' },
  disabled: {
    en: 'The configuration switches the agent off.',
    vi: 'Cấu hình đang tắt agent.',
  },
  budget: { en: 'The agent has a budget of 0.', vi: 'Ngân sách của agent là 0.' },
  draft: {
    en: 'A draft is reviewed by rules only until it is ready for review.',
    vi: 'Bản draft chỉ được review bằng rule cho tới khi sẵn sàng để review.',
  },
  stranger: {
    en: 'The author is new here: a maintainer starts the agent with `/ops recheck`.',
    vi: 'Tác giả mới đóng góp lần đầu: maintainer gõ `/ops recheck` để chạy agent.',
  },
} satisfies Record<string, Localized>;

/** Decides whether the agent may run, before a single token is paid for. Null: it may. */
export function agentSkip(
  pull: PullText | null,
  config: Pick<RepoConfig, 'agent'>,
  permission: AgentPermission,
  language: Language,
): AgentSkip | null {
  const skipped = (key: keyof typeof DETAILS): AgentSkip => ({
    status: 'skipped',
    detail: DETAILS[key][language],
  });
  if (permission.switchedOff) return skipped('off');
  if (!permission.modelConfigured) return skipped('key');
  if (!config.agent.enabled) return skipped('disabled');
  if (config.agent.max_usd === 0) return skipped('budget');
  if (pull === null) return null;
  if (pull.draft && !permission.askedByMaintainer) return skipped('draft');
  if (!pull.trusted && !permission.askedByMaintainer)
    return { status: 'awaiting_maintainer', detail: DETAILS.stranger[language] };
  return null;
}
