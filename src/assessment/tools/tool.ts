import type { z } from 'zod';
import type { AgentTool } from '../../config/agent-tools.ts';
import type { Views } from '../views.ts';

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** A question that the model may ask the two trees. The answer depends on the trees and the input alone. */
export interface Tool<Input = unknown> {
  readonly name: AgentTool;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  run(input: Input, views: Views): Promise<ToolAnswer>;
}

export function answer(text: string): ToolAnswer {
  return { text, isError: false };
}

export function failed(text: string): ToolAnswer {
  return { text, isError: true };
}
