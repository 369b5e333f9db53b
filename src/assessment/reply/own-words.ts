import { plainProse } from '../prompt/plain-text.ts';

/** Shorter agreement is ordinary language. */
const WINDOW = 60;

/**
 * Prose of a reply as it may be kept: bounded, in normal form, without secrets, hidden characters, or long
 * passages that the author of the pull request wrote, which would be the author speaking in our name.
 */
export function ownWordsFor(authorText: string): (text: string, max: number) => string {
  const windows = new Set<string>();
  const author = squeeze(plainProse(authorText, 20_000));
  for (let at = 0; at + WINDOW <= author.length; at += 1)
    windows.add(author.slice(at, at + WINDOW));
  return (text, max) => {
    const prose = plainProse(text, max);
    return windows.size === 0 ? prose : withoutCopied(prose, windows);
  };
}

function withoutCopied(prose: string, windows: ReadonlySet<string>): string {
  const flat = squeeze(prose);
  let kept = '';
  let copied = false;
  for (let at = 0; at < flat.length;) {
    if (windows.has(flat.slice(at, at + WINDOW))) {
      let end = at + WINDOW;
      while (end < flat.length && windows.has(flat.slice(end - WINDOW + 1, end + 1))) end += 1;
      kept += '[…]';
      copied = true;
      at = end;
    } else {
      kept += flat[at]!;
      at += 1;
    }
  }
  return copied ? kept : prose;
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}
