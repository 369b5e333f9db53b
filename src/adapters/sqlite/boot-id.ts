import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this start of this process: host, process id, and a part that no other start shares. */
export function bootId(): string {
  return `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
}

/**
 * True when the process behind a lease certainly does not run any more. A process id may be in use again, then
 * the lease has to run out; in a container every start has the same id, ours, and so the other one is gone.
 */
export function isGone(
  owner: string,
  mine: string,
  isAlive: (pid: number) => boolean = signalReaches,
): boolean {
  if (owner === mine) return false;
  const [host, pid] = owner.split(':');
  if (host !== mine.split(':')[0]) return false;
  const processId = Number(pid);
  return processId === Number(mine.split(':')[1]) || !isAlive(processId);
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
