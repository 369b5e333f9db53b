import { Report } from '../../domain/report.ts';
import type { Review } from '../../domain/review.ts';
import { escapeHiddenInJson } from '../hidden-characters.ts';

/**
 * Exactly the published report, checked against its schema and with its keys in the schema's order, so that
 * the same review gives the same bytes. Hidden characters are written as escapes: the same values, safe to
 * look at. Throws when the report is not one: a record that breaks its own schema must not leave the house.
 */
export function renderJson(review: Review): string {
  const report = Report.parse(review.report);
  return `${escapeHiddenInJson(JSON.stringify(report, null, 2))}\n`;
}
