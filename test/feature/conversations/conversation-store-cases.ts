import { describe, expect, it } from 'vitest';
import {
  createConversationStore,
  type ConversationStore,
  type ConversationStoreOptions,
  type NewTurn,
} from '../../../src/feature/conversations/conversation-store.ts';
import type { SharedState } from '../../../src/state/shared-state.ts';
import { countRows, type OpenShared } from '../../state/open-shared.ts';

const keepMs = 60_000;
const alice = 'sha256:alice';
const bob = 'sha256:bob';

type PrunedStore = ConversationStore & { prune(): Promise<boolean> };

export interface OpenStore {
  store: PrunedStore;
  /** Of another service. */
  storeOf: (state: SharedState) => PrunedStore;
}

export function toOpenStore<Shared extends OpenShared>(
  shared: Shared,
  changes: Partial<ConversationStoreOptions> = {},
): Shared & OpenStore {
  const options = { keepMs, maxPerCaller: 3, now: () => shared.clock.now, ...changes };
  const storeOf = (state: SharedState): PrunedStore => createConversationStore(state, options);
  return { ...shared, store: storeOf(shared.state), storeOf };
}

export const turn = (after: number, text = 'Hi', changes: Partial<NewTurn> = {}): NewTurn => ({
  model: 'haiku',
  system: ['Be brief.'],
  messages: [
    { role: 'user', content: [{ type: 'text', text }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Yes' }] },
  ],
  after,
  ...changes,
});

export const failure = (code: string): unknown => expect.objectContaining({ name: 'HarnessError', code }) as unknown;

/** What holds in every kind of shared state. */
export function describeConversationStore(openShared: () => Promise<OpenShared>): void {
  const openStore = async (changes?: Partial<ConversationStoreOptions>) => toOpenStore(await openShared(), changes);

  describe('a stored conversation', () => {
    it('has all turns in order, and the last system prompt, also after a restart', async () => {
      const { store, clock, again, storeOf } = await openStore();
      await store.create(alice, 'session_1', []);
      clock.now += 10;
      await store.append(alice, 'session_1', turn(0, 'One'));
      await store.append(alice, 'session_1', turn(1, 'Two \ud83d', { model: 'opus', system: ['Be long.'] }));

      const found = await storeOf(again()).find(alice, 'session_1');
      const turns = [turn(0, 'One'), turn(1, 'Two \ud83d')].map(({ messages }) => messages);
      expect(found).toEqual({
        id: 'session_1',
        createdAt: clock.now - 10,
        usedAt: clock.now,
        messageCount: 4,
        bytes: turns.reduce((sum, messages) => sum + Buffer.byteLength(JSON.stringify(messages)), 0),
        system: ['Be long.'],
        turns: [
          { model: 'haiku', messages: turns[0] },
          { model: 'opus', messages: turns[1] },
        ],
      });
    });

    it('does not exist for others, with a token or without one', async () => {
      const { store } = await openStore();
      await store.create(alice, 'session_1', []);
      await store.create(undefined, 'session_2', []);
      for (const [caller, id] of [
        [bob, 'session_1'],
        [undefined, 'session_1'],
        [alice, 'session_2'],
      ] as const) {
        expect(await store.find(caller, id)).toBeUndefined();
        expect(await store.describe(caller, id)).toBeUndefined();
        expect(await store.delete(caller, id)).toBe(false);
        await expect(store.append(caller, id, turn(0))).rejects.toThrow(failure('SESSION_NOT_FOUND'));
      }
      expect(await store.describe(alice, 'session_1')).toBeDefined();
      expect(await store.describe(undefined, 'session_2')).toBeDefined();
    });

    it('is deleted once, with all its turns', async () => {
      const state = await openStore();
      await state.store.create(alice, 'session_1', []);
      await state.store.append(alice, 'session_1', turn(0));
      expect([await state.store.delete(alice, 'session_1'), await state.store.delete(alice, 'session_1')]).toEqual([
        true,
        false,
      ]);
      expect(await countRows(state, 'conversation_turns')).toBe(0);
    });

    it('takes no turn whose request did not know the last one', async () => {
      const { store } = await openStore();
      await store.create(alice, 'session_1', []);
      await store.append(alice, 'session_1', turn(0, 'One'));
      await expect(store.append(alice, 'session_1', turn(0, 'Late'))).rejects.toThrow(failure('SESSION_CONFLICT'));
      expect((await store.find(alice, 'session_1'))?.turns).toHaveLength(1);
    });

    it('takes one of two turns that come at once to two services', async () => {
      const { store, again, storeOf } = await openStore();
      await store.create(alice, 'session_1', []);
      const other = storeOf(again());
      const outcomes = await Promise.allSettled([
        store.append(alice, 'session_1', turn(0, 'One')),
        other.append(alice, 'session_1', turn(0, 'Other')),
      ]);
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      expect(reasons).toEqual([failure('SESSION_CONFLICT')]);
      expect((await store.find(alice, 'session_1'))?.turns).toHaveLength(1);
    });

    it('has nothing of a turn that could not be written to its end', async () => {
      const state = await openStore();
      await state.store.create(alice, 'session_1', []);
      await state.store.append(alice, 'session_1', turn(0));
      const before = await state.store.find(alice, 'session_1');
      await state.change('CREATE UNIQUE INDEX one_turn_each ON conversation_turns (conversation_id)');
      await expect(state.store.append(alice, 'session_1', turn(1, 'Lost'))).rejects.toThrow(/unique/i);
      expect(await state.store.find(alice, 'session_1')).toEqual(before);
      expect(await countRows(state, 'conversation_turns')).toBe(1);
    });
  });

  describe('a conversation expires', () => {
    it('so long after its last turn, and is deleted in steps', async () => {
      const state = await openStore({ maxPerCaller: 100 });
      const { store, clock } = state;
      for (let index = 0; index < 6; index += 1) {
        await store.create(alice, `session_${index}`, []);
        await store.append(alice, `session_${index}`, turn(0));
      }
      clock.now += keepMs - 1;
      await store.append(alice, 'session_0', turn(1));
      clock.now += 1;
      expect(await store.find(alice, 'session_1')).toBeUndefined();
      expect(await store.describe(alice, 'session_1')).toBeUndefined();
      expect(await store.find(alice, 'session_0')).toBeDefined();

      expect([await store.prune(), await countRows(state, 'conversations')]).toEqual([true, 2]);
      expect([await store.prune(), await countRows(state, 'conversations')]).toEqual([false, 1]);
      expect(await countRows(state, 'conversation_turns')).toBe(2);
    });
  });

  describe('a caller with the most conversations that are allowed', () => {
    it('loses the one that was not used for longest, and none of others', async () => {
      const { store, clock } = await openStore();
      await store.create(bob, 'session_bob', []);
      for (const id of ['session_1', 'session_2', 'session_3']) {
        clock.now += 1;
        await store.create(alice, id, []);
      }
      clock.now += 1;
      await store.append(alice, 'session_1', turn(0));
      await store.create(alice, 'session_4', []);
      expect(await store.describe(alice, 'session_2')).toBeUndefined();
      for (const id of ['session_1', 'session_3', 'session_4']) expect(await store.describe(alice, id)).toBeDefined();
      expect(await store.describe(bob, 'session_bob')).toBeDefined();
    });

    it('loses none that is being answered', async () => {
      const { store, clock } = await openStore();
      for (const id of ['session_1', 'session_2', 'session_3']) {
        clock.now += 1;
        await store.create(alice, id, []);
      }
      await store.create(alice, 'session_4', ['session_1']);
      expect(await store.describe(alice, 'session_1')).toBeDefined();
      expect(await store.describe(alice, 'session_2')).toBeUndefined();
    });
  });
}
