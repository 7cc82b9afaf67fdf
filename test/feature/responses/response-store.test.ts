import { DatabaseSync } from '@photostructure/sqlite';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SqliteState } from '../../../src/state/sqlite-state.ts';
import { lockFile } from '../../state/lock-file.ts';
import { openState, statePath, type OpenState } from '../../state/open-state.ts';
import { countRows, openSqlite } from '../../state/open-shared.ts';
import { describeResponseStore, keepMs, toOpenStore } from './response-store-cases.ts';

function openStore(opened: OpenState = openState()) {
  const state = new SqliteState(opened.file);
  const shared = { ...opened, state, again: () => state, change: () => Promise.resolve() };
  return toOpenStore(shared);
}

function checkpoint({ file }: OpenState): void {
  file.read((database) => database.pragma('wal_checkpoint(TRUNCATE)'));
}

describeResponseStore(openSqlite);

describe('a stored response', () => {
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
  it('gives its space back to the disk', async () => {
    const opened = openStore();
    await opened.store.save(opened.entry('first'));
    checkpoint(opened);
    const atFirst = statSync(opened.path).size;
    const large = [{ text: 'x'.repeat(1_000_000) }];
    for (let i = 0; i < 20; i += 1) await opened.store.save(opened.entry(`old_${i}`, { inputItems: large }));
    checkpoint(opened);
    expect(statSync(opened.path).size).toBeGreaterThan(20_000_000);
    opened.clock.now += keepMs;
    while (await opened.store.prune());
    checkpoint(opened);
    expect(statSync(opened.path).size).toBeLessThanOrEqual(atFirst);
  });
});

describe('a file that cannot shrink', () => {
  it('is pruned all the same, and no more than that', async () => {
    const path = statePath();
    mkdirSync(dirname(path));
    const elsewhere = new DatabaseSync(path);
    elsewhere.exec('CREATE TABLE made_elsewhere (x)');
    elsewhere.close();
    const opened = openStore(openState({ path }));
    const { store, entry, clock } = opened;
    const large = [{ text: 'x'.repeat(10_000) }];
    for (let i = 0; i < 20; i += 1) await store.save(entry(`old_${i}`, { inputItems: large }));
    clock.now += keepMs;
    expect([await store.prune(), await store.prune(), await store.prune()]).toEqual([true, false, false]);
    expect(await countRows(opened, 'responses')).toBe(0);
  });
});
