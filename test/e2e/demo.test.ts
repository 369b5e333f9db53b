import { beforeAll, describe, expect, it } from 'vitest';
import { renderMarkdown, renderPage } from '../../demo/page.ts';
import { playStory, type Story } from '../../demo/story.ts';
import { createTeller } from '../../demo/teller.ts';
import { ensureFreshBuild, PROJECT } from '../support/fresh-build.ts';

/** The compiled service against the local GitHub, whose branch protection really refuses and allows. */
describe.each(['en', 'vi'] as const)('the demo in %s', (language) => {
  let story: Story;

  beforeAll(async () => {
    ensureFreshBuild();
    const teller = createTeller(
      () => {},
      false,
      () => 0,
    );
    story = await playStory({ packageFolder: PROJECT, language, teller });
  }, 240_000);

  it('is refused, goes through after the fix, and is refused by the agent', () => {
    expect(story.conclusions).toEqual(['failure', 'success', 'failure']);
    expect(story.merges).toEqual([false, true, false]);
  });

  it('edits the same comment in place', () => {
    expect(story.commentIds[1]).toBe(story.commentIds[0]);
    expect(story.commentIds[2]).not.toBe(story.commentIds[0]);
  });

  it('names the three blockers in the first comment, and no secret', () => {
    const { comment } = story.scenes[0]!;

    for (const rule of ['migration/drop-table', 'secret/in-source', 'safeguard/resilience-removed'])
      expect(comment).toContain(rule);
    expect(JSON.stringify(story.scenes)).not.toContain(['q7Jx2vKp', '9Lw4Rt8Z'].join(''));
  });

  it('says that the agent was scripted', () => {
    expect(story.scenes[2]?.comment).toMatch(
      language === 'vi' ? /kịch bản|soạn sẵn|viết sẵn/u : /scripted/u,
    );
    expect(story.scenes[0]?.comment).not.toMatch(/scripted|kịch bản|soạn sẵn|viết sẵn/u);
  });

  it('speaks the language that the default branch asks for', () => {
    const said = language === 'vi' ? 'Nếu deploy ngày mai' : 'If this deploys tomorrow';

    for (const { comment } of story.scenes) expect(comment).toContain(said);
  });

  it('drains and ends with 0', () => {
    expect(story.exitCode).toBe(0);
  });

  it('gives a page that holds comment and check as GitHub renders them', () => {
    const page = renderPage(story.scenes);

    expect(page.match(/<h2>/gu)).toHaveLength(3);
    expect(page).toContain('<details>');
    expect(page).not.toContain('<script');
  });
});

describe('the page', () => {
  it('shows what GitHub would not let through as nothing', () => {
    const html = renderMarkdown(
      '<script>alert(1)</script><b onclick="x()">b</b> [x](javascript:alert(1))',
    );

    expect(html).not.toMatch(/<script|onclick|href/u);
  });
});
