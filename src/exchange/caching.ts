import type { CachePolicy } from '../core/cache.ts';
import type { TurnRequest } from '../core/endpoint.ts';
import { isObject } from '../core/is-object.ts';
import type { Caller } from '../core/sessions.ts';
import { readControls, type CacheControls } from '../feature/response-cache/cache-controls.ts';
import type { ResponseCache } from '../feature/response-cache/response-cache.ts';
import type { RequestRecord } from './record.ts';

export interface ExchangeCache {
  answers: ResponseCache;
  policyOf: (caller: Caller) => CachePolicy;
  /** The version of the harness, and how it is configured to ask: answers of another setup are not given. */
  setup: string;
}

/** What a request wants of the cache, and may have of it. */
export interface Caching {
  policy: CachePolicy;
  controls: CacheControls;
  /** As the client sent it. */
  body: Readonly<Record<string, unknown>>;
}

interface Sent {
  request: TurnRequest;
  body: unknown;
  record: RequestRecord;
  /** The header. */
  cacheControl: string | undefined;
}

/** What a request says of the cache has no effect where the owner has it off. */
export function cachingOf({ request, body, record, cacheControl }: Sent, cache: ExchangeCache): { caching?: Caching } {
  const policy = cache.policyOf(record.caller);
  if (policy.ttlMs === 0 || !isObject(body)) return {};
  return { caching: { policy, controls: readControls(cacheControl, request.cache ?? {}), body } };
}
