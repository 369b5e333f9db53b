import type { z } from 'zod';
import { OpsError } from '../../domain/ops-error.ts';

/** Validates what came over the wire. Throws `OpsError` (`github.unavailable`): a proxy's page, not GitHub's. */
export function parseAnswer<T extends z.ZodType>(
  schema: T,
  data: unknown,
  what: string,
): z.infer<T> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
  throw new OpsError(
    'github.unavailable',
    `GitHub's answer for ${what} has another shape${where}`,
    {
      remedy: 'Check that GITHUB_API_URL is the address of a GitHub API.',
    },
  );
}
