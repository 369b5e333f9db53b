import { InlineAnalyzer } from '../inline-analyzer.ts';
import { registry } from '../registry.ts';
import type { Rule } from '../rule.ts';
import type { ExplorationContext } from '../task.ts';
import type { FromChild, ToChild } from './messages.ts';

/**
 * Entry of a child process. It gets texts and answers with findings; it has no environment, no credentials
 * and no reason to open a file or a socket. The parent kills it when it takes too long or too much memory.
 */

const entries = new Map(registry.map((entry) => [entry.id, entry]));
const rules = new Map<string, Promise<Rule>>();
const contexts = new Map<number, ExplorationContext>();

let asked = false;

const analyzer = new InlineAnalyzer(loadRule);

function loadRule(id: string): Promise<Rule> {
  let rule = rules.get(id);
  if (rule === undefined) {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`no rule is called ${id}`);
    rule = entry.load().then((module) => module.default);
    rules.set(id, rule);
  }
  return rule;
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'context') contexts.set(message.key, message.context);
  else if (message.kind === 'release') contexts.delete(message.key);
  else {
    asked = true;
    void answer(message);
  }
});
process.on('disconnect', () => process.exit(0));
send({ kind: 'ready' });

async function answer(message: Extract<ToChild, { id: number }>): Promise<void> {
  send(await resultOf(message));
}

async function resultOf(message: Extract<ToChild, { id: number }>): Promise<FromChild> {
  try {
    const context = contexts.get(message.key);
    if (context === undefined) throw new Error('the exploration is not known here');
    const result =
      message.kind === 'file'
        ? await analyzer.analyzeFile(message.task, context)
        : await analyzer.decide(message.task, context);
    return { kind: 'result', id: message.id, result };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { kind: 'broken', id: message.id, message: text };
  }
}

function send(message: FromChild): void {
  process.send?.(message);
}

/**
 * Loads rules while the parent still reads the change, one at a time, until the first task says which ones
 * are really needed.
 */
async function loadAhead(): Promise<void> {
  for (const { id } of registry) {
    if (asked) return;
    // A rule that cannot be loaded is told by the task that needs it; here it must not end the process.
    await loadRule(id).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

void loadAhead();
