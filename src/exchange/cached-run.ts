import type { Backend, RunTurn } from '../core/backend.ts';
import type { CacheOutcome } from '../core/cache.ts';
import type { TurnEvent } from '../core/turn-event.ts';
import type { BackendName, TurnOptions } from '../core/turn-options.ts';
import { cacheKey } from '../feature/response-cache/cache-key.ts';
import { isCacheable } from '../feature/response-cache/cacheable-request.ts';
import { notCached } from '../feature/response-cache/response-cache.ts';
import type { Asked } from './asked.ts';
import type { ExchangeCache } from './caching.ts';

interface Parts {
  run: RunTurn;
  servedBy: Backend['servedBy'];
  cache: ExchangeCache;
  /** Throws where the client may have no turn. What comes from the cache is none, and not asked about. */
  admit: () => void;
}

/** What answers the request: the cache before the backend where the request may have of it, else the backend alone. */
export function cachedRun(asked: Asked, { run: usual, servedBy, cache, admit }: Parts): RunTurn {
  const { request, record, stored, caching, run = usual } = asked;
  if (caching === undefined) {
    admit();
    return run;
  }
  const { policy, controls, body } = caching;
  if (asked.run !== undefined || stored !== undefined || controls.noStore || !isCacheable(request)) {
    record.cache = { kind: 'bypass' };
    if (controls.onlyIfCached) return refuse;
    admit();
    return run;
  }
  return (conversation, options, signal) => {
    const expected = servedBy(request.model);
    const { namespace } = controls;
    const { caller, dialect, route = '' } = record;
    const key = cacheKey({ caller, namespace, dialect, route, body, request, servedBy: expected, setup: cache.setup });
    const noted = notingBackend(options);
    const turn = {
      ...{ key, controls, policy, isBuffered: !request.stream },
      run: (ownSignal: AbortSignal) => {
        admit();
        return run(conversation, noted.options, ownSignal);
      },
      wasServedAsExpected: () => (noted.backend() ?? expected.backend) === expected.backend,
      onOutcome: (outcome: CacheOutcome) => {
        record.cache = outcome;
      },
    };
    return cache.answers.answer(turn, signal);
  };
}

/** The options of a turn that tells which backend it was admitted to last. */
function notingBackend(options: TurnOptions): { options: TurnOptions; backend: () => BackendName | undefined } {
  let backend: BackendName | undefined;
  const onStage: TurnOptions['onStage'] = (stage) => {
    if (stage.name === 'admitted') ({ backend } = stage);
    options.onStage?.(stage);
  };
  return { options: { ...options, onStage }, backend: () => backend };
}

const refuse: RunTurn = () => ({
  [Symbol.asyncIterator]: (): AsyncIterator<TurnEvent> => ({
    next: () => Promise.reject(notCached('Requests of this kind are not answered from the cache')),
  }),
});
