import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FilesPublisher, type FileOutput } from '../../../src/adapters/files/files-publisher.ts';
import { isOpsError } from '../../../src/domain/ops-error.ts';
import { sample } from '../../support/sample-reviews.ts';

describe('FilesPublisher', () => {
  let folder = '';
  let written: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ops-files-'));
    written = [];
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function publisher(outputs: readonly FileOutput[], phases: string[] = []): FilesPublisher {
    return new FilesPublisher({
      outputs,
      render: { terminal: { colors: picocolors.createColors(false), width: 80 }, links: null },
      write: (text) => {
        written.push(text);
        return Promise.resolve();
      },
      onProgress: (phase) => phases.push(phase),
    });
  }

  it('writes each format to its place', async () => {
    const json = join(folder, 'review.json');
    const review = sample('blocked', 'en');

    const outcome = await publisher([
      { format: 'terminal', output: null },
      { format: 'json', output: json },
    ]).publish(review);

    expect(outcome).toEqual({ kind: 'published' });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^Blocked — 2/u);
    expect(JSON.parse(await readFile(json, 'utf8'))).toEqual(review.report);
  });

  it('says which file cannot be written', async () => {
    const path = join(folder, 'missing', 'review.md');
    const failure = await publisher([{ format: 'markdown', output: path }])
      .publish(sample('ready', 'en'))
      .catch((error: unknown) => error);

    expect(isOpsError(failure, 'usage')).toBe(true);
    expect(isOpsError(failure) ? failure.explain() : '').toContain(
      `${path}: cannot write the review: ENOENT`,
    );
  });

  it('passes the phases on', async () => {
    const phases: string[] = [];
    const target = publisher([], phases);

    await target.progress('reading');
    await target.progress('rules');

    expect(phases).toEqual(['reading', 'rules']);
  });
});
