import type { Page } from '../../core/sessions.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import type { SimplePageQuery } from './query.ts';

export interface WirePage<Item> {
  data: Item[];
  next_page: string | null;
}

/** A page of a list that is read in both directions. */
export function toWirePage<Item, Wire>(
  { data, next, previous }: Page<Item>,
  toWire: (item: Item) => Wire,
): WirePage<Wire> & { prev_page: string | null } {
  return { data: data.map(toWire), next_page: next ?? null, prev_page: previous ?? null };
}

/** A page of a short list; the next one begins after the id that its `page` is. Throws `INVALID_REQUEST`. */
export function cutPage<Item>(
  items: readonly Item[],
  { limit, page }: SimplePageQuery,
  idOf: (item: Item) => string,
): WirePage<Item> {
  const place = page === undefined ? -1 : items.findIndex((item) => idOf(item) === page);
  if (page !== undefined && place < 0) {
    throw invalidRequest('page', 'Input should be next_page or prev_page of an earlier answer');
  }
  const data = items.slice(place + 1, place + 1 + limit);
  const last = data.at(-1);
  const hasMore = place + 1 + limit < items.length;
  return { data, next_page: hasMore && last !== undefined ? idOf(last) : null };
}
