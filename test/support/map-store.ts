import type { Claim, ResponseStore, StoredResponse } from '../../src/feature/responses/response-store.ts';
import { promised } from '../../src/util/promised.ts';

export interface MapStore extends ResponseStore {
  entries: Map<string, StoredResponse>;
}

/** Of a service that shares its responses with no other. */
export const soleService = { serviceId: 'this', isGone: (_serviceId: string) => false, now: () => Date.now() };

/**
 * A store that keeps everything, as text, so that what comes out is no part of what went in. `onSave` may refuse an entry.
 */
export function mapStore(onSave: (entry: StoredResponse) => void = () => undefined): MapStore {
  const entries = new Map<string, StoredResponse>();
  const claims = new Map<string, Claim & { isCancelled: boolean }>();
  const save = (entry: StoredResponse): Promise<void> =>
    promised(() => {
      onSave(entry);
      entries.set(entry.id, JSON.parse(JSON.stringify(entry)) as StoredResponse);
    });
  return {
    entries,
    save,
    async begin(entry, claim) {
      await save(entry);
      claims.set(entry.id, { ...claim, isCancelled: false });
      return true;
    },
    async finish(entry) {
      if (claims.delete(entry.id)) await save(entry);
    },
    renew: ({ by }) =>
      Promise.resolve(
        [...claims].filter(([, claim]) => claim.by === by).map(([id, { isCancelled }]) => ({ id, isCancelled })),
      ),
    cancel(id) {
      const claim = claims.get(id);
      if (claim !== undefined) claim.isCancelled = true;
      return Promise.resolve();
    },
    find(id) {
      const [entry, claim] = [entries.get(id), claims.get(id)];
      return Promise.resolve(entry === undefined || claim === undefined ? entry : { ...entry, claim });
    },
    delete(id) {
      claims.delete(id);
      return Promise.resolve(entries.delete(id));
    },
  };
}
