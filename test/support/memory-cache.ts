import type { CachePolicy } from '../../src/core/cache.ts';
import type { ExchangeCache } from '../../src/exchange/caching.ts';
import type { CachedAnswer, CachedAnswerStore } from '../../src/feature/response-cache/cached-answer-store.ts';
import { ResponseCache } from '../../src/feature/response-cache/response-cache.ts';
import { memoryLog } from './memory-log.ts';

interface MemoryCacheChanges extends Partial<CachePolicy> {
  store?: CachedAnswerStore;
  now?: () => number;
}

/** A response cache that ends with the test; off unless it has a time to keep answers for. */
export function memoryCache({
  ttlMs = 0,
  tools = false,
  store = memoryAnswers(),
  now = Date.now,
}: MemoryCacheChanges = {}): ExchangeCache {
  const answers = new ResponseCache({ store, maxBytes: 1024 ** 2, log: memoryLog(), now });
  return { answers, policyOf: () => ({ ttlMs, tools }), setup: 'test' };
}

function memoryAnswers(): CachedAnswerStore {
  const kept = new Map<string, CachedAnswer>();
  return {
    save(answer) {
      kept.set(answer.key, answer);
      return Promise.resolve();
    },
    find: (key) => Promise.resolve(kept.get(key)),
    size: () =>
      Promise.resolve({
        entries: kept.size,
        bytes: [...kept.values()].reduce((sum, { events }) => sum + events.length, 0),
      }),
    deleteUntil() {
      kept.clear();
      return Promise.resolve(false);
    },
  };
}
