import { describe, expect, it } from 'vitest';
import {
  createResponseStore,
  type ResponseStore,
  type StoredResponse,
} from '../../../src/feature/responses/response-store.ts';
import type { SharedState } from '../../../src/state/shared-state.ts';
import { countRows, type OpenShared } from '../../state/open-shared.ts';

export const keepMs = 60_000;

type PrunedStore = ResponseStore & { prune(): Promise<boolean> };

/** Of a service with other settings, or of another service. */
interface StoreOf {
  (state: SharedState, options?: { keepMs: number }): PrunedStore;
}

export interface OpenStore {
  store: PrunedStore;
  storeOf: StoreOf;
  entry: (id: string, changes?: Partial<StoredResponse>) => StoredResponse;
}

export function toOpenStore<Shared extends OpenShared>(shared: Shared): Shared & OpenStore {
  const { clock } = shared;
  const storeOf: StoreOf = (state, options = { keepMs }) =>
    createResponseStore(state, { ...options, now: () => clock.now });
  const entry = (id: string, changes: Partial<StoredResponse> = {}): StoredResponse => ({
    id,
    createdAt: clock.now,
    response: { id, object: 'response', output: [{ type: 'message', content: [{ text: 'Hi' }] }] },
    inputItems: [{ id: 'msg_1', type: 'message', content: 'Hello' }],
    ...changes,
  });
  return { ...shared, store: storeOf(shared.state), storeOf, entry };
}

/** What holds in every kind of shared state. */
export function describeResponseStore(openShared: () => Promise<OpenShared>): void {
  const openStore = async () => toOpenStore(await openShared());

  describe('a stored response', () => {
    it('is found as it was saved', async () => {
      const { store, entry } = await openStore();
      const first = entry('resp_1');
      const second = entry('resp_2', { previousId: 'resp_1', inputItems: [] });
      await store.save(first);
      await store.save(second);
      expect(await store.find('resp_1')).toStrictEqual(first);
      expect(await store.find('resp_2')).toStrictEqual(second);
      expect(await store.find('resp_3')).toBeUndefined();
      expect(await store.find('resp_\0')).toBeUndefined();
    });

    it('is replaced by one with its id', async () => {
      const opened = await openStore();
      await opened.store.save(opened.entry('resp_1', { previousId: 'resp_0' }));
      const second = opened.entry('resp_1', { response: { status: 'completed' } });
      await opened.store.save(second);
      expect(await opened.store.find('resp_1')).toStrictEqual(second);
      expect(await countRows(opened, 'responses')).toBe(1);
    });

    it('is deleted once', async () => {
      const { store, entry } = await openStore();
      await store.save(entry('resp_1'));
      expect([await store.delete('resp_1'), await store.delete('resp_1'), await store.delete('resp_2')]).toEqual([
        true,
        false,
        false,
      ]);
      expect(await store.find('resp_1')).toBeUndefined();
    });

    it('is found by another service, and outlives a restart', async () => {
      const { store, entry, again, storeOf } = await openStore();
      const saved = entry('resp_1');
      await store.save(saved);
      expect(await storeOf(again()).find('resp_1')).toStrictEqual(saved);
    });

    it('may be tens of megabytes, and of any characters', async () => {
      const { store, entry } = await openStore();
      const saved = entry('resp_1', {
        response: { text: 'NUL \0, half a pair \ud83d, a pair 😀, "quotes"' },
        inputItems: [{ image_url: `data:image/png;base64,${'A'.repeat(30_000_000)}` }],
      });
      await store.save(saved);
      // Not toEqual, which would print megabytes.
      expect(JSON.stringify(await store.find('resp_1')) === JSON.stringify(saved)).toBe(true);
    });
  });

  describe('a response that is being made', () => {
    const by = 'service-1';

    it('says who makes it and until when, until it is complete', async () => {
      const { store, entry, clock } = await openStore();
      const until = clock.now + 1000;
      expect(await store.begin(entry('resp_1'), { by, until })).toBe(true);
      expect((await store.find('resp_1'))?.claim).toEqual({ by, until });
      expect(await store.renew({ by, until: until + 1000 })).toEqual([{ id: 'resp_1', isCancelled: false }]);
      expect((await store.find('resp_1'))?.claim).toEqual({ by, until: until + 1000 });
      const complete = entry('resp_1', { response: { status: 'completed' } });
      await store.finish(complete, by);
      expect(await store.find('resp_1')).toStrictEqual(complete);
      expect(await store.renew({ by, until })).toEqual([]);
    });

    it('has its maker told that another service wants its end', async () => {
      const { store, entry, clock, again, storeOf } = await openStore();
      const claim = { by, until: clock.now + 1000 };
      await store.begin(entry('resp_1'), claim);
      await store.begin(entry('resp_2'), claim);
      await store.begin(entry('resp_3'), { ...claim, by: 'service-2' });
      await storeOf(again()).cancel('resp_1');
      await storeOf(again()).cancel('resp_3');
      const claimed = await store.renew(claim);
      expect(claimed.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
        { id: 'resp_1', isCancelled: true },
        { id: 'resp_2', isCancelled: false },
      ]);
    });

    it('does not come back when another service has deleted it', async () => {
      const { store, entry, clock, again, storeOf } = await openStore();
      await store.begin(entry('resp_1'), { by, until: clock.now + 1000 });
      expect(await storeOf(again()).delete('resp_1')).toBe(true);
      expect(await store.renew({ by, until: clock.now })).toEqual([]);
      await store.finish(entry('resp_1'), by);
      expect(await store.find('resp_1')).toBeUndefined();
    });

    it('leaves no claim for good when its maker is gone', async () => {
      const opened = await openStore();
      await opened.store.begin(opened.entry('resp_1'), { by, until: opened.clock.now + 1000 });
      opened.clock.now += keepMs + 1000;
      while (await opened.store.prune());
      expect([await countRows(opened, 'responses'), await countRows(opened, 'response_runs')]).toEqual([0, 0]);
    });
  });

  describe('an expired response', () => {
    it('is neither found nor deleted, from the first moment on', async () => {
      const { store, entry, clock } = await openStore();
      await store.save(entry('resp_1'));
      clock.now += keepMs - 1;
      expect(await store.find('resp_1')).toBeDefined();
      clock.now += 1;
      expect(await store.find('resp_1')).toBeUndefined();
      expect(await store.delete('resp_1')).toBe(false);
    });

    it('goes in passing with later saves, a few at a time and the oldest first', async () => {
      const opened = await openStore();
      const { store, entry, clock } = opened;
      for (let i = 0; i < 5; i += 1) await store.save(entry(`old_${i}`, { createdAt: clock.now + i }));
      clock.now += keepMs + 10;
      await store.save(entry('new_1'));
      expect(await countRows(opened, 'responses')).toBe(4);
      clock.now -= keepMs + 10;
      expect([await store.find('old_1'), (await store.find('old_2'))?.id]).toEqual([undefined, 'old_2']);
      clock.now += keepMs + 10;
      await store.save(entry('new_2'));
      await store.save(entry('new_3'));
      expect(await countRows(opened, 'responses')).toBe(3);
    });

    it('goes with `prune`, step by step, which leaves the others', async () => {
      const opened = await openStore();
      const { store, entry, clock } = opened;
      for (let i = 0; i < 40; i += 1) await store.save(entry(`old_${i}`));
      clock.now += keepMs;
      await store.save(entry('new'));
      const rows = [];
      while (await store.prune()) rows.push(await countRows(opened, 'responses'));
      expect(rows).toEqual([23, 7]);
      expect(await countRows(opened, 'responses')).toBe(1);
      expect(await store.find('new')).toBeDefined();
    });
  });

  describe('with nothing to be kept', () => {
    it('saves nothing, and deletes what an earlier service kept', async () => {
      const opened = await openStore();
      await opened.store.save(opened.entry('resp_1'));
      const store = opened.storeOf(opened.again(), { keepMs: 0 });
      const later = opened.entry('resp_2', { createdAt: opened.clock.now + 1000 });
      await store.save(later);
      expect(await store.begin(later, { by: 'service-1', until: opened.clock.now })).toBe(false);
      expect([await store.find('resp_1'), await store.find('resp_2')]).toEqual([undefined, undefined]);
      while (await store.prune());
      expect(await countRows(opened, 'responses')).toBe(0);
    });
  });
}
