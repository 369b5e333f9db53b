import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Review } from '../../../src/domain/review.ts';
import { phrasesOf } from '../../../src/i18n/phrases.ts';
import { renderCheck } from '../../../src/publish/render/check.ts';
import { renderComment } from '../../../src/publish/render/comment.ts';
import { renderHtml } from '../../../src/publish/render/html.ts';
import { renderTerminal } from '../../../src/publish/render/terminal.ts';
import { SAMPLES } from '../../support/sample-reviews.ts';

const VIETNAMESE = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/iu;

/** Everything that people read, without code, ids, addresses and markup, which are never translated. */
function spokenText(review: Review): string {
  const check = renderCheck(review);
  const colors = picocolors.createColors(false);
  return [
    renderComment(review, { links: null }),
    check.title,
    check.summary,
    check.text,
    ...check.annotations.map((a) => `${a.title}\n${a.message}`),
    renderTerminal(review, { colors, width: 100 }),
    renderHtml(review)
      .replace(/<style>[\s\S]*?<\/style>/u, '')
      .replaceAll(/<code>[\s\S]*?<\/code>/gu, ''),
  ]
    .join('\n')
    .replaceAll(/```[\s\S]*?```/gu, '')
    .replaceAll(/`[^`\n]*`/gu, '')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/^\s*│.*$/gmu, '')
    .replaceAll(/\b[\w./-]+:\d+(?:-\d+)?/gu, '')
    .replaceAll(/production_concern|rule [a-z]+\/[a-z-]+|C-[0-9a-f]+|claude-[\w-]+/gu, '');
}

/** The fixed texts of a catalogue, without those that take parameters. */
function labels(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(labels);
}

const ENGLISH = labels(phrasesOf('en')).filter((label) => label.length > 2);
/** Terms that the Vietnamese catalogue itself uses, such as SLO. */
const VIETNAMESE_LABELS = labels(phrasesOf('vi')).join('\n');

function asWord(label: string): RegExp {
  const escaped = label.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, 'u');
}

const FORBIDDEN = ENGLISH.filter((label) => !asWord(label).test(VIETNAMESE_LABELS));

describe.each(SAMPLES)('$name', ({ build }) => {
  it('speaks Vietnamese in Vietnamese', () => {
    const spoken = spokenText(build('vi'));

    expect(FORBIDDEN.length).toBeGreaterThan(120);
    expect(FORBIDDEN.filter((label) => asWord(label).test(spoken))).toEqual([]);
    expect(spoken).toMatch(VIETNAMESE);
  });

  it('speaks English in English', () => {
    expect(spokenText(build('en'))).not.toMatch(VIETNAMESE);
  });
});
