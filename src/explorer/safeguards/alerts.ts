import { prometheusParser } from '../parsers/prometheus.ts';
import { addressOf, type HclBlock, literalOf, terraformParser } from '../parsers/terraform.ts';
import type { SourceFile } from '../source-file.ts';

/** An alert on one side of a change; plain data. */
export interface Alert {
  readonly name: string;
  /** What it measures: two alerts with the same condition are the same alert under two names. */
  readonly condition: string;
  readonly severity: string | null;
  readonly line: number;
  readonly endLine: number;
}

/** Terraform resources that are one alert each. */
const ALERT_RESOURCES: ReadonlySet<string> = new Set([
  'aws_cloudwatch_metric_alarm',
  'aws_cloudwatch_composite_alarm',
  'azurerm_monitor_metric_alert',
  'azurerm_monitor_scheduled_query_rules_alert_v2',
  'datadog_monitor',
  'google_monitoring_alert_policy',
  'newrelic_nrql_alert_condition',
]);

/** Attributes that say who an alert is, or who hears of it, rather than what it measures. */
const NOT_MEASURED: ReadonlySet<string> = new Set([
  'name',
  'alarm_name',
  'display_name',
  'alarm_description',
  'description',
  'message',
  'tags',
  'alarm_actions',
  'ok_actions',
  'user_labels',
]);

/** The address is an alert itself, not something that alerts watch. */
export function isAlertAddress(address: string): boolean {
  return ALERT_RESOURCES.has(address.split('.')[0] ?? '') || address.startsWith('PrometheusRule/');
}

/** Alerts of a Prometheus rule file or a Terraform file. Throws `ParseFailure`. */
export function* collectAlerts(file: SourceFile): Iterable<Alert> {
  if (file.path.endsWith('.tf')) {
    for (const block of file.parse(terraformParser).blocks) {
      if (ALERT_RESOURCES.has(block.labels[0] ?? '')) yield* terraformAlert(block, file);
    }
    return;
  }
  for (const { name, expr, severity, range } of file.parse(prometheusParser))
    yield { name, condition: expr, severity, ...range };
}

function* terraformAlert(block: HclBlock, file: SourceFile): Iterable<Alert> {
  const name = addressOf(block);
  if (name === null || literalOf(block, 'actions_enabled') === false) return;
  const condition = file.lines
    .slice(block.line, block.endLine)
    .filter((line) => !NOT_MEASURED.has(/^\s*([\w-]+)\s*=/u.exec(line)?.[1] ?? ''))
    .join(' ')
    .replaceAll(/\s+/gu, ' ');
  const priority = literalOf(block, 'priority') ?? literalOf(block, 'severity');
  const severity =
    typeof priority === 'string' || typeof priority === 'number' ? `p${priority}` : null;
  yield { name, condition, severity, line: block.line, endLine: block.endLine };
}
