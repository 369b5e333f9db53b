import { z } from 'zod';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: string };

/** More would not help the model and cost tokens. */
const MAX_PROBLEM_CHARS = 2_000;

/** Reads a reply as JSON of one shape. Never throws; problems are worded for the one who has to mend them. */
export function parseReply<T>(schema: z.ZodType<T>, text: string): Parsed<T> {
  const json = parseJson(text);
  if (json === undefined) return { ok: false, problems: 'The answer is not one JSON object.' };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: z.prettifyError(parsed.error).slice(0, MAX_PROBLEM_CHARS) };
}

/** Without a schema on the wire, models like to put a fence or a sentence around their JSON. */
function parseJson(text: string): unknown {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start === -1 || end < start) return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}
