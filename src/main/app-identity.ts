import { z } from 'zod';
import type { GitHubApp } from '../adapters/github/app.ts';
import type { Identity } from '../adapters/github/identity.ts';
import { parseAnswer } from '../adapters/github/parse-answer.ts';

const App = z.object({ slug: z.string() });

/** Asks GitHub once who the app is: its comments are known by its slug. A failed answer is not kept. */
export function identityReader(app: GitHubApp): () => Promise<Identity> {
  let known: Promise<Identity> | null = null;
  return async () => {
    known ??= readIdentity(app).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return await known;
  };
}

async function readIdentity(app: GitHubApp): Promise<Identity> {
  const { data } = await app.appClient().request('GET /app');
  return { kind: 'app', appId: app.appId, slug: parseAnswer(App, data, 'the app').slug };
}
