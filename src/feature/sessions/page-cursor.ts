import { HarnessError } from '../../core/errors.ts';
import { isObject } from '../../core/is-object.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Page, PageQuery } from '../../core/sessions.ts';

/** Where an entry stands among others: by the first part, then by the second one. */
export type Place = readonly [number, number | string];

export type Order = PageQuery['order'];

/** Up to `limit` entries, in that order, from behind a place on; from the first one where there is no place. */
export type ReadEntries<T> = (from: Place | undefined, order: Order, limit: number) => Promise<readonly T[]>;

interface Cursor {
  towards: 'next' | 'previous';
  place: Place;
}

/**
 * A page and the cursors of its neighbours. A cursor names the place of an entry, so that what is added meanwhile moves
 * nothing from one page to another. Throws `INVALID_REQUEST` when `page` is none of them.
 */
export async function readPage<T>(
  { limit, page, order }: Pick<PageQuery, 'limit' | 'page' | 'order'>,
  read: ReadEntries<T>,
  placeOf: (entry: T) => Place,
): Promise<Page<T>> {
  const cursor = page === undefined ? undefined : parseCursor(page);
  const isBackwards = cursor?.towards === 'previous';
  const found = await read(cursor?.place, isBackwards ? reverse(order) : order, limit + 1);
  const data = isBackwards ? found.slice(0, limit).reverse() : found.slice(0, limit);
  const [first, last] = [data.at(0), data.at(-1)];
  if (first === undefined || last === undefined) return { data };

  const hasMore = found.length > limit;
  const isThere = async (from: Place, towards: Order) => (await read(from, towards, 1)).length > 0;
  const hasNext = isBackwards ? await isThere(placeOf(last), order) : hasMore;
  const hasPrevious = isBackwards ? hasMore : cursor !== undefined && (await isThere(placeOf(first), reverse(order)));
  return {
    data,
    ...(hasNext && { next: formatCursor({ towards: 'next', place: placeOf(last) }) }),
    ...(hasPrevious && { previous: formatCursor({ towards: 'previous', place: placeOf(first) }) }),
  };
}

/** For sorting: as they come in that order. */
export function comparePlaces(one: Place, other: Place, order: Order): number {
  const parts = one.map((part, index) => [part, other[index] ?? part] as const);
  const differing = parts.find(([a, b]) => a !== b);
  if (differing === undefined) return 0;
  return differing[0] < differing[1] === (order === 'asc') ? -1 : 1;
}

function reverse(order: Order): Order {
  return order === 'asc' ? 'desc' : 'asc';
}

function formatCursor({ towards, place }: Cursor): string {
  return Buffer.from(JSON.stringify({ towards, place })).toString('base64url');
}

function parseCursor(text: string): Cursor {
  const value = parseJson(Buffer.from(text, 'base64url').toString());
  if (isObject(value) && isTowards(value['towards']) && isPlace(value['place'])) {
    return { towards: value['towards'], place: value['place'] };
  }
  const message = 'page is not a cursor that this list has given; leave it out to begin with the first page.';
  throw new HarnessError('INVALID_REQUEST', message, { param: 'page' });
}

function isTowards(value: unknown): value is Cursor['towards'] {
  return value === 'next' || value === 'previous';
}

function isPlace(value: unknown): value is Place {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [first, second] = value as unknown[];
  return Number.isSafeInteger(first) && (typeof second === 'string' || Number.isSafeInteger(second));
}
