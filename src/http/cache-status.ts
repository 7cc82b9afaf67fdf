import type { CacheOutcome } from '../core/cache.ts';

const name = 'claude-harness';

/** The headers that say what the cache did (RFC 9211), and how old an answer is that it gave (RFC 9111), in seconds. */
export function cacheHeaders(outcome: CacheOutcome): Record<string, string> {
  if (outcome.kind !== 'hit') return { 'cache-status': `${name}; ${forwarded(outcome)}` };
  return {
    'cache-status': `${name}; hit; ttl=${Math.ceil(outcome.ttlMs / 1000)}`,
    age: String(Math.floor(outcome.ageMs / 1000)),
  };
}

function forwarded(outcome: Exclude<CacheOutcome, { kind: 'hit' }>): string {
  switch (outcome.kind) {
    case 'joined':
      return 'fwd=miss; collapsed';
    case 'miss':
      return `fwd=${outcome.why}${outcome.isStored ? '; stored' : ''}`;
    case 'bypass':
      return 'fwd=bypass';
  }
}
