import type { LineRange } from '../rule.ts';
import type { Parser, ParserInput } from '../source-file.ts';
import { parseTemplate } from './helm-documents.ts';
import { maskTemplate, unmask } from './helm.ts';
import { asList, asMap, asText, type YamlDocument, type YamlMap, type YamlPath } from './yaml.ts';

export interface PrometheusAlert {
  readonly name: string;
  /** PromQL with runs of blanks as one; empty where a template makes it. */
  readonly expr: string;
  readonly severity: string | null;
  readonly group: string;
  readonly range: LineRange;
}

/**
 * Alerting rules of a rule file, a `PrometheusRule`, or a Helm template of one; empty for any other YAML,
 * which is not parsed. Throws `ParseFailure` for rules that are no YAML.
 */
export const prometheusParser: Parser<readonly PrometheusAlert[]> = {
  name: 'prometheus',
  parse(file: ParserInput) {
    if (!/^[\s-]*alert\s*:/mu.test(file.text) || !/^[\s-]*groups\s*:/mu.test(file.text)) return [];
    const masked = maskTemplate(file.text);
    const show = (text: string): string => unmask(text, masked.actions);
    return parseTemplate(masked).documents.flatMap((doc) => [...alertsIn(doc, show)]);
  },
};

function* alertsIn(doc: YamlDocument, show: (text: string) => string): Iterable<PrometheusAlert> {
  const root = asMap(doc.value);
  const spec = asMap(root?.['spec']);
  const base: YamlPath = spec?.['groups'] === undefined ? ['groups'] : ['spec', 'groups'];
  const groups = asList((spec?.['groups'] === undefined ? root : spec)?.['groups']);
  for (const [g, group] of groups.entries()) {
    const map = asMap(group);
    for (const [r, rule] of asList(map?.['rules']).entries()) {
      const range = doc.rangeOf([...base, g, 'rules', r]);
      const alert = asMap(rule);
      if (range !== null && alert !== null)
        yield* alertOf(alert, asText(map?.['name']) ?? '', range, show);
    }
  }
}

function* alertOf(
  rule: YamlMap,
  group: string,
  range: LineRange,
  show: (text: string) => string,
): Iterable<PrometheusAlert> {
  const name = asText(rule['alert']);
  if (name === null) return;
  const expr = show(asText(rule['expr']) ?? '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const severity = asText(asMap(rule['labels'])?.['severity']);
  yield {
    name: show(name),
    expr,
    severity: severity === null ? null : show(severity),
    group: show(group),
    range,
  };
}
