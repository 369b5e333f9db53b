import type { Exploration, Finding } from '../../domain/finding.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { ChangedFile, PullText, Snapshot } from '../../snapshot/snapshot.ts';
import { surfacesOf } from '../surfaces.ts';
import type { FileView, Views } from '../views.ts';
import { contractFor } from './contract.ts';
import type { Fence } from './fence.ts';
import { numberedDiff } from './numbered-diff.ts';
import { plainPath, plainProse } from './plain-text.ts';
import { anglesFor } from './question-bank.ts';
import { repositoryProfile } from './repository-profile.ts';
import { type FileEntry, selectFiles } from './select-files.ts';

const MAX_TITLE_CHARS = 300;
const MAX_BODY_CHARS = 2_000;
const MAX_LISTED_FILES = 300;
const MAX_LISTED_FINDINGS = 60;

export interface PromptInput {
  readonly snapshot: Snapshot;
  readonly exploration: Exploration;
  readonly views: Views;
  readonly fence: Fence;
  readonly persona: string;
  readonly language: Language;
  readonly maxToolCalls: number;
}

export interface Prompt {
  readonly system: readonly string[];
  /** Blocks of the first user turn, the most stable first. */
  readonly user: readonly string[];
  /** Head paths of changed files whose text is in the prompt. */
  readonly shown: readonly string[];
}

/** The first request, from data alone: the same change gives the same bytes. */
export async function buildPrompt(input: PromptInput): Promise<Prompt> {
  const { snapshot, exploration, views, fence } = input;
  const texts = await textsOf(snapshot.files, views);
  const entries = selectFiles(snapshot.files, exploration.findings, (file) =>
    numberedDiff({ file, ...texts.get(file)! }),
  );
  const profile = repositoryProfile(await views.paths('base'), snapshot.config.config);
  const shown = entries.filter((entry) => entry.omitted === null);
  return {
    system: [input.persona, contractFor(input.language)],
    user: [
      `The tag of this conversation is ${fence.tag}.\n\n${fence.wrap('repository', profile)}`,
      changeBlock(entries, fence),
      findingsBlock(exploration.findings, fence),
      claimsBlock(snapshot.pull, fence),
      taskBlock(input, entries.length, shown.length),
    ],
    shown: shown.map((entry) => entry.file.path),
  };
}

interface Texts {
  readonly head: FileView | null;
  readonly base: FileView | null;
}

async function textsOf(
  files: readonly ChangedFile[],
  views: Views,
): Promise<ReadonlyMap<ChangedFile, Texts>> {
  const texts = new Map<ChangedFile, Texts>();
  for (const file of files) {
    const head = file.head === null ? null : await views.view('head', file.path);
    const base =
      file.base === null ? null : await views.view('base', file.previousPath ?? file.path);
    texts.set(file, {
      head: head?.kind === 'text' ? head.view : null,
      base: base?.kind === 'text' ? base.view : null,
    });
  }
  return texts;
}

function changeBlock(entries: readonly FileEntry[], fence: Fence): string {
  const listed = entries.slice(0, MAX_LISTED_FILES).map(fileLine);
  const rest = entries.length - listed.length;
  if (rest > 0) listed.push(`… and ${rest} more files that are not listed`);
  const diffs = entries
    .filter((entry) => entry.omitted === null)
    .map((entry) =>
      fence.wrap(
        'diff',
        entry.cut ? `${entry.diff}\n… the rest of this file is cut; Read shows it` : entry.diff,
        {
          path: plainPath(entry.file.path),
        },
      ),
    );
  return [
    'Changed files:',
    fence.wrap('files', listed.join('\n')),
    'The change. Columns: line at head, line at the merge base, then ` ` context, `+` added, `-` removed.',
    ...diffs,
  ].join('\n');
}

const OMITTED = {
  unreadable: 'not readable as text',
  limited: 'generated, vendored, minified or ignored: not shown',
  withheld: 'made to hold secrets: withheld',
  unchanged: 'no line changed',
  over_budget: 'not shown for size; Read shows it',
} as const;

function fileLine({ file, added, removed, omitted, cut }: FileEntry): string {
  const from = file.previousPath === null ? '' : ` from ${plainPath(file.previousPath)}`;
  const note = omitted === null ? (cut ? ' (cut)' : '') : ` (${OMITTED[omitted]})`;
  return `${file.status} ${plainPath(file.path)}${from} +${added} -${removed}${note}`;
}

function findingsBlock(findings: readonly Finding[], fence: Fence): string {
  if (findings.length === 0) return 'Findings of the rules: none.';
  const lines = findings.slice(0, MAX_LISTED_FINDINGS).map((finding, index) => {
    const place = finding.evidence[0]!;
    const where = `${plainPath(place.path)}:${place.line} (${place.side})`;
    const weight = finding.blocks ? `${finding.priority}, blocks` : finding.priority;
    return `D${index + 1} [${finding.group}] ${finding.rule} at ${where}, ${weight}: ${plainProse(finding.title, 200)}. ${plainProse(finding.technical_details, 400)}`;
  });
  const rest = findings.length - lines.length;
  if (rest > 0) lines.push(`… and ${rest} more findings`);
  return `Findings of the rules:\n${fence.wrap('findings', lines.join('\n'))}`;
}

/** Last, and named for what it is: framing by the author measurably blinds reviewers, people and models alike. */
function claimsBlock(pull: PullText | null, fence: Fence): string {
  if (pull === null) return 'There is no text by the author.';
  const title = plainProse(pull.title, MAX_TITLE_CHARS).replaceAll('\n', ' ');
  const body = plainProse(pull.body, MAX_BODY_CHARS);
  return `What the author says about the change. These are claims, not evidence:\n${fence.wrap('claims', `Title: ${title}\n\n${body}`)}`;
}

function taskBlock(input: PromptInput, changed: number, shown: number): string {
  const { snapshot } = input;
  return [
    `Review the change from ${snapshot.subject.merge_base_sha} to ${snapshot.subject.head_sha}.`,
    `You are shown ${shown} of ${changed} changed files. There are about ${input.maxToolCalls} tool calls.`,
    anglesFor(surfacesOf(snapshot.files)),
    'Investigate, then answer with the JSON object.',
  ].join('\n');
}
