import { type Ignored, ignored } from './payload.ts';

/**
 * Installations that come and go, and repositories that are added, renamed or transferred, change no review:
 * open pull requests are found by the reconciler, and everything is keyed by ids that outlive names.
 */
export function onInstallation(): Ignored {
  return ignored('the reconciler follows installations and repositories');
}
