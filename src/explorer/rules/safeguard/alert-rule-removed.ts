import { type Collected, defineChangeRule } from '../../rule.ts';
import { type Alert, collectAlerts, isAlertAddress } from '../../safeguards/alerts.ts';
import { fileTypeOf } from '../../safeguards/file-type.ts';
import { collectOwners } from '../../safeguards/inventory.ts';
import { type SourceFile, ParseFailure } from '../../source-file.ts';

/** An alert, or a workload or resource that alerts may watch. */
type Entry = Alert | { readonly ownerSeen: string };

/** Alerts of these severities wait for office hours: losing one blinds nobody at night. */
const LOW =
  /^(?:warn(?:ing)?|info(?:rmational)?|none|notice|low|minor|ticket|debug|p[3-9]|sev-?[3-9])$/iu;

const SHOWN_LINES = 16;

export default defineChangeRule<Entry>({
  id: 'safeguard/alert-rule-removed',
  wave: 1,
  item: 'alerting',
  group: 'technical_risks',
  category: 'poor_observability',
  principle: 'observability_is_oxygen',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'missing_critical_monitoring',
    when: {
      en: 'An alert that is not of low severity is removed, no alert with its name or condition is left in the change, and the change does not remove the workload that it watched.',
      vi: 'Một alert không thuộc mức thấp bị gỡ, trong thay đổi không còn alert nào cùng tên hoặc cùng điều kiện, và workload mà nó theo dõi không bị gỡ trong thay đổi này.',
    },
  },
  surfaces: ['Prometheus', 'Terraform'],
  files: ['**/*.{yml,yaml}', '**/*.tf'],
  silentIn: ['test', 'example', 'docs', 'dev'],
  title: {
    en: 'Alert `{alert}` is removed',
    vi: 'Alert `{alert}` bị gỡ bỏ',
  },
  impact: {
    en: 'The next time this goes wrong nobody is told: users report the outage before the team sees it.',
    vi: 'Lần sau khi sự cố này xảy ra sẽ không ai được báo: người dùng phát hiện trước cả đội vận hành.',
  },
  why: {
    en: '`{alert}` stands at the merge base, and head holds no alert with its name or its condition.',
    vi: '`{alert}` có ở merge base, còn head không có alert nào cùng tên hoặc cùng điều kiện.',
  },
  fix: {
    en: 'Restore `{alert}`. If it is noisy, raise its threshold or its `for`, or route it to another receiver.',
    vi: 'Khôi phục `{alert}`. Nếu nó gây nhiễu, hãy tăng ngưỡng hoặc `for`, hoặc chuyển nó sang receiver khác.',
  },
  later: {
    en: 'Alert on the service’s objectives (error ratio, latency, saturation), so that alerts on single causes can go safely.',
    vi: 'Đặt alert theo mục tiêu của dịch vụ (tỷ lệ lỗi, độ trễ, mức bão hoà) để sau này bỏ các alert theo từng nguyên nhân một cách an toàn.',
  },
  references: [
    'https://sre.google/workbook/alerting-on-slos/',
    'https://prometheus.io/docs/practices/alerting/',
  ],

  *collect(file) {
    try {
      yield* collectAlerts(file);
      for (const ownerSeen of watchable(file)) yield { ownerSeen };
    } catch (error) {
      if (!(error instanceof ParseFailure) || file.side === 'head') throw error;
    }
  },

  *decide({ base, head }) {
    const gone = goneOwners(base, head);
    const kept = head.filter(isAlert);
    for (const { path, fact } of unmatched(base.filter(isAlert), kept)) {
      if (gone.some((name) => watches(fact, name))) continue;
      yield {
        path,
        side: 'base',
        line: fact.line,
        endLine: Math.min(fact.endLine, fact.line + SHOWN_LINES - 1),
        anchor: fact.name,
        values: { alert: fact.name },
        blocks: !LOW.test(fact.severity ?? ''),
      };
    }
  },

  examples: {
    bad: [
      {
        path: 'monitoring/checkout.rules.yaml',
        base: rules(alert('CheckoutErrors', 'critical'), alert('CheckoutSlow', 'warning')),
        code: rules(alert('CheckoutSlow', 'warning')),
      },
      {
        path: 'infra/alarms.tf',
        base: 'resource "aws_cloudwatch_metric_alarm" "queue_age" {\n  alarm_name  = "orders-queue-age"\n  metric_name = "ApproximateAgeOfOldestMessage"\n  threshold   = 300\n}\n\nresource "aws_sns_topic" "oncall" {\n  name = "oncall"\n}\n',
        code: 'resource "aws_sns_topic" "oncall" {\n  name = "oncall"\n}\n',
      },
    ],
    good: [
      {
        // Looks bad: the alert moves to another file.
        path: 'monitoring/all.rules.yaml',
        base: rules(alert('CheckoutErrors', 'critical'), alert('MailSlow', 'critical')),
        code: rules(alert('MailSlow', 'critical')),
        more: [
          {
            path: 'monitoring/checkout.rules.yaml',
            code: rules(alert('CheckoutErrors', 'critical')),
          },
        ],
      },
      {
        // Looks bad: the old name is gone, the condition is the same.
        path: 'monitoring/checkout.rules.yaml',
        base: rules('      - alert: HighErrors\n        expr: rate(errors_total[5m]) > 5\n'),
        code: rules(
          '      - alert: CheckoutErrorRate\n        expr: |\n          rate(errors_total[5m]) > 5\n',
        ),
      },
      {
        // Looks bad: the service is deleted together with its alert.
        path: 'monitoring/legacy.rules.yaml',
        base: rules(alert('LegacyBillingDown', 'critical')),
        more: [
          {
            path: 'deploy/legacy-billing.yaml',
            base: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: legacy-billing }\nspec: { template: { spec: { containers: [] } } }\n',
          },
        ],
        code: 'groups: []\n',
      },
    ],
  },
});

function isAlert(collected: Collected<Entry>): collected is Collected<Alert> {
  return 'condition' in collected.fact;
}

function watchable(file: SourceFile): Iterable<string> {
  const type = fileTypeOf(file.path);
  return type === 'code' || type === null ? [] : new Set(collectOwners(file));
}

function unmatched(
  base: readonly Collected<Alert>[],
  head: readonly Collected<Alert>[],
): Collected<Alert>[] {
  const names = new Set(head.map(({ fact }) => fact.name));
  const conditions = new Set(head.map(({ fact }) => fact.condition).filter((text) => text !== ''));
  return base.filter(({ fact }) => !names.has(fact.name) && !conditions.has(fact.condition));
}

/** Short names of workloads, services and resources that base has and head lacks. */
function goneOwners(
  base: readonly Collected<Entry>[],
  head: readonly Collected<Entry>[],
): string[] {
  const left = new Set(head.flatMap(({ fact }) => ('ownerSeen' in fact ? [fact.ownerSeen] : [])));
  return base.flatMap(({ fact }) => {
    if (!('ownerSeen' in fact) || left.has(fact.ownerSeen) || isAlertAddress(fact.ownerSeen))
      return [];
    const name = plain(/^[^/.]+[/.]([^:]+)/u.exec(fact.ownerSeen)?.[1] ?? '');
    return name.length >= 4 ? [name] : [];
  });
}

/** Names are spelled `legacy-billing`, `LegacyBilling` and `legacy_billing`: letters and digits tell. */
function watches({ name, condition }: Alert, owner: string): boolean {
  return plain(`${name} ${condition}`).includes(owner);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function rules(...alerts: readonly string[]): string {
  return `groups:\n  - name: slo\n    rules:\n${alerts.join('')}`;
}

function alert(name: string, severity: string): string {
  return `      - alert: ${name}
        expr: sum(rate(${name}_total[5m])) > 1
        for: 5m
        labels: { severity: ${severity} }
        annotations: { summary: '{{ $labels.instance }} is failing' }
`;
}
