import { expect } from 'vitest';
import type { Page, PageQuery } from '../../../src/core/sessions.ts';

export type ReadPage<T> = (query: Pick<PageQuery, 'limit' | 'page' | 'order'>) => Promise<Page<T>>;

/** All entries, page by page: forwards to the end, then backwards to the start. */
export async function thereAndBack<T>(read: ReadPage<T>, limit: number, order: PageQuery['order']) {
  const forwards: T[] = [];
  let page = await read({ limit, order });
  expect(page.previous).toBeUndefined();
  for (;;) {
    forwards.push(...page.data);
    if (page.next === undefined) break;
    expect(page.data).toHaveLength(limit);
    page = await read({ limit, order, page: page.next });
  }
  const backwards: T[] = [...page.data];
  while (page.previous !== undefined) {
    page = await read({ limit, order, page: page.previous });
    backwards.unshift(...page.data);
  }
  return { forwards, backwards };
}
