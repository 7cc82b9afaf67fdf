import { DatabaseSync } from '@photostructure/sqlite';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createResponseStore, type StoredResponse } from '../../../src/feature/responses/response-store.ts';
import { openState, statePath, type OpenState } from '../../state/open-state.ts';
import { lockFile } from '../../state/lock-file.ts';

const keepMs = 60_000;

function openStore(state: OpenState = openState(), options: { keepMs: number } = { keepMs }) {
  const store = createResponseStore(state.file, { ...options, now: () => state.clock.now });
  const entry = (id: string, changes: Partial<StoredResponse> = {}): StoredResponse => ({
    id,
    createdAt: state.clock.now,
    response: { id, object: 'response', output: [{ type: 'message', content: [{ text: 'Hi' }] }] },
    inputItems: [{ id: 'msg_1', type: 'message', content: 'Hello' }],
    ...changes,
  });
  return { ...state, store, entry };
}

const countRows = ({ file }: OpenState): unknown =>
  file.read((database) => database.prepare('SELECT count(*) FROM responses').pluck().get() as number);

function checkpoint({ file }: OpenState): void {
  file.read((database) => database.pragma('wal_checkpoint(TRUNCATE)'));
}

describe('a stored response', () => {
  it('is found as it was saved', async () => {
    const { store, entry } = openStore();
    const first = entry('resp_1');
    const second = entry('resp_2', { previousId: 'resp_1', inputItems: [] });
    await store.save(first);
    await store.save(second);
    expect(await store.find('resp_1')).toStrictEqual(first);
    expect(await store.find('resp_2')).toStrictEqual(second);
    expect(await store.find('resp_3')).toBeUndefined();
  });

  it('is replaced by one with its id', async () => {
    const state = openStore();
    await state.store.save(state.entry('resp_1', { previousId: 'resp_0' }));
    const second = state.entry('resp_1', { response: { status: 'completed' } });
    await state.store.save(second);
    expect(await state.store.find('resp_1')).toStrictEqual(second);
    expect(countRows(state)).toBe(1);
  });

  it('is deleted once', async () => {
    const { store, entry } = openStore();
    await store.save(entry('resp_1'));
    expect([await store.delete('resp_1'), await store.delete('resp_1'), await store.delete('resp_2')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await store.find('resp_1')).toBeUndefined();
  });

  it('outlives a restart', async () => {
    const { store, entry, file, path } = openStore();
    const saved = entry('resp_1');
    await store.save(saved);
    file.close();
    expect(await openStore(openState({ path })).store.find('resp_1')).toStrictEqual(saved);
  });

  it('may be tens of megabytes, and of any characters', async () => {
    const { store, entry } = openStore();
    const saved = entry('resp_1', {
      response: { text: 'NUL \0, half a pair \ud83d, a pair 😀, "quotes"' },
      inputItems: [{ image_url: `data:image/png;base64,${'A'.repeat(30_000_000)}` }],
    });
    await store.save(saved);
    // Not toEqual, which would print megabytes.
    expect(JSON.stringify(await store.find('resp_1')) === JSON.stringify(saved)).toBe(true);
  });

  it('that can not be saved says so as a HarnessError, and those before are found', async () => {
    const { store, entry, path } = openStore();
    await store.save(entry('resp_1'));
    await lockFile(path);
    await expect(store.save(entry('resp_2'))).rejects.toThrow(
      expect.objectContaining({ name: 'HarnessError', code: 'INTERNAL' }),
    );
    expect(await store.find('resp_1')).toBeDefined();
    expect(await store.find('resp_2')).toBeUndefined();
  });
});

describe('an expired response', () => {
  it('is neither found nor deleted, from the first moment on', async () => {
    const state = openStore();
    await state.store.save(state.entry('resp_1'));
    state.clock.now += keepMs - 1;
    expect(await state.store.find('resp_1')).toBeDefined();
    state.clock.now += 1;
    expect(await state.store.find('resp_1')).toBeUndefined();
    expect(await state.store.delete('resp_1')).toBe(false);
  });

  it('goes in passing with later saves, a few at a time and the oldest first', async () => {
    const state = openStore();
    for (let i = 0; i < 5; i += 1) await state.store.save(state.entry(`old_${i}`, { createdAt: state.clock.now + i }));
    state.clock.now += keepMs + 10;
    await state.store.save(state.entry('new_1'));
    expect(countRows(state)).toBe(4);
    const ids = state.file.read(
      (database) => database.prepare('SELECT id FROM responses ORDER BY created_at').pluck().all() as string[],
    );
    expect(ids).toEqual(['old_2', 'old_3', 'old_4', 'new_1']);
    await state.store.save(state.entry('new_2'));
    await state.store.save(state.entry('new_3'));
    expect(countRows(state)).toBe(3);
  });

  it('goes with `prune`, step by step, which leaves the others', async () => {
    const state = openStore();
    for (let i = 0; i < 40; i += 1) await state.store.save(state.entry(`old_${i}`));
    state.clock.now += keepMs;
    await state.store.save(state.entry('new'));
    const rows = [];
    while (state.store.prune()) rows.push(countRows(state));
    expect(rows).toEqual([23, 7]);
    expect(countRows(state)).toBe(1);
    expect(await state.store.find('new')).toBeDefined();
  });

  it('gives its space back to the disk', async () => {
    const state = openStore();
    await state.store.save(state.entry('first'));
    checkpoint(state);
    const atFirst = statSync(state.path).size;
    const large = [{ text: 'x'.repeat(1_000_000) }];
    for (let i = 0; i < 20; i += 1) await state.store.save(state.entry(`old_${i}`, { inputItems: large }));
    checkpoint(state);
    expect(statSync(state.path).size).toBeGreaterThan(20_000_000);
    state.clock.now += keepMs;
    while (state.store.prune());
    checkpoint(state);
    expect(statSync(state.path).size).toBeLessThanOrEqual(atFirst);
  });
});

describe('a file that cannot shrink', () => {
  it('is pruned all the same, and no more than that', async () => {
    const path = statePath();
    mkdirSync(dirname(path));
    const elsewhere = new DatabaseSync(path);
    elsewhere.exec('CREATE TABLE made_elsewhere (x)');
    elsewhere.close();
    const state = openStore(openState({ path }));
    const large = [{ text: 'x'.repeat(10_000) }];
    for (let i = 0; i < 20; i += 1) await state.store.save(state.entry(`old_${i}`, { inputItems: large }));
    state.clock.now += keepMs;
    expect([state.store.prune(), state.store.prune(), state.store.prune()]).toEqual([true, false, false]);
    expect(countRows(state)).toBe(0);
  });
});

describe('with nothing to be kept', () => {
  it('saves nothing, and deletes what an earlier service kept', async () => {
    const before = openStore();
    await before.store.save(before.entry('resp_1'));
    const state = openStore(before, { keepMs: 0 });
    await state.store.save(state.entry('resp_2', { createdAt: state.clock.now + 1000 }));
    expect([await state.store.find('resp_1'), await state.store.find('resp_2')]).toEqual([undefined, undefined]);
    while (state.store.prune());
    expect(countRows(state)).toBe(0);
  });
});
