/** The tools that Ops has. All of them read a tree by commit; none runs, writes or fetches anything. */
export const AGENT_TOOLS = ['Glob', 'Grep', 'Read'] as const;
export type AgentTool = (typeof AGENT_TOOLS)[number];

/** Tools that agent files name because another program offers them. */
const FOREIGN_TOOLS: ReadonlySet<string> = new Set([
  'Agent',
  'AskUserQuestion',
  'Bash',
  'BashOutput',
  'Edit',
  'EnterPlanMode',
  'EnterWorktree',
  'ExitPlanMode',
  'ExitWorktree',
  'KillBash',
  'KillShell',
  'LS',
  'ListMcpResourcesTool',
  'LSP',
  'MultiEdit',
  'NotebookEdit',
  'NotebookRead',
  'PowerShell',
  'ReadMcpResourceTool',
  'SendMessage',
  'Skill',
  'SlashCommand',
  'Task',
  'TaskCreate',
  'TaskGet',
  'TaskList',
  'TaskOutput',
  'TaskStop',
  'TaskUpdate',
  'TodoRead',
  'TodoWrite',
  'ToolSearch',
  'WebFetch',
  'WebSearch',
  'Write',
]);

export interface ToolSelection {
  readonly tools: readonly AgentTool[];
  readonly ignored: readonly string[];
  readonly unknown: readonly string[];
}

/** What of a file's `tools` and `disallowedTools` Ops has. Absent tools mean all of them. */
export function selectTools(
  wanted: readonly string[] | undefined,
  refused: readonly string[] = [],
): ToolSelection {
  const named = (wanted ?? AGENT_TOOLS).map(toolName);
  const denied = refused.map(toolName);
  const all = [...named, ...denied];
  const has = (tool: AgentTool): boolean =>
    named.includes('*') ||
    named.includes(tool) ||
    // Whoever may list and read every file may search it.
    (tool === 'Grep' && named.includes('Read') && named.includes('Glob'));
  return {
    tools: AGENT_TOOLS.filter((tool) => has(tool) && !denied.includes(tool)),
    ignored: unique(named.filter(isForeign)),
    unknown: unique(all.filter((name) => !isOwn(name) && !isForeign(name) && name !== '*')),
  };
}

/** `Read, Bash(git log:*), Grep`: commas inside parentheses belong to the tool. */
export function splitToolList(list: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let name = '';
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth <= 0) {
      names.push(name);
      name = '';
    } else name += character;
  }
  return [...names, name].map((part) => part.trim()).filter((part) => part !== '');
}

function toolName(entry: string): string {
  return entry.split('(')[0]!.trim();
}

function isOwn(name: string): name is AgentTool {
  return AGENT_TOOLS.some((tool) => tool === name);
}

function isForeign(name: string): boolean {
  return FOREIGN_TOOLS.has(name) || name.startsWith('mcp__');
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
