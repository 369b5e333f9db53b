import type { GitStore } from './git-store.ts';

/** What the fake remembers. Ids grow by one counter, as if the whole of GitHub were this repository. */
export interface FakeState {
  readonly git: GitStore;
  readonly repo: FakeRepo;
  readonly branches: Map<string, string>;
  readonly pulls: Map<number, FakePull>;
  readonly comments: Map<number, FakeComment>;
  readonly checks: Map<number, FakeCheck>;
  readonly reactions: FakeReaction[];
  readonly permissions: Map<string, RepositoryPermission>;
  /** Required check names by branch. */
  readonly protection: Map<string, readonly string[]>;
  readonly tokens: Map<string, FakeToken>;
  nextId(): number;
  now(): Date;
}

export type RepositoryPermission = 'admin' | 'write' | 'read' | 'none';

export interface FakeRepo {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  archived: boolean;
}

export interface FakePull {
  readonly number: number;
  readonly id: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  draft: boolean;
  merged: boolean;
  locked: boolean;
  readonly author: string;
  readonly authorAssociation: string;
  readonly headRef: string;
  headSha: string;
  /** Owner of the fork that the head lies in; null for a branch of the repository itself. */
  readonly fork: string | null;
  baseRef: string;
  /** Tip of the base when the pull request was opened or retargeted: it lags, as on GitHub. */
  baseSha: string;
  updatedAt: Date;
}

export interface FakeComment {
  readonly id: number;
  readonly pull: number;
  readonly login: string;
  readonly byApp: boolean;
  body: string;
  /** How often the body was written, the first time included. */
  writes: number;
}

export interface FakeAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: string;
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
  readonly start_column?: number;
  readonly end_column?: number;
}

export interface FakeCheck {
  readonly id: number;
  name: string;
  readonly headSha: string;
  /** The app that made it; another app's check is put here by `foreignCheck`. */
  readonly appId: number;
  status: string;
  conclusion: string | null;
  externalId: string | null;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: FakeAnnotation[];
  actions: readonly unknown[];
  /** Every state it went through, oldest first: `queued`, `in_progress: title`, `completed: success`. */
  readonly history: string[];
}

export interface FakeReaction {
  readonly id: number;
  readonly comment: number;
  readonly login: string;
  readonly content: string;
}

export interface FakeToken {
  readonly kind: 'installation' | 'user';
  readonly login: string;
  readonly permissions: Readonly<Record<string, string>>;
  revoked: boolean;
}

export interface FakeApp {
  readonly id: number;
  readonly slug: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly installationId: number;
  readonly webhookSecret: string;
  readonly permissions: Readonly<Record<string, string>>;
}

export function botLogin(app: FakeApp): string {
  return `${app.slug}[bot]`;
}
