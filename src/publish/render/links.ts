import type { Subject } from '../../domain/report.ts';
import type { Side } from '../../domain/vocabulary.ts';

/** Addresses that Ops itself builds: the only links in anything that it writes. */
export interface Links {
  /** Permanent address of lines of a file, at head or at the merge base. */
  blob(path: string, line: number, endLine: number, side: Side): string;
}

/** Longer addresses cost more of a comment than they give. */
const MAX_URL_CHARACTERS = 1_000;

/** Blob pages of one change. `webUrl` is the server, e.g. `https://github.com`, without a slash at its end. */
export function githubLinks(webUrl: string, subject: Subject): Links {
  return {
    blob: (path, line, endLine, side) => {
      const sha = side === 'head' ? subject.head_sha : subject.merge_base_sha;
      const lines = endLine > line ? `#L${line}-L${endLine}` : `#L${line}`;
      // Lone surrogates make encodeURIComponent throw; a path may hold them.
      const encoded = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
      return `${webUrl}/${subject.repo}/blob/${sha}/${encoded}${lines}`;
    },
  };
}

/** The address in a form that cannot end a Markdown link or an attribute; null when it is no web address. */
export function safeUrl(url: string): string | null {
  if (url.length > MAX_URL_CHARACTERS || !/^https?:\/\/[^\s]+$/u.test(url)) return null;
  return url.replaceAll(/[()<>"'`\\[\]|]/gu, (c) => `%${c.charCodeAt(0).toString(16)}`);
}
