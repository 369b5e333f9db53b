import type { Comment } from './schemas.ts';

/** Who we are on GitHub: an app, or the person or workflow whose token we use. */
export type Identity =
  | { readonly kind: 'app'; readonly appId: number; readonly slug: string }
  | { readonly kind: 'user'; readonly login: string };

/** Logins that end in `[bot]` are reserved for apps, and no two apps share a slug. */
export function isOwnComment(comment: Comment, identity: Identity): boolean {
  const login = comment.user?.login;
  if (identity.kind === 'user') return login === identity.login;
  const via = comment.performed_via_github_app;
  return login === `${identity.slug}[bot]` && (via === null || via.id === identity.appId);
}
