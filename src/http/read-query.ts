import type { Request } from 'express';

/** A request's query. Express's simple parser knows no lists: what repeats, or is named `a[]`, is one here. */
export function readQuery({ url }: Pick<Request, 'url'>): Record<string, string | string[]> {
  const start = url.indexOf('?');
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, never>;
  for (const [key, value] of new URLSearchParams(start < 0 ? '' : url.slice(start))) {
    const name = key.replace(/\[\d*\]$/, '');
    const known = query[name];
    if (known === undefined) query[name] = name === key ? value : [value];
    else query[name] = [known, value].flat();
  }
  return query;
}
