import {
  type GitHubApp,
  type TokenScope,
  createGitHubApp,
} from '../../../src/adapters/github/app.ts';
import type { GitHubClient } from '../../../src/adapters/github/client.ts';
import type { FakeGitHub } from '../../support/fake-github/index.ts';

/** The repository that the fake has unless it is told otherwise. */
export const REPOSITORY = { owner: 'acme', repo: 'shop' };

export function appOf(github: FakeGitHub): GitHubApp {
  return createGitHubApp({
    appId: github.app.id,
    privateKey: github.app.privateKey,
    apiUrl: github.url,
    pace: 'none',
    retryBaseMs: 1,
  });
}

/** A client of the installation, without pauses between requests. */
export function clientOf(github: FakeGitHub, scope: TokenScope = {}): GitHubClient {
  return appOf(github).installationClient(github.app.installationId, scope);
}
