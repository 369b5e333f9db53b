import { inertGfm, inertGfmBlock, inertGfmCode } from '../inert.ts';
import { fold, type GfmContext, type Section, shortPath } from './gfm-context.ts';
import { labelOr } from './view.ts';
import { yamlWithin } from './yaml.ts';

/** Sections for the record: what was not read, and the concerns as data. */

const MAX_RECORD_BYTES = 16_000;

export function notRead(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const entries = report.coverage.not_read;
  if (entries.length === 0) return null;
  const shown = entries.slice(0, context.density.listed);
  const body = [
    ...shown.map(
      ({ path, reason }) =>
        `- ${inertGfmCode(shortPath(path))} · ${inertGfm(labelOr(t.notRead, reason), { max: 200 })}`,
    ),
    ...(entries.length > shown.length
      ? [`- ${t.coverage.more(entries.length - shown.length)}`]
      : []),
  ].join('\n');
  const summary = `<b>${t.coverage.notRead}</b> · ${t.page.files(entries.length)}`;
  return { name: t.coverage.notRead, weight: 4, text: fold(summary, body) };
}

export function record(context: GfmContext): Section | null {
  const { t, report } = context.view;
  const { yaml, shown } = yamlWithin(report.concerns, MAX_RECORD_BYTES);
  if (shown === 0) return null;
  const all = report.concerns.length;
  const note = shown < all ? `${t.record.shortened(shown, all)}\n\n` : '';
  const body = `${note}${inertGfmBlock(yaml.trimEnd(), 'yaml')}`;
  const summary = `<b>${t.record.summary}</b> · ${t.record.what}`;
  return { name: t.record.summary, weight: 0, text: fold(summary, body) };
}
