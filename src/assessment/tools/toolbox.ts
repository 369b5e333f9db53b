import { z } from 'zod';
import type { AgentTool } from '../../config/agent-tools.ts';
import type { ModelTool, ToolResultBlock, ToolUseBlock } from '../model.ts';
import type { Fence } from '../prompt/fence.ts';
import { wireSchema } from '../reply/wire-schema.ts';
import type { Views } from '../views.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { readTool } from './read.ts';
import { failed, type Tool, type ToolAnswer } from './tool.ts';

/** A tool with its input type closed over. */
interface ClosedTool {
  readonly name: AgentTool;
  readonly wire: ModelTool;
  run(input: unknown, views: Views): Promise<ToolAnswer>;
}

const TOOLS: readonly ClosedTool[] = [closed(globTool), closed(grepTool), closed(readTool)];

/** Every tool as it goes over the wire, for the digest of the prompt. */
export const ALL_WIRE_TOOLS: readonly ModelTool[] = TOOLS.map((tool) => tool.wire);

function closed<Input>(tool: Tool<Input>): ClosedTool {
  return {
    name: tool.name,
    wire: {
      name: tool.name,
      description: tool.description,
      input_schema: requireAll(wireSchema(tool.input)),
    },
    run: async (input, views) => {
      const parsed = tool.input.safeParse(withAliases(input));
      if (!parsed.success)
        return failed(`The input does not fit: ${z.prettifyError(parsed.error)}`);
      return await tool.run(parsed.data, views);
    },
  };
}

/** Strict tools name every key as required; a null stands for "not given". */
function requireAll(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const properties: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema['properties'] ?? {})) {
    const { default: _default, ...rest } = z.record(z.string(), z.unknown()).parse(value);
    properties[key] = rest;
  }
  return { ...schema, properties, required: Object.keys(properties), additionalProperties: false };
}

/** Names that models use from habit. */
const ALIASES: Readonly<Record<string, string>> = {
  file_path: 'path',
  filepath: 'path',
  offset: 'start_line',
  glob: 'path_glob',
};

function withAliases(input: unknown): unknown {
  const record = z.record(z.string(), z.unknown()).safeParse(input);
  if (!record.success) return input;
  return Object.fromEntries(
    Object.entries(record.data).map(([key, value]) => [
      Object.hasOwn(record.data, ALIASES[key] ?? key) ? key : (ALIASES[key] ?? key),
      value,
    ]),
  );
}

export interface ToolLimits {
  readonly maxToolCalls: number;
  readonly maxToolBytes: number;
}

/** The tools of one conversation, with what is left of its limits. */
export interface Toolbox {
  readonly wire: readonly ModelTool[];
  /** Number of calls so far. */
  readonly calls: number;
  run(use: ToolUseBlock): Promise<ToolResultBlock>;
}

export function toolboxFor(
  names: readonly AgentTool[],
  views: Views,
  fence: Fence,
  limits: ToolLimits,
): Toolbox {
  const tools = TOOLS.filter((tool) => names.includes(tool.name));
  let calls = 0;
  let bytes = 0;
  const answerTo = async (use: ToolUseBlock): Promise<ToolAnswer> => {
    calls += 1;
    if (calls > limits.maxToolCalls || bytes > limits.maxToolBytes)
      return failed('The tool budget is used up. Give the answer now.');
    const tool = tools.find((t) => t.name.toLowerCase() === use.name.toLowerCase());
    if (tool === undefined) return failed('There is no tool of that name.');
    return await tool.run(use.input, views);
  };
  return {
    wire: tools.map((tool) => tool.wire),
    get calls() {
      return calls;
    },
    run: async (use) => {
      const { text, isError } = await answerTo(use);
      bytes += Buffer.byteLength(text);
      // Errors may name files, and a file name is foreign text too.
      const content = fence.wrap(isError ? 'tool_error' : 'tool', text);
      return { type: 'tool_result', tool_use_id: use.id, content, is_error: isError };
    },
  };
}
