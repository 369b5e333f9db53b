import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_POOL, ProcessPool } from '../../../src/explorer/pool/process-pool.ts';
import type { ExplorationContext, FileTask } from '../../../src/explorer/task.ts';

const pools: ProcessPool[] = [];

function poolOf(over: Partial<typeof DEFAULT_POOL> = {}): ProcessPool {
  const pool = new ProcessPool({ ...DEFAULT_POOL, ...over });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => await pool.close()));
});

const context: ExplorationContext = {
  language: 'en',
  rule: { facts: { database: 'unknown' }, changed: [] },
};

const POD = `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api
      image: shop/api:latest
`;

function task(path: string, ruleIds: string[], head = POD): FileTask {
  return {
    file: {
      path,
      previousPath: null,
      status: 'added',
      base: null,
      head,
      hunks: [{ baseStart: 1, baseLines: 0, headStart: 1, headLines: 7 }],
    },
    ruleIds,
  };
}

const hostile = {
  entry: new URL('../../support/hostile-child.ts', import.meta.url),
  size: 1,
  maxRssBytes: 200 * 1024 * 1024,
};

describe('ProcessPool', () => {
  it('runs real rules in a child', async () => {
    const result = await poolOf().analyzeFile(
      task('deploy/pod.yaml', ['kubernetes/latest-image-tag']),
      context,
    );

    expect(result.drafts.map((d) => d.rule)).toEqual(['kubernetes/latest-image-tag']);
  });

  it('answers many tasks, each with its own result', async () => {
    const pool = poolOf();
    const paths = Array.from({ length: 40 }, (_, n) => `deploy/d${n}.yaml`);
    const results = await Promise.all(
      paths.map(
        async (path) =>
          await pool.analyzeFile(task(path, ['kubernetes/latest-image-tag']), context),
      ),
    );

    expect(results.map((r) => r.drafts[0]?.places[0]?.path)).toEqual(paths);
  });

  it.each([
    { path: 'hang', deadlineMs: 400, reason: /longer than 0\.4 s/u },
    { path: 'die', deadlineMs: 20_000, reason: /ended \(exit 3\)/u },
    { path: 'eat', deadlineMs: 20_000, reason: /more than 200 MB/u },
  ])(
    '$path: the guilty rule is named, the others finish, the next file is served',
    async ({ path, deadlineMs, reason }) => {
      const pool = poolOf({ ...hostile, taskDeadlineMs: deadlineMs });
      const result = await pool.analyzeFile(task(path, ['code/good', 'code/bad']), context);
      const next = await pool.analyzeFile(task('fine', ['code/good']), context);

      expect(result.failures).toEqual([
        { rule: 'code/bad', path, reason: expect.stringMatching(reason) as string },
      ]);
      expect(result.facts.map((f) => f.ruleId)).toEqual(['code/good']);
      expect(next.failures).toEqual([]);
    },
  );

  it('gives a file up after three killed children', async () => {
    const rules = ['code/bad', 'code/bad', 'code/bad', 'code/good'];
    const result = await poolOf(hostile).analyzeFile(task('die', rules), context);

    expect(result.failures).toHaveLength(4);
  });

  it('says that the analysis cannot start instead of trying for ever', async () => {
    const pool = poolOf({ size: 1, entry: new URL('file:///no/such/child.ts') });
    const run = pool.analyzeFile(task('fine', ['code/good']), context);

    await expect(run).rejects.toMatchObject({ code: 'worker.failed' });
  });

  it('hands no environment to its children', async () => {
    const { facts } = await poolOf(hostile).analyzeFile(task('fine', ['code/good']), context);
    const names = (facts[0]!.collected as unknown as { env: string[] }).env;

    expect(names.filter((name) => !name.startsWith('NODE_'))).toEqual([]);
  });

  it('rejects what waits when it is closed', async () => {
    const pool = poolOf(hostile);
    const running = pool.analyzeFile(task('hang', ['code/bad']), context);
    const waiting = pool.analyzeFile(task('fine', ['code/good']), context);
    const outcomes = Promise.allSettled([running, waiting]);
    await pool.close();

    expect((await outcomes).map((o) => o.status)).toEqual(['rejected', 'rejected']);
  });
});
