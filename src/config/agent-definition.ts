import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OpsError } from '../domain/ops-error.ts';
import { Language } from '../domain/vocabulary.ts';
import { decodeAgentText } from './agent-encoding.ts';
import { type AgentSource, parseAgentSource } from './agent-front-matter.ts';
import { MODEL_NAMES_HELP, type ModelOverrides, resolveModel } from './agent-models.ts';
import { AGENT_TOOLS, type AgentTool, selectTools, splitToolList } from './agent-tools.ts';

const DEFAULT_ICON = '🚀';

const ToolList = z.union([
  z.string().transform(splitToolList),
  z.array(z.string().trim().min(1)).max(100),
]);

/** The keys that Ops uses. An empty key counts as absent, as agent files leave keys empty. */
const FrontMatter = z.object({
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().min(1),
  model: z.string().trim().nullish(),
  color: z.string().nullish(),
  tools: ToolList.nullish(),
  disallowedTools: ToolList.nullish(),
  icon: z
    .string()
    .max(32)
    .regex(/^[\p{Emoji}\p{Emoji_Component}\u200D]+$/u, { error: 'expected an emoji' })
    .regex(/[^\0-\x7f]/u, { error: 'expected an emoji' })
    .nullish(),
  language: Language.nullish(),
  maxTurns: z.int().min(1).max(50).nullish(),
  effort: z.enum(['low', 'medium', 'high']).nullish(),
});

/** An agent file, loaded: who reviews, with which model and tools, and in which language. */
export interface AgentDefinition {
  readonly name: string;
  readonly description: string;
  /** Full model id. */
  readonly model: string;
  readonly color: string | null;
  /** Sorted; a subset of what Ops has. */
  readonly tools: readonly AgentTool[];
  readonly icon: string;
  readonly language: Language;
  /** Null leaves the limit to the configuration. */
  readonly maxTurns: number | null;
  readonly effort: 'low' | 'medium' | 'high';
  /** The persona: the Markdown after the front matter. */
  readonly body: string;
  /** Of the whole text; changes with every edit. */
  readonly digest: string;
  /** What was ignored or read leniently, one sentence each. */
  readonly notices: readonly string[];
}

export interface LoadAgentOptions {
  readonly models?: ModelOverrides;
}

/**
 * Loads an agent file. Total: a definition, or `OpsError('agent.invalid')` whose `at` is `path:line`.
 * Nothing in the file is run, and tools that Ops does not have stay without effect.
 */
export function loadAgent(
  path: string,
  bytes: Uint8Array,
  options: LoadAgentOptions = {},
): AgentDefinition {
  const text = decodeAgentText(path, bytes);
  const source = parseAgentSource(path, text);
  const front = validate(path, source);
  const model = resolveModel(front.model ?? undefined, options.models);
  if (model === null)
    throw invalid(path, source, 'model', `unknown model \`${front.model}\`.`, MODEL_NAMES_HELP);
  const selection = selectTools(front.tools ?? undefined, front.disallowedTools ?? []);
  const unknown = selection.unknown[0];
  if (unknown !== undefined)
    throw invalid(path, source, 'tools', `unknown tool \`${unknown}\`.`, toolsHelp(unknown));
  if (source.body === '')
    throw invalid(
      path,
      source,
      '',
      'the file has no text after the front matter.',
      'Describe the agent there.',
    );
  return {
    name: front.name,
    description: front.description,
    model,
    color: front.color ?? null,
    tools: selection.tools,
    icon: front.icon ?? DEFAULT_ICON,
    language: front.language ?? 'en',
    maxTurns: front.maxTurns ?? null,
    effort: front.effort ?? 'medium',
    body: source.body,
    digest: createHash('sha256').update(text).digest('hex').slice(0, 16),
    notices: [
      ...source.notices,
      ...ignoredTools(path, source, selection.ignored),
      ...unknownKeys(path, source),
    ],
  };
}

function validate(path: string, source: AgentSource): z.infer<typeof FrontMatter> {
  const parsed = FrontMatter.safeParse(source.data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = String(issue.path[0] ?? '');
  const missing = !Object.hasOwn(source.data, key);
  throw invalid(
    path,
    source,
    key,
    missing ? `\`${key}\` is missing.` : `\`${key}\`: ${issue.message}.`,
    missing ? `Add \`${key}: …\` to the front matter.` : 'Correct this value.',
  );
}

function toolsHelp(name: string): string {
  const meant = AGENT_TOOLS.find((tool) => tool.toLowerCase() === name.toLowerCase());
  if (meant !== undefined) return `Write \`${meant}\`.`;
  return `Ops has ${AGENT_TOOLS.join(', ')}; leave \`tools\` out for all of them.`;
}

function ignoredTools(path: string, source: AgentSource, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `${path}:${source.lineOf('tools')}: ignored tools that Ops does not have: ${names.join(', ')}.`,
  ];
}

function unknownKeys(path: string, source: AgentSource): string[] {
  const known = new Set(Object.keys(FrontMatter.shape));
  return Object.keys(source.data)
    .filter((key) => !known.has(key))
    .map((key) => `${path}:${source.lineOf(key)}: ignored key \`${key.slice(0, 60)}\`.`);
}

function invalid(
  path: string,
  source: AgentSource,
  key: string,
  message: string,
  remedy: string,
): OpsError {
  return new OpsError('agent.invalid', message, { at: `${path}:${source.lineOf(key)}`, remedy });
}

/** What `ops agent check` prints: how Ops reads the file, one line for each thing, no line end behind the last. */
export function explainAgent(agent: AgentDefinition): string {
  return [
    `${agent.icon} ${agent.name} — ${firstSentence(agent.description)}`,
    `model     ${agent.model}, effort ${agent.effort}`,
    `tools     ${agent.tools.length === 0 ? 'none' : agent.tools.join(', ')}`,
    `language  ${agent.language}`,
    `turns     ${agent.maxTurns === null ? 'as configured' : `at most ${agent.maxTurns}`}`,
    `persona   ${agent.body.split('\n').length} lines, digest ${agent.digest}`,
    ...agent.notices.map((notice) => `notice    ${notice}`),
  ].join('\n');
}

function firstSentence(text: string): string {
  const line = text.split(/\r?\n|\\n/u)[0]!;
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
