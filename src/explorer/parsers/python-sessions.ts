import { type CallsOfFile, type CodeCall, nodesOfKind } from './code-calls.ts';

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'request'];

/**
 * Calls on `requests` sessions of the file. A session with a mounted adapter or a replaced `request` may set
 * the timeout there, so it is left out.
 */
export function pythonSessionCalls(calls: CallsOfFile): CodeCall[] {
  const sessions = sessionNames(calls);
  if (sessions.size === 0) return [];
  for (const call of calls.named('mount')) sessions.delete(call.receiver);
  for (const assignment of nodesOfKind(calls.root, ['assignment'])) {
    const left = assignment.field('left')?.text() ?? '';
    if (left.endsWith('.request')) sessions.delete(left.slice(0, -'.request'.length));
  }
  return calls.named(...VERBS).filter((call) => sessions.has(call.receiver));
}

function sessionNames(calls: CallsOfFile): Set<string> {
  const names = new Set<string>();
  for (const call of calls.named('Session', 'session')) {
    if (!/^requests\.[Ss]ession$/u.test(call.callee)) continue;
    const holder = call.node.parent();
    if (holder?.kind() === 'assignment') names.add(holder.field('left')?.text() ?? '');
    if (holder?.kind() === 'as_pattern') names.add(holder.field('alias')?.text() ?? '');
  }
  return names;
}
