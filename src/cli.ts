#!/usr/bin/env node
import module from 'node:module';
import { compileCacheFolder } from './cli/compile-cache.ts';
import { exitCodes } from './cli/exit-codes.ts';

/** The oldest Node that runs Ops; the same number stands in package.json. */
const OLDEST_NODE = [24, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `ops needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n` +
      'Install it, or add it to a project with `npm install --save-dev node@24`.\n',
  );
  process.exit(exitCodes.usage);
}

// A reader that has seen enough (`| head`) closes the pipe: that is no failure, and the exit code stays the verdict.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout)
      process.stderr.write(`ops: standard output cannot be written: ${error.message}\n`);
    process.exit(exitCodes.notAssessed);
  });

const compileCache = compileCacheFolder(process.env);
if (compileCache !== null) module.enableCompileCache(compileCache);

// Loaded only now: an older Node could not even parse what follows.
const { startPool } = await import('./cli/analysis-pool.ts');
const analyses = process.argv[2] === 'review' || process.argv[2] === 'scan';
const pool = analyses ? startPool(process.env) : undefined;
const { runProgram } = await import('./cli/program.ts');
process.exitCode = await runProgram(
  process.argv.slice(2),
  {
    env: process.env,
    workingDirectory: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
  },
  pool,
);
