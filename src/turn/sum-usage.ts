import type { Usage } from '../core/turn-event.ts';

/** What several tries, or several parts, of one answer have cost. */
export function sumUsage(a: Usage | undefined, b: Usage): Usage {
  if (a === undefined) return b;
  const hourCacheCreationTokens = (a.hourCacheCreationTokens ?? 0) + (b.hourCacheCreationTokens ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheCreationTokens: a.cacheCreationTokens + b.cacheCreationTokens,
    ...(hourCacheCreationTokens > 0 && { hourCacheCreationTokens }),
    outputTokens: a.outputTokens + b.outputTokens,
    thinkingTokens: a.thinkingTokens + b.thinkingTokens,
  };
}
