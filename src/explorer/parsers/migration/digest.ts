import { createHash } from 'node:crypto';

/** The same for two texts that differ in comments and white space only. */
export function digestOf(statements: readonly string[]): string {
  const squashed = statements
    .map((statement) => statement.replaceAll(/\s+/gu, ' ').trim())
    .join(';');
  return createHash('sha256').update(squashed).digest('hex').slice(0, 16);
}

/** The same for code that differs in comments on their own lines, layout, quotes and trailing commas only. */
export function digestOfCode(code: string): string {
  const bare = code
    .replaceAll(/^[ \t]*(?:#|\/\/|\/?\*).*$/gmu, '')
    .replaceAll(/['`]/gu, '"')
    .replaceAll(/\s+|;/gu, '')
    .replaceAll(/,(?=[)\]}])/gu, '');
  return digestOf([bare]);
}
