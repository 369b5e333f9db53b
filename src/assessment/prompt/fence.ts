import { createHmac } from 'node:crypto';

/**
 * Foreign text stands between two marks that hold a word which its author cannot know, so it cannot end the
 * data and go on as if it were us.
 */
export interface Fence {
  /** The word; the first block of a conversation names it. */
  readonly tag: string;
  /** `kind` and `attributes` are ours; `content` may be anybody's. */
  wrap(kind: string, content: string, attributes?: Readonly<Record<string, string>>): string;
}

/** `key` is secret and random in production, fixed in tests: the same key and head give the same tag. */
export function fenceFor(key: string, headSha: string): Fence {
  const tag = `ops-${createHmac('sha256', key).update(headSha).digest('hex').slice(0, 16)}`;
  const clean = (text: string): string => text.replaceAll(tag, '[tag]');
  return {
    tag,
    wrap: (kind, content, attributes = {}) => {
      const marks = Object.entries(attributes)
        .map(([name, value]) => ` ${name}=${JSON.stringify(clean(value))}`)
        .join('');
      return `<${tag} kind="${kind}"${marks}>\n${clean(content)}\n</${tag}>`;
    },
  };
}
