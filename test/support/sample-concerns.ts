import type { Concern } from '../../src/domain/concern.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Language, Localized } from '../../src/domain/vocabulary.ts';

/** Concerns as a shop's pull request would give them, in both languages. */

export function evidence(
  path: string,
  line: number,
  quote: string,
  more: Partial<Evidence> = {},
): Evidence {
  const endLine = line + quote.split('\n').length - 1;
  return { path, line, end_line: endLine, side: 'head', quote, redacted: false, ...more };
}

type Texts = Readonly<Record<'title' | 'impact' | 'details' | 'now' | 'later', Localized>>;

type Fixed = Omit<
  Concern,
  | 'title'
  | 'description'
  | 'user_impact'
  | 'technical_details'
  | 'recommendation'
  | 'recommendation_long_term'
>;

function concern(language: Language, fixed: Fixed, texts: Texts): Concern {
  return {
    ...fixed,
    title: texts.title[language],
    description: texts.title[language],
    user_impact: texts.impact[language],
    technical_details: texts.details[language],
    recommendation: texts.now[language],
    recommendation_long_term: texts.later[language],
  };
}

export function dropTable(language: Language): Concern {
  return concern(
    language,
    {
      id: 'C-7f3a91c2',
      rule: 'migration/drop-table',
      type: 'scalability',
      category: 'data_loss',
      area: 'database',
      deployment_blocker: true,
      priority: 'critical',
      confidence: 'high',
      origin: 'introduced',
      principle: 'demo_is_not_production',
      state: 'new',
      source: 'both',
      evidence: [
        evidence('migrations/20261123_drop_users.sql', 1, 'DROP TABLE users;'),
        evidence('src/auth/session.ts', 42, "const user = await db.from('users').find(id);"),
      ],
    },
    {
      title: {
        en: '`DROP TABLE users` destroys live data',
        vi: '`DROP TABLE users` xoá dữ liệu đang dùng',
      },
      impact: {
        en: 'Sign-in answers 500 for everyone from the moment the migration ends, and no rollback brings the accounts back.',
        vi: 'Đăng nhập trả về 500 với mọi người ngay khi migration chạy xong, và rollback không lấy lại được tài khoản.',
      },
      details: {
        en: '`src/auth/session.ts:42` still reads `users` at this commit, so the old and the new version both need the table during the rollout.',
        vi: '`src/auth/session.ts:42` vẫn đọc bảng `users` ở commit này, nên trong lúc rollout cả bản cũ lẫn bản mới đều cần bảng.',
      },
      now: {
        en: 'Keep the table in this change; first ship the version that no longer reads it.',
        vi: 'Giữ bảng trong thay đổi này; phát hành trước bản không còn đọc bảng.',
      },
      later: {
        en: 'Drop it one release after the last reader is gone, with a restore that has been tried.',
        vi: 'Xoá bảng ở bản phát hành sau khi không còn nơi nào đọc, kèm bản khôi phục đã chạy thử.',
      },
    },
  );
}

export function readinessProbeRemoved(language: Language): Concern {
  return concern(
    language,
    {
      id: 'C-b81c0de4',
      rule: 'safeguard/probe-removed',
      type: 'operability',
      category: 'outage_on_deploy',
      area: 'deployment',
      deployment_blocker: true,
      priority: 'critical',
      confidence: 'high',
      origin: 'introduced',
      principle: 'chaos_is_constant',
      state: 'new',
      source: 'rule',
      evidence: [
        evidence(
          'deploy/checkout.yaml',
          31,
          '          readinessProbe:\n            httpGet:\n              path: /healthz\n              port: 8080\n            periodSeconds: 5',
          { side: 'base' },
        ),
      ],
    },
    {
      title: {
        en: '`deployment/checkout` no longer says when it is ready',
        vi: '`deployment/checkout` không còn báo khi nào sẵn sàng',
      },
      impact: {
        en: 'Shoppers get connection errors at the till for the first seconds of every pod, on each deploy and each scale-out.',
        vi: 'Người mua gặp lỗi kết nối khi thanh toán trong những giây đầu của mỗi pod, ở mỗi lần deploy và mỗi lần scale.',
      },
      details: {
        en: 'Without a readiness probe Kubernetes sends traffic as soon as the process exists, before it listens.',
        vi: 'Thiếu readiness probe thì Kubernetes gửi traffic ngay khi tiến trình xuất hiện, trước khi nó mở cổng.',
      },
      now: {
        en: 'Put the probe back on `/healthz`, port 8080.',
        vi: 'Đặt lại probe trên `/healthz`, cổng 8080.',
      },
      later: {
        en: 'Add a `startupProbe`, so that slow starts are not mistaken for hangs.',
        vi: 'Thêm `startupProbe` để khởi động chậm không bị coi là treo.',
      },
    },
  );
}

export function noTimeout(language: Language): Concern {
  return concern(
    language,
    {
      id: 'C-0c55e2aa',
      rule: 'code/http-call-without-timeout',
      type: 'reliability',
      category: 'no_graceful_degradation',
      area: 'timeouts',
      deployment_blocker: false,
      priority: 'high',
      confidence: 'high',
      origin: 'introduced',
      principle: 'chaos_is_constant',
      state: 'new',
      source: 'rule',
      evidence: [
        evidence(
          'src/payments/client.ts',
          18,
          'const response = await fetch(`${this.baseUrl}/charges`, {\n  method: "POST",\n  body: JSON.stringify(charge),\n});',
        ),
      ],
    },
    {
      title: {
        en: 'The payment call waits for ever',
        vi: 'Lời gọi thanh toán chờ vô hạn',
      },
      impact: {
        en: 'When the payment provider is slow, the pay button spins until the shopper gives up, and pays twice.',
        vi: 'Khi nhà cung cấp thanh toán chậm, nút thanh toán quay mãi đến lúc người mua bỏ cuộc hoặc trả tiền hai lần.',
      },
      details: {
        en: '`fetch` has no timeout of its own: each stuck request holds a connection and a worker.',
        vi: '`fetch` không có timeout sẵn: mỗi request treo giữ một kết nối và một worker.',
      },
      now: {
        en: 'Pass `signal: AbortSignal.timeout(3000)` and send an idempotency key.',
        vi: 'Truyền `signal: AbortSignal.timeout(3000)` và gửi kèm idempotency key.',
      },
      later: {
        en: 'Put a circuit breaker before the provider and show the order as pending.',
        vi: 'Đặt circuit breaker trước nhà cung cấp và hiển thị đơn hàng ở trạng thái chờ.',
      },
    },
  );
}

export function retryStorm(language: Language): Concern {
  return concern(
    language,
    {
      id: 'C-41d09b7e',
      rule: null,
      type: 'reliability',
      category: 'technical_debt',
      area: 'retries',
      deployment_blocker: false,
      priority: 'medium',
      confidence: 'medium',
      origin: 'introduced',
      principle: 'happy_path_is_rare',
      state: 'new',
      source: 'agent',
      evidence: [
        evidence('src/payments/retry.ts', 7, 'for (let i = 0; i < 5; i++) await attempt();'),
      ],
    },
    {
      title: {
        en: 'Five retries at once make an outage of the provider longer',
        vi: 'Năm lần retry liền nhau kéo dài sự cố của nhà cung cấp',
      },
      impact: {
        en: 'After a hiccup of the provider, checkout stays slow for minutes instead of seconds.',
        vi: 'Sau một lần nhà cung cấp chập chờn, thanh toán chậm hàng phút thay vì vài giây.',
      },
      details: {
        en: 'The loop neither waits nor varies its delay, so every instance repeats at the same moment.',
        vi: 'Vòng lặp không chờ cũng không đổi độ trễ, nên mọi instance gọi lại cùng một lúc.',
      },
      now: {
        en: 'Wait 200 ms, doubled each time, with jitter; stop after three attempts.',
        vi: 'Chờ 200 ms, gấp đôi sau mỗi lần, có jitter; dừng sau ba lần.',
      },
      later: {
        en: 'Share one retry budget between all calls to the provider.',
        vi: 'Dùng chung một ngân sách retry cho mọi lời gọi tới nhà cung cấp.',
      },
    },
  );
}

export function noRunbook(language: Language): Concern {
  return concern(
    language,
    {
      id: 'C-9a02f6d1',
      rule: 'docs/missing-runbook',
      type: 'operability',
      category: 'documentation_gap',
      area: 'documentation',
      deployment_blocker: false,
      priority: 'low',
      confidence: 'medium',
      origin: 'introduced',
      principle: 'observability_is_oxygen',
      state: 'new',
      source: 'rule',
      evidence: [evidence('deploy/reconcile-cron.yaml', 4, 'kind: CronJob')],
    },
    {
      title: {
        en: 'Nobody is told what to do when the nightly reconciliation fails',
        vi: 'Không ai biết phải làm gì khi đối soát ban đêm thất bại',
      },
      impact: {
        en: 'A failed night shows up as wrong balances in the morning, and on-call starts from nothing.',
        vi: 'Đêm lỗi thì sáng ra số dư sai, và người trực phải bắt đầu từ con số không.',
      },
      details: {
        en: 'The job is new and neither a runbook nor an owner mentions it.',
        vi: 'Job này mới, chưa có runbook hay chủ sở hữu nào nhắc tới.',
      },
      now: {
        en: 'Write `docs/runbooks/reconcile.md`: how to see it, how to run it again, whom to call.',
        vi: 'Viết `docs/runbooks/reconcile.md`: xem ở đâu, chạy lại thế nào, gọi cho ai.',
      },
      later: {
        en: 'Link the runbook from the alert.',
        vi: 'Gắn link runbook vào cảnh báo.',
      },
    },
  );
}
