import { z } from 'zod';
import type { JobRequest, RepositoryRef } from '../jobs/job.ts';

/** Only the fields that are used, and lenient about everything else: the data is GitHub's. */
const Id = z.int().positive();

export const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u);

export const Login = z.string().min(1).max(100);

/** The part that every event shares. Without an installation the event was not sent to an app. */
export const Origin = z.object({
  repository: z.object({
    id: Id,
    name: z.string().min(1).max(200),
    owner: z.object({ login: Login }),
  }),
  installation: z.object({ id: Id }).optional(),
});

/** `deliveredTo` is our app. */
export interface HandlerContext {
  readonly appId: number;
}

/** A logged no-op, with the reason. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

/**
 * Decides whether an event asks for work, never what the work is. Pure. Throws a `ZodError` when a field that is
 * used does not have the documented shape.
 */
export type Handler = (payload: unknown, context: HandlerContext) => JobRequest | Ignored;

export function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

const Action = z.object({ action: z.string().regex(/^[a-z_]{1,60}$/u) });

/** The action of an event; null when it has none, or none that could be GitHub's. */
export function actionOf(payload: unknown): string | null {
  const parsed = Action.safeParse(payload);
  return parsed.success ? parsed.data.action : null;
}

/** Null when the event came from a webhook of the repository, not to an installation of the app. */
export function repositoryOf(origin: z.infer<typeof Origin>): RepositoryRef | null {
  if (origin.installation === undefined) return null;
  return {
    installationId: origin.installation.id,
    repositoryId: origin.repository.id,
    owner: origin.repository.owner.login,
    name: origin.repository.name,
  };
}

export const NO_INSTALLATION = ignored('not sent to an installation of the app');
