import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { Report } from '../../../src/domain/report.ts';
import { Language } from '../../../src/domain/vocabulary.ts';
import { renderCheck } from '../../../src/publish/render/check.ts';
import { renderComment } from '../../../src/publish/render/comment.ts';
import { type Format, FORMATS, render } from '../../../src/publish/render/index.ts';
import { githubLinks } from '../../../src/publish/render/links.ts';
import { SAMPLES } from '../../support/sample-reviews.ts';

const ENDING: Record<Format, string> = {
  terminal: 'txt',
  markdown: 'md',
  json: 'json',
  yaml: 'yaml',
  sarif: 'sarif',
  html: 'html',
};

const CASES = SAMPLES.flatMap((sample) =>
  Language.options.map((language) => ({ name: `${sample.name}.${language}`, sample, language })),
);

describe.each(CASES)('$name', ({ name, sample, language }) => {
  const review = sample.build(language);
  const links = githubLinks('https://github.com', review.report.subject);
  const golden = (file: string): string => `../../golden/publish/${name}/${file}`;

  it('is a report', () => {
    expect(Report.safeParse(review.report).error).toBeUndefined();
  });

  it('is a comment', async () => {
    await expect(renderComment(review, { links })).toMatchFileSnapshot(golden('comment.md'));
  });

  it('is a check run', async () => {
    const { title, summary, text, annotations } = renderCheck(review, { links });
    const shown = `${title}\n\n## summary\n\n${summary}\n\n## text\n\n${text}\n\n## annotations\n\n`;

    await expect(shown + JSON.stringify(annotations, null, 2)).toMatchFileSnapshot(
      golden('check.md'),
    );
  });

  it.each(FORMATS)('is %s', async (format) => {
    const terminal = { colors: picocolors.createColors(false), width: 88 };
    const text = render(format, review, { terminal, links });

    expect(text.endsWith('\n')).toBe(true);
    await expect(text).toMatchFileSnapshot(golden(`review.${ENDING[format]}`));
  });
});
