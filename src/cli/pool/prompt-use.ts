import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const maxPrompts = 1000;

/** Which system prompts come again, by the keys of their setups. */
export class PromptUse {
  readonly #times: LRUCache<string, number>;

  /** What was not asked for within `memoryMs` counts as new. */
  constructor(memoryMs: number, now: () => number) {
    this.#times = new LRUCache({ max: maxPrompts, ttl: Math.max(1, memoryMs), ttlResolution: 0, perf: { now } });
  }

  note(key: string): void {
    const hash = hashOf(key);
    this.#times.set(hash, (this.#times.get(hash) ?? 0) + 1);
  }

  /** Whether it came more than once. */
  isRepeated(key: string): boolean {
    return (this.#times.get(hashOf(key)) ?? 0) > 1;
  }
}

/** Prompts may be long. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
