import type { ResponseStore, StoredResponse } from '../../src/feature/responses/response-store.ts';

export interface MapStore extends ResponseStore {
  entries: Map<string, StoredResponse>;
}

/** A store that keeps everything, as text, so that what comes out is no part of what went in. */
export function mapStore(): MapStore {
  const entries = new Map<string, StoredResponse>();
  return {
    entries,
    save(entry) {
      entries.set(entry.id, JSON.parse(JSON.stringify(entry)) as StoredResponse);
      return Promise.resolve();
    },
    find: (id) => Promise.resolve(entries.get(id)),
    delete: (id) => Promise.resolve(entries.delete(id)),
  };
}
