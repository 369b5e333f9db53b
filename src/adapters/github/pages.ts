import { z } from 'zod';
import type { GitHubClient, RequestParameters } from './client.ts';
import { parseAnswer } from './parse-answer.ts';

/** GitHub's largest page. */
export const PAGE_SIZE = 100;

/** Reads a list page by page until a page is not full, `maxPages` at most. Never follows foreign links. */
export async function* readPages<T extends z.ZodType>(
  client: GitHubClient,
  route: string,
  parameters: RequestParameters,
  item: T,
  maxPages: number,
): AsyncGenerator<readonly z.infer<T>[]> {
  for (let page = 1; page <= maxPages; page += 1) {
    const { data } = await client.request(route, { ...parameters, per_page: PAGE_SIZE, page });
    const items = parseAnswer(z.array(item), data, route);
    yield items;
    if (items.length < PAGE_SIZE) return;
  }
}
