import { compareConcerns, type Concern } from '../../src/domain/concern.ts';
import type { ChecklistEntry, Report } from '../../src/domain/report.ts';
import type { Review } from '../../src/domain/review.ts';
import {
  type ChecklistStatus,
  Item,
  type Language,
  type Localized,
  pillarOf,
} from '../../src/domain/vocabulary.ts';
import {
  dropTable,
  evidence,
  noRunbook,
  noTimeout,
  readinessProbeRemoved,
  retryStorm,
} from './sample-concerns.ts';

/** Whole reviews as synthesis hands them over, for the tests of whatever shows them. */

const HEAD_SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';
const BASE_SHA = '0f1e2d3c4b5a69788796a5b4c3d2e1f001234567';
const PREVIOUS_SHA = 'c0ffee1234567890abcdef1234567890abcdef12';

export interface Sample {
  readonly name: string;
  readonly build: (language: Language) => Review;
}

type Overrides = Partial<Omit<Review, 'report'>> & { readonly report?: Partial<Report> };

/** A review without concerns that read four files with rules and agent; override what a test is about. */
export function sampleReview(language: Language, overrides: Overrides = {}): Review {
  const { report, ...rest } = overrides;
  return {
    report: { ...cleanReport(language), ...report },
    language,
    icon: '🚀',
    resolved: [],
    previousHeadSha: null,
    dryRun: null,
    scripted: false,
    notices: [],
    ...rest,
  };
}

function cleanReport(language: Language): Report {
  const text = (texts: Localized): string => texts[language];
  return {
    schema_version: 1,
    subject: {
      repo: 'acme/shop',
      pull: 7,
      base_sha: BASE_SHA,
      merge_base_sha: BASE_SHA,
      head_sha: HEAD_SHA,
    },
    verdict: 'ready',
    headline: text({
      en: 'nothing that we looked at breaks.',
      vi: 'trong phạm vi đã xem, không có gì hỏng.',
    }),
    reasons: [text({ en: 'No concerns.', vi: 'Không có vấn đề nào.' })],
    concerns: [],
    waived: [],
    pre_existing: [],
    checklist: checklist({
      logging: met(language),
      timeouts: met(language),
    }),
    user_journey: null,
    failure_modes: [],
    slo: null,
    rollback: null,
    questions: [],
    synthesis: {
      readiness_assessment: text({
        en: 'Ready for production as far as this review looked.',
        vi: 'Sẵn sàng cho production trong phạm vi đã review.',
      }),
      deployment_blockers: [],
      prioritized_recommendations: [],
      user_impact_analysis: text({
        en: 'No effect on users was found.',
        vi: 'Không thấy ảnh hưởng nào tới người dùng.',
      }),
    },
    explorer: {
      technical_risks: [],
      architecture: [],
      dependencies: [],
      code_quality: [],
      failures: [],
    },
    agent: {
      status: 'ok',
      detail: text({ en: 'The agent finished.', vi: 'Agent đã xong.' }),
    },
    coverage: { files_changed: 4, files_by_rules: 4, files_by_agent: 4, not_read: [] },
    usage: {
      model: 'claude-sonnet-4-5',
      input_tokens: 21_400,
      cache_read_tokens: 18_000,
      output_tokens: 2_900,
      cost_usd: 0.21,
    },
    versions: {
      ops: '0.1.0',
      rules: 'r-5d41402a',
      prompt: 'p-7d793037',
      agent: 'a-49f68a5c',
      config: '3b5d5c37',
    },
  };
}

type Entry = Partial<Omit<ChecklistEntry, 'item' | 'pillar'>>;

function checklist(entries: Partial<Record<Item, Entry>>): ChecklistEntry[] {
  return Item.options.map((item) => ({
    item,
    pillar: pillarOf(item),
    status: 'not_touched',
    status_at_base: 'not_touched',
    note: '',
    evidence: [],
    ...entries[item],
  }));
}

function met(language: Language): Entry {
  return {
    status: 'met',
    status_at_base: 'met',
    note: {
      en: 'requests carry it in `src/http/server.ts`',
      vi: 'request đã có trong `src/http/server.ts`',
    }[language],
    evidence: [evidence('src/http/server.ts', 12, 'app.use(requestLog({ level: "info" }));')],
  };
}

function gap(of: Concern, before: ChecklistStatus = 'not_touched'): Entry {
  return {
    status: 'gap',
    status_at_base: before,
    note: of.title,
    evidence: of.evidence.slice(0, 1),
  };
}

/** The parts of a report that follow from its concerns. */
function concerning(language: Language, list: readonly Concern[]): Partial<Report> {
  const concerns = [...list].sort(compareConcerns);
  const blockers = concerns.filter((c) => c.deployment_blocker);
  const top = concerns[0];
  const text = (texts: Localized): string => texts[language];
  return {
    verdict: blockers.length > 0 ? 'blocked' : 'ready_with_concerns',
    headline:
      top === undefined
        ? ''
        : blockers.length > 0
          ? `${top.title}. ${top.user_impact}`
          : text({
              en: `nothing that we looked at stops the deploy; watch this first: ${top.title}.`,
              vi: `trong phạm vi đã xem, không có gì chặn deploy; cần để mắt trước tiên: ${top.title}.`,
            }),
    reasons: [
      blockers.length > 0
        ? text({
            en: `${blockers.length} deployment blockers.`,
            vi: `${blockers.length} lỗi chặn deploy.`,
          })
        : text({
            en: `${concerns.length} concerns, none of which stops the deploy.`,
            vi: `${concerns.length} vấn đề, không vấn đề nào chặn deploy.`,
          }),
    ],
    concerns,
    synthesis: {
      readiness_assessment:
        blockers.length > 0
          ? text({
              en: `Not ready: ${blockers.length} deployment blockers among ${concerns.length} concerns.`,
              vi: `Chưa sẵn sàng: ${blockers.length} lỗi chặn deploy trong ${concerns.length} vấn đề.`,
            })
          : text({
              en: `Ready to deploy, with ${concerns.length} concerns to follow up.`,
              vi: `Deploy được, còn ${concerns.length} vấn đề cần theo dõi.`,
            }),
      deployment_blockers: blockers.map((c) => c.id),
      prioritized_recommendations: concerns.map((c) => ({ concern: c.id, text: c.recommendation })),
      user_impact_analysis: concerns.map((c) => c.user_impact).join(' '),
    },
  };
}

function blocked(language: Language): Review {
  const text = (texts: Localized): string => texts[language];
  const drop = dropTable(language);
  const probe = readinessProbeRemoved(language);
  const slow = noTimeout(language);
  const retry = retryStorm(language);
  const runbook = noRunbook(language);
  return sampleReview(language, {
    report: {
      ...concerning(language, [drop, probe, slow, retry, runbook]),
      waived: [
        {
          ...noRunbook(language),
          id: 'C-5e11d0ff',
          state: 'waived',
          waiver: {
            concern: 'C-5e11d0ff',
            reason: text({
              en: 'the job moves to the data team in March',
              vi: 'job sẽ chuyển sang nhóm dữ liệu vào tháng Ba',
            }),
            owner: '@lan',
            until: '2027-03-31',
          },
        },
      ],
      pre_existing: [{ ...retryStorm(language), id: 'C-22aa33bb', origin: 'pre_existing' }],
      checklist: checklist({
        logging: met(language),
        timeouts: gap(slow, 'met'),
        retries: gap(retry),
        database: gap(drop),
        deployment: gap(probe, 'met'),
        documentation: gap(runbook),
        rollback: {
          status: 'unknown',
          note: text({ en: 'no step back is described', vi: 'chưa mô tả bước quay lui' }),
        },
      }),
      user_journey: {
        persona: text({ en: 'a shopper who comes back', vi: 'người mua quay lại' }),
        entry_point: text({ en: 'sign-in page', vi: 'trang đăng nhập' }),
        happy_path: text({
          en: 'signs in, pays, sees the order',
          vi: 'đăng nhập, thanh toán, thấy đơn hàng',
        }),
        sad_paths: [
          {
            kind: 'user_error',
            what_happens: text({
              en: 'a wrong password answers 500 instead of a hint',
              vi: 'sai mật khẩu thì nhận 500 thay vì gợi ý',
            }),
            recovery: text({ en: 'none', vi: 'không có' }),
          },
          {
            kind: 'system_error',
            what_happens: text({
              en: 'the provider is down and the button spins',
              vi: 'nhà cung cấp sập và nút quay mãi',
            }),
            recovery: text({
              en: 'reload, at the risk of paying twice',
              vi: 'tải lại trang, có thể trả tiền hai lần',
            }),
          },
          {
            kind: 'edge_case',
            what_happens: text({
              en: 'signs in while the migration runs',
              vi: 'đăng nhập lúc migration đang chạy',
            }),
            recovery: text({ en: 'try again after the deploy', vi: 'thử lại sau khi deploy xong' }),
          },
        ],
        exit_points: text({
          en: 'order page; or leaves at the till',
          vi: 'trang đơn hàng; hoặc bỏ đi lúc thanh toán',
        }),
        return_journey: text({
          en: 'not without an account',
          vi: 'không quay lại được nếu mất tài khoản',
        }),
      },
      failure_modes: [
        {
          scenario: 'latency_10x',
          question: text({
            en: 'What happens when the network is ten times slower?',
            vi: 'Điều gì xảy ra khi mạng chậm đi mười lần?',
          }),
          behaviour: text({
            en: 'every payment request holds a worker until none is left',
            vi: 'mỗi request thanh toán giữ một worker cho đến khi hết worker',
          }),
          verdict: 'breaks',
          evidence: slow.evidence,
        },
        {
          scenario: 'database_read_only',
          question: text({
            en: 'What happens when the database becomes read-only?',
            vi: 'Điều gì xảy ra khi cơ sở dữ liệu chuyển sang chỉ đọc?',
          }),
          behaviour: text({
            en: 'orders are refused with a clear message',
            vi: 'đơn hàng bị từ chối với thông báo rõ ràng',
          }),
          verdict: 'degrades',
          evidence: [],
        },
      ],
      slo: {
        stated: [
          text({ en: '99.9 % availability of checkout', vi: 'độ khả dụng 99,9 % của thanh toán' }),
        ],
        downtime_budget: text({
          en: '99.9 % = 43 m 12 s a month',
          vi: '99,9 % = 43 phút 12 giây mỗi tháng',
        }),
        effect: text({
          en: 'one deploy without the probe spends about a minute of it',
          vi: 'mỗi lần deploy thiếu probe tiêu khoảng một phút',
        }),
      },
      rollback: {
        reversible: false,
        phase: 'contract',
        steps: [
          {
            what: text({ en: 'roll the application back', vi: 'rollback ứng dụng' }),
            reversible: true,
            evidence: [],
          },
          {
            what: text({
              en: 'restore `users` from the last backup',
              vi: 'khôi phục `users` từ bản sao lưu gần nhất',
            }),
            reversible: false,
            evidence: drop.evidence.slice(0, 1),
          },
        ],
      },
      questions: [
        text({
          en: 'When was a restore of `users` last tried, and how long did it take?',
          vi: 'Lần gần nhất khôi phục thử `users` là khi nào, mất bao lâu?',
        }),
        text({
          en: 'Who is on call for the payment provider?',
          vi: 'Ai trực cho phần nhà cung cấp thanh toán?',
        }),
      ],
      coverage: {
        files_changed: 14,
        files_by_rules: 14,
        files_by_agent: 12,
        not_read: [
          { path: 'package-lock.json', reason: 'generated' },
          { path: 'src/gen/api.ts', reason: 'generated' },
        ],
      },
    },
  });
}

function readyWithConcerns(language: Language): Review {
  const slow = noTimeout(language);
  const runbook = noRunbook(language);
  return sampleReview(language, {
    report: {
      ...concerning(language, [slow, runbook]),
      checklist: checklist({
        logging: met(language),
        timeouts: gap(slow),
        documentation: gap(runbook),
      }),
    },
  });
}

function modelDown(language: Language): Review {
  const detail = {
    en: 'The model endpoint answered 529 four times in ten minutes.',
    vi: 'Endpoint của model trả về 529 bốn lần trong mười phút.',
  }[language];
  const reason = {
    en: `The agent did not finish: ${detail}`,
    vi: `Agent chưa chạy xong: ${detail}`,
  }[language];
  return sampleReview(language, {
    report: {
      verdict: 'not_assessed',
      headline: { en: `nobody knows yet. ${reason}`, vi: `chưa ai biết. ${reason}` }[language],
      reasons: [reason],
      agent: { status: 'unavailable', detail },
      usage: null,
      coverage: { files_changed: 4, files_by_rules: 4, files_by_agent: 0, not_read: [] },
      synthesis: {
        readiness_assessment: {
          en: 'Not fully assessed; no conclusion about readiness.',
          vi: 'Chưa đánh giá đầy đủ, nên chưa kết luận được mức sẵn sàng.',
        }[language],
        deployment_blockers: [],
        prioritized_recommendations: [],
        user_impact_analysis: {
          en: 'No effect on users was found.',
          vi: 'Không thấy ảnh hưởng nào tới người dùng.',
        }[language],
      },
    },
  });
}

function parseFailed(language: Language): Review {
  const base = modelDown(language);
  const failure = {
    rule: 'migration/drop-table',
    path: 'migrations/20261124_orders.sql',
    reason: {
      en: 'syntax error at or near "TABEL", line 3',
      vi: 'sai cú pháp gần "TABEL", dòng 3',
    }[language],
  };
  const reason = {
    en: `1 check could not finish: ${failure.rule} on ${failure.path} (${failure.reason}).`,
    vi: `1 phép kiểm tra không chạy xong: ${failure.rule} trên ${failure.path} (${failure.reason}).`,
  }[language];
  return {
    ...base,
    report: {
      ...base.report,
      headline: { en: `nobody knows yet. ${reason}`, vi: `chưa ai biết. ${reason}` }[language],
      reasons: [reason],
      agent: {
        status: 'ok',
        detail: { en: 'The agent finished.', vi: 'Agent đã xong.' }[language],
      },
      explorer: { ...base.report.explorer, failures: [failure] },
      coverage: { files_changed: 4, files_by_rules: 3, files_by_agent: 4, not_read: [] },
    },
  };
}

function rulesOnly(language: Language): Review {
  return sampleReview(language, {
    report: {
      agent: {
        status: 'skipped',
        detail: { en: 'No model key is configured.', vi: 'Chưa cấu hình khoá cho model.' }[
          language
        ],
      },
      usage: null,
      coverage: { files_changed: 4, files_by_rules: 4, files_by_agent: 0, not_read: [] },
      versions: { ...cleanReport(language).versions, prompt: null, agent: null },
    },
  });
}

function scripted(language: Language): Review {
  return {
    ...readyWithConcerns(language),
    scripted: true,
    dryRun: {
      en: 'With the configuration that this change proposes, the verdict would be: ready.',
      vi: 'Với cấu hình mà thay đổi này đề xuất, kết luận sẽ là: sẵn sàng.',
    }[language],
  };
}

function resolvedSinceLastPush(language: Language): Review {
  const slow: Concern = { ...noTimeout(language), state: 'open' };
  const gone = [dropTable(language), readinessProbeRemoved(language)];
  return sampleReview(language, {
    report: {
      ...concerning(language, [slow, noRunbook(language)]),
      checklist: checklist({ timeouts: gap(slow), documentation: gap(noRunbook(language)) }),
    },
    resolved: gone.map((c) => ({ ...c, state: 'resolved' as const, deployment_blocker: false })),
    previousHeadSha: PREVIOUS_SHA,
  });
}

export const SAMPLES: readonly Sample[] = [
  { name: 'blocked', build: blocked },
  { name: 'ready', build: (language) => sampleReview(language) },
  { name: 'ready-with-concerns', build: readyWithConcerns },
  { name: 'model-down', build: modelDown },
  { name: 'parse-failed', build: parseFailed },
  { name: 'rules-only', build: rulesOnly },
  { name: 'scripted', build: scripted },
  { name: 'resolved', build: resolvedSinceLastPush },
];

/** One sample by its name. */
export function sample(name: string, language: Language): Review {
  const found = SAMPLES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no sample review is called ${name}`);
  return found.build(language);
}

/** A blocked or merely concerned review with so many concerns, each with its own id and place. */
export function reviewWith(language: Language, count: number, kind: 'blockers' | 'others'): Review {
  const model = kind === 'blockers' ? dropTable(language) : noTimeout(language);
  const concerns = Array.from({ length: count }, (_, index) => ({
    ...model,
    id: `C-${(0x1000_0000 + index).toString(16)}`,
    evidence: model.evidence.map((e) => ({ ...e, path: `src/part-${index}/${e.path}` })),
  }));
  return sampleReview(language, { report: concerning(language, concerns) });
}
