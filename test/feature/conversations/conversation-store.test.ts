import { expect, it } from 'vitest';
import { SqliteState } from '../../../src/state/sqlite-state.ts';
import { lockFile } from '../../state/lock-file.ts';
import { openSqlite } from '../../state/open-shared.ts';
import { openState } from '../../state/open-state.ts';
import { describeConversationStore, failure, toOpenStore, turn } from './conversation-store-cases.ts';

describeConversationStore(openSqlite);

it('a conversation that can not be written says so as a HarnessError', async () => {
  const { file, path, clock, log } = openState();
  const state = new SqliteState(file);
  const { store } = toOpenStore({ state, clock, log, again: () => state, change: () => Promise.resolve() });
  await store.create('sha256:alice', 'session_1', []);
  await lockFile(path);
  await expect(store.append('sha256:alice', 'session_1', turn(0))).rejects.toThrow(failure('INTERNAL'));
});
