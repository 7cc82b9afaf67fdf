import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultConfig } from '../src/config/schema.ts';
import { openStores } from '../src/stores.ts';
import { temporaryDir } from './process/fixture.ts';
import { memoryLog } from './support/memory-log.ts';

it('the state file gets smaller also where responses are in a database, which may be out of reach', async () => {
  const state = { path: join(temporaryDir(), 'state.db'), url: 'postgres://127.0.0.1:1/none' };
  const { file, sweep } = openStores({ ...defaultConfig(), state }, memoryLog(), () => undefined);
  onTestFinished(() => {
    sweep.stop();
    file.close();
  });
  const unused = () => file.read((database) => database.pragma('freelist_count', { simple: true }));
  file.write((database) => {
    database.exec('CREATE TABLE texts (text TEXT)');
    database.prepare('INSERT INTO texts VALUES (?)').run('x'.repeat(1_000_000));
  });
  file.write((database) => {
    database.exec('DELETE FROM texts');
  });
  expect(unused()).toBeGreaterThan(100);
  sweep.start();
  await expect.poll(unused).toBe(0);
});
