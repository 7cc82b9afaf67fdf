import type { CacheFields } from '../../core/cache.ts';

/** What a request wants of the cache, whichever way it says so. */
export interface CacheControls {
  /** How old an answer may be, in ms; 0 asks the model anew. */
  maxAgeMs: number;
  /** How long the answer may be given again, in ms. */
  ttlMs: number;
  /** Neither given from the cache nor kept in it. */
  noStore: boolean;
  /** The model is not asked. */
  onlyIfCached: boolean;
  namespace: string | undefined;
}

/** Reads the header `Cache-Control` (RFC 9111) and the body's field; where both say something, the stricter holds. */
export function readControls(header: string | undefined, fields: CacheFields = {}): CacheControls {
  const directives = readDirectives(header);
  const isAskedAnew = directives.has('no-cache') || fields['no-cache'] === true;
  return {
    maxAgeMs: isAskedAnew ? 0 : Math.min(maxAgeOf(directives), secondsToMs(fields['s-maxage'])),
    ttlMs: secondsToMs(fields.ttl),
    noStore: directives.has('no-store') || fields['no-store'] === true,
    onlyIfCached: directives.has('only-if-cached'),
    namespace: fields.namespace ?? undefined,
  };
}

/** Those that are not known here have no effect, as RFC 9111 has it. */
function readDirectives(header = ''): ReadonlyMap<string, string> {
  const directives = header.split(',').map((directive) => {
    const [name = '', value = ''] = directive.split('=');
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')] as const;
  });
  return new Map(directives);
}

/** An age that can't be read allows none. */
function maxAgeOf(directives: ReadonlyMap<string, string>): number {
  const value = directives.get('max-age');
  if (value === undefined) return Infinity;
  return /^\d+$/.test(value) ? secondsToMs(Number(value)) : 0;
}

function secondsToMs(seconds: number | null | undefined): number {
  return seconds == null ? Infinity : seconds * 1000;
}
