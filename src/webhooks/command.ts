import type { CommandName } from '../jobs/job.ts';

/** A closed grammar: one word, no arguments. Whatever else follows `/ops` is an unknown command. */
const COMMANDS: Readonly<Record<string, CommandName>> = {
  '': 'help',
  help: 'help',
  recheck: 'recheck',
  cancel: 'cancel',
};

const COMMAND_LINE = /^ {0,3}\/ops(?:$|[ \t]+(.*)$)/u;

/**
 * The command that a comment begins with; null when it begins with anything else. Quotes and fenced code are passed
 * over: they repeat what somebody else wrote.
 */
export function parseCommand(body: string): CommandName | null {
  const line = firstOwnLine(body);
  const match = line === null ? null : COMMAND_LINE.exec(line.trimEnd());
  if (match === null) return null;
  const word = match[1] ?? '';
  return Object.hasOwn(COMMANDS, word) ? COMMANDS[word]! : 'unknown';
}

function firstOwnLine(body: string): string | null {
  let fence: string | null = null;
  let inQuote = false;
  for (const line of body.split(/\r\n|\r|\n/u)) {
    const marker = /^ {0,3}(`{3,}|~{3,})/u.exec(line)?.[1] ?? null;
    if (fence !== null) {
      if (closesFence(marker, fence, line)) fence = null;
      continue;
    }
    if (/^\s*$/u.test(line)) {
      inQuote = false;
    } else if (/^ {0,3}>/u.test(line)) {
      inQuote = true;
    } else if (marker !== null) {
      inQuote = false;
      fence = marker;
    } else if (!inQuote) {
      // A line right below a quote still belongs to it, as GitHub renders it.
      return line;
    }
  }
  return null;
}

function closesFence(marker: string | null, fence: string, line: string): boolean {
  return marker !== null && marker.startsWith(fence) && line.trim().length === marker.length;
}
