/**
 * `npm run bench`: the figures of `docs/figures.md`. Prints a table; nothing here is a test, because a
 * machine that is busy would fail it. Run `npm run build` first.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { createChange } from './change.ts';

const RUNS = 9;
const POLL_MS = 5;
const CLI = new URL('../dist/cli.js', import.meta.url).pathname;

/** Watching takes time of its own, so memory is measured in runs that are not timed. */
const MEMORY_RUNS = 3;

const rows: string[][] = [];
for (const files of [1, 20, 300]) {
  const directory = createChange(files);
  try {
    await review(directory);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await timed(directory));
    const peaks: number[] = [];
    for (let run = 0; run < MEMORY_RUNS; run += 1) peaks.push(await peakOf(directory));
    rows.push([
      `ops review --no-agent, ${files} files`,
      `${median(times).toFixed(2)} s`,
      `${median(peaks).toFixed(0)} MB`,
    ]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
rows.push([
  'dist/',
  '',
  `${(sizeOf(new URL('../dist', import.meta.url).pathname) / 1e6).toFixed(1)} MB`,
]);

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${platform()} ${arch()}, Node ${process.version}`,
);
console.log(`median of ${RUNS} runs, warm cache; memory of all processes together\n`);
for (const row of rows)
  console.log(row.map((cell, at) => cell.padEnd(at === 0 ? 36 : 12)).join(''));

async function timed(directory: string): Promise<number> {
  const start = performance.now();
  await review(directory);
  return (performance.now() - start) / 1000;
}

/** Peak of all processes together, megabytes. */
async function peakOf(directory: string): Promise<number> {
  let peak = 0;
  await review(directory, (pid) => {
    peak = Math.max(peak, rssOfTree(pid));
  });
  return peak / 1e6;
}

async function review(directory: string, watch?: (pid: number) => void): Promise<void> {
  const child = spawn(
    process.execPath,
    [CLI, 'review', '--no-agent', '--quiet', '--repo', directory],
    { stdio: 'ignore' },
  );
  const poll = watch === undefined ? null : setInterval(() => watch(child.pid!), POLL_MS);
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  if (poll !== null) clearInterval(poll);
  if (code === null || code > 2) throw new Error(`ops review ended with ${code}`);
}

/** Resident bytes of a process and its children, from /proc; 0 where there is none. */
function rssOfTree(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const own = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
    return children === ''
      ? own
      : children.split(' ').reduce((sum, c) => sum + rssOfTree(Number(c)), own);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
