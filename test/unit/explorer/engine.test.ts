import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/domain/configuration.ts';
import type { Exploration } from '../../../src/domain/finding.ts';
import { explore } from '../../../src/explorer/explore.ts';
import { InlineAnalyzer } from '../../../src/explorer/inline-analyzer.ts';
import {
  type ChangeRule,
  defineChangeRule,
  defineFileRule,
  type FileRule,
  type Match,
  type Rule,
} from '../../../src/explorer/rule.ts';
import { ParseFailure } from '../../../src/explorer/source-file.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import {
  type Files,
  memoryChange,
  type MemoryChangeOptions,
  type MemoryFiles,
} from '../../support/memory-change.ts';
import { entryOf } from '../../support/run-rule.ts';

const text = (en: string): { en: string; vi: string } => ({ en, vi: `${en} (vi)` });

const META: Omit<FileRule, 'scope' | 'check'> = {
  id: 'code/todo',
  wave: 1,
  item: 'timeouts',
  group: 'code_quality',
  category: 'technical_debt',
  principle: 'happy_path_is_rare',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: ['Text'],
  files: ['**/*.txt', '**/*.cfg'],
  silentIn: ['test'],
  optOuts: ['lint: ignore'],
  title: text('{name} is left'),
  impact: text('Users wait.'),
  why: text('It blocks.'),
  fix: text('Remove {name}.'),
  later: text('Plan.'),
  references: [],
  examples: { bad: [], good: [] },
};

/** Reports every `BAD name` as a block that reaches to the next blank line. */
const blocks = defineFileRule({
  ...META,
  *check(file) {
    if (file.text.includes('BROKEN')) throw new ParseFailure('line 1 is broken');
    if (file.text.includes('CRASH')) throw new Error('boom');
    for (const [index, line] of file.lines.entries()) {
      const name = /^BAD (\w+)/u.exec(line)?.[1];
      if (name === undefined) continue;
      const end = file.lines.indexOf('', index);
      const endLine = end === -1 ? file.lines.length : end;
      yield {
        line: index + 1,
        span: { line: index + 1, endLine },
        anchor: name,
        values: { name },
      } satisfies Match;
    }
  },
});

/** Reports guards that are gone everywhere. */
const removed = defineChangeRule<string>({
  ...META,
  id: 'safeguard/guard-removed',
  blocks: { category: 'outage_on_deploy', when: text('always') },
  *collect(file) {
    for (const line of file.lines) if (line.startsWith('GUARD ')) yield line;
  },
  *decide({ base, head }) {
    const kept = new Set(head.map(({ fact }) => fact));
    for (const { fact, path } of base)
      if (!kept.has(fact))
        yield { path, side: 'base', line: 1, anchor: fact, blocks: true, values: { name: fact } };
  },
});

async function run(
  options: MemoryChangeOptions,
  rules: readonly (FileRule | ChangeRule<string>)[] = [blocks],
  ignore: string[] = [],
): Promise<Exploration> {
  const all = rules as readonly Rule[];
  const snapshot = await takeSnapshot({
    source: memoryChange(options),
    loadConfig: async () => ({
      kind: 'absent',
      config: { ...DEFAULT_CONFIG, ignore },
      waivers: [],
    }),
  });
  const analyzer = new InlineAnalyzer(async (id) => all.find((rule) => rule.id === id)!);
  return await explore(snapshot, { analyzer, registry: all.map(entryOf), language: 'en' });
}

const anchors = async (base: Files, head: Files, renames: Files = {}): Promise<string[]> =>
  (await run({ base, head, renames })).findings.map((f) => f.anchor);

describe('what head adds', () => {
  it.each<{ name: string; base: Files; head: Files; renames?: Files; found: string[] }>([
    {
      name: 'an added file is new as a whole',
      base: {},
      head: { 'a.txt': 'BAD x\nBAD y\n' },
      found: ['x', 'y'],
    },
    {
      name: 'an unchanged fault in a touched file is old',
      base: { 'a.txt': 'BAD x\n\nz\n' },
      head: { 'a.txt': 'BAD x\n\nzz\n' },
      found: [],
    },
    {
      name: 'a fault that moves down is old',
      base: { 'a.txt': 'BAD x\n' },
      head: { 'a.txt': 'new\n\nBAD x\n' },
      found: [],
    },
    {
      name: 'a fault inside an old block is new when the block is',
      base: { 'a.txt': 'x\n' },
      head: { 'a.txt': 'x\n\nBAD y\n' },
      found: ['y'],
    },
    {
      name: 'an old fault on a re-indented or touched line is old',
      base: { 'a.txt': 'BAD x 1\n' },
      head: { 'a.txt': 'BAD x 2\n' },
      found: [],
    },
    {
      name: 'a second fault of the same anchor is new',
      base: { 'a.txt': 'BAD x\n' },
      head: { 'a.txt': 'BAD x\n\nBAD x\n' },
      found: ['x'],
    },
    {
      name: 'one of two equal faults moved is old',
      base: { 'a.txt': 'BAD x\n\nBAD x\n' },
      head: { 'a.txt': 'BAD x\n\n\n\nBAD x\n' },
      found: [],
    },
    {
      name: 'a renamed file keeps its faults',
      base: { 'a.txt': 'BAD x\n' },
      head: { 'b.txt': 'BAD x\nmore\n' },
      renames: { 'b.txt': 'a.txt' },
      found: [],
    },
    {
      name: 'a removed fault is no finding',
      base: { 'a.txt': 'BAD x\n' },
      head: { 'a.txt': 'good\n' },
      found: [],
    },
    { name: 'a deleted file is no finding', base: { 'a.txt': 'BAD x\n' }, head: {}, found: [] },
    { name: 'a test is silent', base: {}, head: { 'test/a.txt': 'BAD x\n' }, found: [] },
    {
      name: 'a file that leaves the tests is no longer silent',
      base: { 'test/a.txt': 'BAD x\n' },
      head: { 'src/a.txt': 'BAD x\nmore\n' },
      renames: { 'src/a.txt': 'test/a.txt' },
      found: ['x'],
    },
    {
      name: 'a broken base subtracts nothing',
      base: { 'a.txt': 'BROKEN\n' },
      head: { 'a.txt': 'BAD x\n' },
      found: ['x'],
    },
  ])('$name', async ({ base, head, renames, found }) => {
    expect(await anchors(base, head, renames)).toEqual(found);
  });

  it('cites the changed line before the old line that proves it', async () => {
    const { findings } = await run({
      base: { 'a.txt': 'BAD x\nend\n' },
      head: { 'a.txt': 'BAD y\nold\nadded\n' },
    });

    expect(findings[0]?.evidence.map((e) => [e.line, e.quote])).toEqual([[1, 'BAD y']]);
  });

  it('keeps evidence on lines that exist, quoted as they stand', async () => {
    const { findings } = await run({ head: { 'a.txt': 'ok\r\nBAD x\r\n' } });

    expect(findings[0]?.evidence).toEqual([
      { path: 'a.txt', line: 2, end_line: 2, side: 'head', quote: 'BAD x', redacted: false },
    ]);
  });

  it('fills the texts in', async () => {
    const { findings } = await run({ head: { 'a.txt': 'BAD x\n' } });

    expect(findings[0]).toMatchObject({
      title: 'x is left',
      recommendation: 'Remove x.',
      priority: 'medium',
    });
  });
});

describe('what could not be looked at', () => {
  it.each([
    { name: 'a file that does not parse', head: 'BROKEN\n', reason: 'line 1 is broken' },
    { name: 'a rule that throws', head: 'CRASH\n', reason: 'the rule failed: boom' },
  ])('$name is named with rule and path', async ({ head, reason }) => {
    const { failures, findings } = await run({ head: { 'a.txt': head, 'b.txt': 'BAD x\n' } });

    expect(failures).toEqual([{ rule: 'code/todo', path: 'a.txt', reason }]);
    expect(findings.map((f) => f.anchor)).toEqual(['x']);
  });
});

describe('files that nobody could read', () => {
  const large = { notRead: 'too_large', sizeBytes: 2_000_000 } as const;
  const binary = { notRead: 'binary', sizeBytes: 10 } as const;
  const anyFile = defineFileRule({
    ...META,
    id: 'secret/any',
    files: ['**/*'],
    silentIn: [],
    *check() {},
  });

  it.each<{ name: string; base?: MemoryFiles; head: MemoryFiles; gaps: string[] }>([
    { name: 'too large', head: { 'a.cfg': large }, gaps: ['code/todo', 'secret/any'] },
    { name: 'source with a NUL', head: { 'a.cfg': binary }, gaps: ['code/todo'] },
    { name: 'an image', head: { 'a.png': binary }, gaps: [] },
    { name: 'a large lockfile', head: { 'package-lock.json': large }, gaps: [] },
    { name: 'a large ignored file', head: { 'data/a.cfg': large }, gaps: [] },
    { name: 'a large fixture', head: { 'test/a.csv': large }, gaps: [] },
    { name: 'a large file that goes away', base: { 'a.cfg': large }, head: {}, gaps: [] },
    {
      name: 'a file that becomes readable',
      base: { 'a.cfg': large },
      head: { 'a.cfg': 'ok\n' },
      gaps: [],
    },
  ])('$name: $gaps', async ({ base = {}, head, gaps }) => {
    const { failures } = await run(
      { base, head },
      [blocks, { ...anyFile, everywhere: true }],
      ['data/**'],
    );

    expect(failures.map(({ rule }) => rule)).toEqual(gaps);
  });

  it('are not counted as covered', async () => {
    const { filesCovered } = await run({ head: { 'a.cfg': binary, 'b.txt': 'ok\n' } });

    expect(filesCovered).toBe(1);
  });
});

describe('a rule that cannot be loaded', () => {
  it('is a gap of that rule, and the others run', async () => {
    const analyzer = new InlineAnalyzer(async (id) => {
      if (id === 'code/lost') throw new Error('its parser is missing');
      return blocks;
    });
    const snapshot = await takeSnapshot({
      source: memoryChange({ head: { 'a.txt': 'BAD x\n' } }),
      loadConfig: async () => ({ kind: 'absent', config: DEFAULT_CONFIG, waivers: [] }),
    });
    const registry = [entryOf(blocks), { ...entryOf(blocks), id: 'code/lost' }];
    const { findings, failures } = await explore(snapshot, { analyzer, registry, language: 'en' });

    expect(findings.map((f) => f.anchor)).toEqual(['x']);
    expect(failures).toEqual([
      {
        rule: 'code/lost',
        path: 'a.txt',
        reason: 'the rule could not be loaded: its parser is missing',
      },
    ]);
  });
});

describe('change rules', () => {
  it('report what is gone with the base line, and raise it to critical', async () => {
    const { findings } = await run({ base: { 'a.txt': 'GUARD p\n' }, head: { 'a.txt': 'x\n' } }, [
      removed,
    ]);

    expect(findings[0]).toMatchObject({
      blocks: true,
      priority: 'critical',
      category: 'outage_on_deploy',
      evidence: [{ side: 'base', path: 'a.txt', quote: 'GUARD p' }],
    });
  });

  it('see the whole change: a guard that moves to another file stays', async () => {
    const { findings } = await run(
      { base: { 'a.txt': 'GUARD p\n' }, head: { 'a.txt': 'x\n', 'b.txt': 'GUARD p\n' } },
      [removed],
    );

    expect(findings).toEqual([]);
  });

  it('win over another rule that tells of the same item and anchor', async () => {
    const same = defineFileRule({
      ...META,
      id: 'code/guard-missing',
      *check() {
        yield { line: 1, anchor: 'GUARD p', values: { name: 'p' } };
      },
    });
    const { findings } = await run(
      { base: { 'a.txt': 'GUARD p\n', 'c.txt': '\n' }, head: { 'a.txt': 'x\n', 'c.txt': '1\n' } },
      [removed, { ...same, check: same.check }],
    );

    expect(findings.map((f) => f.rule)).toEqual(['safeguard/guard-removed']);
  });
});

describe("other tools' opt-outs", () => {
  it('that stand at the merge base are obeyed and shown', async () => {
    const { findings, optOuts } = await run({
      base: { 'a.txt': '# lint: ignore\nold\n' },
      head: { 'a.txt': '# lint: ignore\nBAD x\n' },
    });

    expect(findings).toEqual([]);
    expect(optOuts).toEqual([
      { rule: 'code/todo', path: 'a.txt', line: 1, comment: '# lint: ignore' },
    ]);
  });

  it('that the change itself adds are listed and obeyed by nobody', async () => {
    const { findings } = await run({ head: { 'a.txt': '# lint: ignore\nBAD x\n' } });

    expect(findings.map((f) => f.opt_out)).toEqual(['# lint: ignore']);
  });
});

describe('a rule definition', () => {
  it.each([
    { name: 'an id without a family', over: { id: 'todo' } },
    { name: 'an empty text', over: { fix: { en: '', vi: 'x' } } },
    { name: 'Vietnamese that is not NFC', over: { fix: { en: 'x', vi: 'sửa'.normalize('NFD') } } },
    { name: 'no files', over: { files: [] } },
  ])('with $name is refused when it is loaded', ({ over }) => {
    expect(() => defineFileRule({ ...META, check: () => [], ...over })).toThrow(/^rule /u);
  });
});
