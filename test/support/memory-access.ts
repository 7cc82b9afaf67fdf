import type { AppOptions } from '../../src/http/app.ts';
import type { Logger } from '../../src/core/logger.ts';
import { AccessLog } from '../../src/feature/access/access-log.ts';
import type { AccessStore } from '../../src/feature/access/access-store.ts';
import { createUsageReader } from '../../src/feature/access/usage-reader.ts';

/** An access log that keeps nothing. */
export function memoryAccess(log: Logger): AppOptions['access'] {
  const none = () => Promise.resolve([]);
  const store: AccessStore = {
    add: () => undefined,
    query: none,
    sumsByStart: none,
    sumsBy: none,
    occurrences: none,
    times: none,
    summary: () => Promise.resolve({ rows: 0, oldest: null, newest: null }),
  };
  return {
    store,
    log: new AccessLog({ store, priceOf: () => undefined, isKept: true, log }),
    usage: createUsageReader(store),
    keepMs: 86_400_000,
    maxRows: 1000,
  };
}
