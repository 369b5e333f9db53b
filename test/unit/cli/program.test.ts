import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { Report } from '../../../src/domain/report.ts';
import { createGitRepository, type GitRepository } from '../../support/git-repository.ts';

const SAFE = { 'README.md': 'The shop.\n' };
const COMPOSE = { 'docker-compose.yml': 'services:\n  db:\n    image: postgres:16.4\n' };
const DROP = { 'migrations/2_drop.sql': 'DROP TABLE users;\n' };

let repository: GitRepository;
let folder: string;

beforeAll(() => {
  repository = createGitRepository();
  repository.commit({ ...SAFE, ...COMPOSE }, 'base');
  repository.git('checkout', '--quiet', '-b', 'safe');
  repository.commit({ 'README.md': 'The shop, better.\n' });
  repository.git('checkout', '--quiet', '-b', 'drop', 'main');
  repository.commit(DROP);
  repository.git('checkout', '--quiet', '-b', 'broken', 'main');
  repository.commit({ 'deploy/app.yaml': 'kind: [Deployment\n' });
  repository.git('checkout', '--quiet', '-b', 'no-gate', 'main');
  repository.commit({ ...DROP, '.github/ops.yml': 'block_on: never\n' });
  folder = mkdtempSync(join(tmpdir(), 'ops-cli-'));
});

afterAll(() => {
  repository.remove();
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function ops(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    env: { PATH: process.env['PATH'], ...env },
    workingDirectory: repository.directory,
    stdout: {
      write: (text, done) => {
        out += text;
        done?.();
      },
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
  });
  return { code, out, err };
}

describe('ops review', () => {
  it.each([
    { head: 'safe', code: 0, says: 'Ready' },
    { head: 'drop', code: 1, says: 'DROP TABLE users' },
    { head: 'broken', code: 2, says: 'deploy/app.yaml' },
    { head: 'no-gate', code: 1, says: 'DROP TABLE users' },
  ])('$head ends with $code', async ({ head, code, says }) => {
    const ran = await ops(['review', '--base', 'main', '--head', head]);

    expect(ran.code).toBe(code);
    expect(ran.out).toContain(says);
  });

  it('prints exactly the published record as JSON, twice the same bytes', async () => {
    const args = ['review', '--base', 'main', '--head', 'drop', '--format', 'json', '--quiet'];
    const [first, second] = [await ops(args), await ops(args)];

    expect(first.out).toBe(second.out);
    expect(Report.parse(JSON.parse(first.out)).verdict).toBe('blocked');
    expect(first.err).toBe('');
  });

  it('writes several formats at once', async () => {
    const sarif = join(folder, 'a.sarif');
    const args = ['review', '--base', 'main', '--head', 'drop'];
    const ran = await ops([...args, '--format', 'sarif', '--output', sarif, '--format', 'yaml']);

    expect(JSON.parse(readFileSync(sarif, 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(ran.out).toContain('production_concern:');
  });

  it('speaks Vietnamese when asked to', async () => {
    const ran = await ops(['review', '--base', 'main', '--head', 'drop', '--lang', 'vi']);

    expect(ran.out).toContain('Nếu deploy ngày mai');
  });

  it('takes --config and --tier over the base', async () => {
    const config = join(folder, 'observe.yml');
    writeFileSync(config, 'block_on: never\n');
    const args = ['review', '--base', 'main', '--head', 'drop'];

    expect((await ops([...args, '--config', config])).code).toBe(0);
  });

  it.each([
    { name: 'an unknown revision', args: ['--base', 'nope'], says: 'nope does not exist' },
    { name: 'no repository', args: ['--repo', '/'], says: 'not a git repository' },
    {
      name: 'two formats for one stream',
      args: ['--format', 'json', '--format', 'yaml'],
      says: 'share',
    },
    { name: 'an unknown option', args: ['--frmat', 'json'], says: 'unknown option' },
    { name: 'an unknown language', args: ['--lang', 'fr'], says: 'Allowed choices' },
    { name: '--post without --pr', args: ['--post'], says: '--pr' },
    { name: '--pr without a token', args: ['--pr', 'a/b#1'], says: 'GITHUB_TOKEN' },
    { name: '--pr that names none', args: ['--pr', 'a/b'], says: 'OWNER/REPO#NUMBER' },
    { name: 'an invalid --config', args: ['--config', 'README.md'], says: 'README.md:1' },
    { name: 'a folder as output', args: ['--output', '/'], says: 'cannot write' },
  ])('$name ends with 64 and a remedy', async ({ args, says }) => {
    const ran = await ops(
      ['review', '--head', 'safe', ...args].filter(
        (a, i, all) => !(all.includes('--pr') && (a === '--head' || all[i - 1] === '--head')),
      ),
    );

    expect(ran.code).toBe(64);
    expect(ran.err).toContain(says);
  });
});

describe('a model that cannot be used', () => {
  let silent: Server;

  beforeAll(async () => {
    silent = createServer(() => {});
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  });

  afterEach(() => silent.closeAllConnections());
  afterAll(() => silent.close());

  const args = ['review', '--base', 'main', '--head', 'safe', '--format', 'json', '--quiet'];

  it('unreachable: not assessed, exit 2', async () => {
    const ran = await ops(args, {
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    });

    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.out)).toMatchObject({
      verdict: 'not_assessed',
      agent: { status: 'unavailable' },
    });
  });

  it('silent: the deadline cuts it, exit 2', async () => {
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const ran = await ops(args, {
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
      OPS_DEADLINE_S: '3',
    });

    expect(ran.code).toBe(2);
    expect(JSON.parse(ran.out)).toMatchObject({ agent: { status: 'deadline' } });
  });

  it('no key: rules only, said, conclusive', async () => {
    const ran = await ops(args);

    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ verdict: 'ready', agent: { status: 'skipped' } });
  });
});

describe('the other commands', () => {
  it('ops scan reads files as if they were new', async () => {
    repository.git('checkout', '--quiet', 'drop');
    const ran = await ops(['scan', 'migrations', 'docker-compose.yml']);

    expect(ran.code).toBe(1);
    expect(ran.out).toContain('migrations/2_drop.sql');
  });

  it('ops scan names a path that is not there', async () => {
    expect(await ops(['scan', 'nowhere'])).toMatchObject({ code: 64 });
  });

  it('ops rules lists and explains', async () => {
    const listed = JSON.parse((await ops(['rules', '--format', 'json'])).out) as object[];
    const explained = await ops(['rules', 'migration/drop-table', '--lang', 'vi']);

    expect(listed.length).toBeGreaterThanOrEqual(14);
    expect(explained.out).toContain('data_loss');
    expect(await ops(['rules', 'no/such-rule'])).toMatchObject({ code: 64 });
    expect(await ops(['rules', '--family', 'nothing'])).toMatchObject({ code: 64 });
  });

  it.each([
    { name: 'a valid configuration', file: 'ok.yml', text: 'tier: startup\n', code: 0 },
    { name: 'an invalid one', file: 'bad.yml', text: '\nteir: startup\n', code: 1 },
  ])('ops config check: $name', async ({ file, text, code }) => {
    const path = join(folder, file);
    writeFileSync(path, text);
    const ran = await ops(['config', 'check', path]);

    expect(ran.code).toBe(code);
    expect(`${ran.out}${ran.err}`).toContain(code === 0 ? 'valid' : `${path}:2: unknown key teir`);
  });

  it('ops agent check understands the shipped agents and refuses a broken one', async () => {
    const shipped = new URL('../../../agents/production-readiness.vi.md', import.meta.url).pathname;
    const broken = join(folder, 'agent.md');
    writeFileSync(broken, '---js\nmodule.exports = {}\n---\n');

    expect((await ops(['agent', 'check', shipped])).out).toContain('claude-sonnet-5-5');
    expect(await ops(['agent', 'check', broken])).toMatchObject({ code: 1 });
  });

  it('a reader that has gone is no failure', async () => {
    const cli = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
    const child = spawn(process.execPath, [cli, 'rules'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = await once(child, 'close');

    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('a cassette that is not there is named', async () => {
    const args = ['review', '--base', 'main', '--head', 'safe'];
    const ran = await ops(args, { OPS_MODEL_REPLAY: '/nowhere.json' });

    expect(ran.code).toBe(64);
    expect(ran.err).toContain('/nowhere.json');
  });

  it('ops without anything helps', async () => {
    expect(await ops(['--help'])).toMatchObject({ code: 0 });
    expect(await ops(['nonsense'])).toMatchObject({ code: 64 });
  });
});
