import ms from 'ms';
import { z } from 'zod';
import type { CachePolicy } from '../../core/cache.ts';
import type { AccessToken } from '../../core/role.ts';
import type { Caller } from '../../core/sessions.ts';
import { boolean, duration, size } from '../key-types.ts';

const ttl = () => duration({ zero: true, maxMs: ms('365d') });

/** What a token's entry may say otherwise. */
export const ownCache = z
  .strictObject(
    { ttl: ttl().exactOptional(), tools: boolean().exactOptional() },
    { error: 'expected an object with ttl and tools' },
  )
  .transform(({ ttl: ttlMs, tools }) => ({
    ...(ttlMs !== undefined && { ttlMs }),
    ...(tools !== undefined && { tools }),
  }));

export const cacheSection = z
  .strictObject({
    ttl: ttl()
      .prefault('0')
      .describe(
        'How long an answer is given again to equal requests of the same client. `0`: never, each request asks the model. A token may have a time of its own (`server.tokens`).',
      ),
    max_size: size(1024 ** 2, 10 * 1024 ** 3)
      .prefault('100mb')
      .describe(
        'Size of all kept answers in the state file; the oldest go first. Up to 16 MB of them are in memory too.',
      ),
    tools: boolean()
      .prefault(false)
      .describe("Whether answers that call the client's tools are given again. The calls then have the same ids."),
  })
  .describe('The response cache, which is off by default: see docs/cache.md.');

/** What each client may keep, by the hash of its token. */
export function cachePolicies(
  { ttl: ttlMs, tools }: Pick<z.output<typeof cacheSection>, 'ttl' | 'tools'>,
  tokens: readonly AccessToken[],
): (caller: Caller) => CachePolicy {
  const usual: CachePolicy = { ttlMs, tools };
  const own = new Map(tokens.map(({ hash, cache }) => [hash, { ...usual, ...cache }]));
  return (caller) => (caller === undefined ? usual : (own.get(caller) ?? usual));
}
