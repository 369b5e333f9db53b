import type { ProposedConcern } from '../../domain/assessment.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Side } from '../../domain/vocabulary.ts';
import type { ChangedFile } from '../../snapshot/snapshot.ts';
import type { Views } from '../views.ts';
import { REFUTER_PROMPT } from './contract.ts';
import type { Fence } from './fence.ts';
import { clipLine, numberedDiff } from './numbered-diff.ts';
import { plainPath } from './plain-text.ts';

const LINES_AROUND = 60;
const MAX_DIFF_CHARS = 16_000;

export interface RefutationPrompt {
  readonly system: readonly string[];
  readonly user: readonly string[];
}

/**
 * A fresh request about one claim: no persona, no word of the author, none of the other concerns, nothing of how
 * the claim came about. The claim is fenced too, because a model that was talked into it repeats the talk.
 */
export async function refutationPrompt(
  concern: ProposedConcern,
  trigger: string,
  views: Views,
  fence: Fence,
): Promise<RefutationPrompt> {
  const claim = [
    `Rated ${concern.priority}, category ${concern.category}.`,
    `Trigger: ${trigger}`,
    `Mechanism: ${concern.technical_details}`,
    `Effect: ${concern.user_impact}`,
  ].join('\n');
  const blocks: string[] = [];
  for (const evidence of concern.evidence) blocks.push(await surroundings(evidence, views, fence));
  for (const file of changedAmong(concern.evidence, views.files))
    blocks.push(await diffOf(file, views, fence));
  return {
    system: [REFUTER_PROMPT],
    user: [
      `The tag of this conversation is ${fence.tag}.\n\nThe claim:\n${fence.wrap('claim', claim)}`,
      blocks.join('\n'),
      'There are about 6 tool calls. Try to prove the claim wrong, then answer with the JSON object.',
    ],
  };
}

async function surroundings(evidence: Evidence, views: Views, fence: Fence): Promise<string> {
  const viewed = await views.view(evidence.side, evidence.path);
  const lines = viewed.kind === 'text' ? viewed.view.shown : [];
  const from = Math.max(1, evidence.line - LINES_AROUND);
  const to = Math.min(lines.length, evidence.end_line + LINES_AROUND);
  const rows: string[] = [];
  for (let n = from; n <= to; n += 1) {
    const cited = n >= evidence.line && n <= evidence.end_line ? '>' : ' ';
    rows.push(`${cited}${String(n).padStart(6)}  ${clipLine(lines[n - 1]!)}`);
  }
  return `Cited lines are marked with >.\n${fence.wrap('code', rows.join('\n'), { path: plainPath(evidence.path), side: evidence.side })}`;
}

function changedAmong(
  evidence: readonly Evidence[],
  files: readonly ChangedFile[],
): readonly ChangedFile[] {
  return files.filter((file) =>
    evidence.some(
      (e) => e.path === (e.side === 'head' ? file.path : (file.previousPath ?? file.path)),
    ),
  );
}

async function diffOf(file: ChangedFile, views: Views, fence: Fence): Promise<string> {
  const sideView = async (side: Side): Promise<Parameters<typeof numberedDiff>[0]['head']> => {
    const path = side === 'head' ? file.path : (file.previousPath ?? file.path);
    const viewed = await views.view(side, path);
    return viewed.kind === 'text' ? viewed.view : null;
  };
  const diff = numberedDiff({ file, head: await sideView('head'), base: await sideView('base') });
  return fence.wrap('diff', diff.slice(0, MAX_DIFF_CHARS).toWellFormed(), {
    path: plainPath(file.path),
  });
}
