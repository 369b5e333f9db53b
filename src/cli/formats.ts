import type { FileOutput } from '../adapters/files/files-publisher.ts';
import { OpsError } from '../domain/ops-error.ts';
import { type Format, FORMATS } from '../publish/render/index.ts';

/**
 * Pairs the n-th `--format` with the n-th `--output`. At most one format may go to standard output: two
 * documents in one stream are of no use to anybody. Throws `usage`.
 */
export function pairFormats(
  formats: readonly string[],
  outputs: readonly string[],
): readonly FileOutput[] {
  const named = formats.length === 0 ? ['terminal'] : formats;
  if (outputs.length > named.length)
    throw new OpsError('usage', 'There are more --output files than formats.', {
      remedy: 'Name a --format before each --output.',
    });
  const targets = named.map((name, index) => ({
    format: formatOf(name),
    output: outputs[index] === undefined || outputs[index] === '-' ? null : outputs[index],
  }));
  const toStdout = targets.filter(({ output }) => output === null).length;
  if (toStdout > 1)
    throw new OpsError('usage', `${toStdout} formats cannot share standard output.`, {
      remedy: 'Give all but the last one an --output FILE, in the same order.',
    });
  return targets;
}

function formatOf(name: string): Format {
  const format = FORMATS.find((known) => known === name);
  if (format !== undefined) return format;
  throw new OpsError('usage', `${name} is no format.`, {
    remedy: `Choose one of ${FORMATS.join(', ')}.`,
  });
}
