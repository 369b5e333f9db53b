import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/domain/ops-error.ts';
import type { CommandName, CommandRequest } from '../../../src/jobs/job.ts';
import { runCommand } from '../../../src/jobs/run-command.ts';
import { Bench, PULL, sha } from './bench.ts';

const { pull: _, ...REPOSITORY } = PULL;

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => {
  await bench.close();
});

function command(name: CommandName, more: Partial<CommandRequest> = {}): CommandRequest {
  return {
    kind: 'command',
    command: name,
    repository: REPOSITORY,
    pull: 7,
    headSha: null,
    actor: 'alice',
    commentId: 9,
    ...more,
  };
}

const run = async (request: CommandRequest) => await runCommand(request, 'd-1', bench.deps);

describe('commands', () => {
  it.each(['read', 'none'] as const)(
    'an outsider who may %s costs one permission call and a reaction',
    async (permission) => {
      bench.host.permission = permission;

      expect(await run(command('recheck'))).toBe('refused');
      expect(bench.host.calls).toEqual(['readPermission', 'react']);
      expect(bench.host.reactions).toEqual(['confused']);
      expect(await bench.store.ledger.readPull(PULL)).toBeNull();
    },
  );

  it('a recheck by a writer begins a review of the head as GitHub shows it', async () => {
    expect(await run(command('recheck'))).toBe('done');
    expect(bench.host.reactions).toEqual(['eyes']);
    await bench.turn();

    expect(bench.runs[0]!.job).toMatchObject({ headSha: sha('a'), cause: 'recheck' });
  });

  it('a recheck after a finished review makes a new check', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    bench.runs[0]!.finish();
    await bench.turn();
    await run(command('recheck'));
    await bench.turn();

    expect(bench.runs[1]!.job).toMatchObject({ attempt: 1, checkId: 102 });
  });

  it('a re-run of a fork names only the head: the ledger knows the pull request', async () => {
    await bench.want(sha('a'), 10);
    expect(await run(command('recheck', { pull: null, headSha: sha('a'), commentId: null }))).toBe(
      'done',
    );
    expect(bench.host.calls).not.toContain('react');
  });

  it('a head that two pull requests share is not guessed', async () => {
    await bench.want(sha('a'), 10);
    await bench.want(sha('a'), 10, { pull: 8 });
    expect(await run(command('recheck', { pull: null, headSha: sha('a') }))).toBe('no_pull');
  });

  it.each([
    {
      name: 'a closed pull request',
      head: { headSha: sha('a'), open: false, changedAt: 1 },
      outcome: 'closed',
    },
    { name: 'a pull request that is gone', head: null, outcome: 'no_pull' },
  ])('a recheck of $name', async ({ head, outcome }) => {
    bench.host.head = head;
    expect(await run(command('recheck'))).toBe(outcome);
    expect(bench.host.reactions).toEqual(['eyes', 'confused']);
  });

  it('cancel calls the review off; its check ends as cancelled and stays so', async () => {
    await bench.want(sha('a'), 10);
    await bench.turn();
    expect(await run(command('cancel'))).toBe('done');
    await bench.turn(8);

    expect(bench.runs[0]!.run.signal.aborted).toBe(true);
    expect(bench.checkStates).toEqual(['cancelled']);
    expect(bench.host.checks[0]!.reason).toBe('Called off by /ops cancel.');
    expect(bench.runs).toHaveLength(1);
  });

  it('cancel without a review is answered', async () => {
    expect(await run(command('cancel'))).toBe('idle');
  });

  it('help is written', async () => {
    expect(await run(command('help'))).toBe('done');
    expect(bench.host.calls).toContain('replyHelp');
  });

  it('an unknown command is not guessed', async () => {
    expect(await run(command('unknown'))).toBe('unknown_command');
    expect(bench.host.reactions).toEqual(['confused']);
  });

  it('a reaction that GitHub refuses changes nothing', async () => {
    bench.host.failures.set('react', [new OpsError('github.forbidden', 'locked')]);
    expect(await run(command('recheck'))).toBe('done');
  });

  it('a permission that cannot be read is not taken for one', async () => {
    bench.host.failures.set('readPermission', [new OpsError('github.unavailable', 'down')]);
    await expect(run(command('recheck'))).rejects.toMatchObject({ code: 'github.unavailable' });
    expect(await bench.store.ledger.readPull(PULL)).toBeNull();
  });
});
