import { expect, it } from 'vitest';
import type { KeptVerdict } from '../../../src/core/verdict-store.ts';
import { createVerdictStore } from '../../../src/feature/cli-verdicts/verdict-store.ts';
import { temporaryDir } from '../../process/fixture.ts';
import { openState } from '../../state/open-state.ts';

function openStore() {
  const { file, clock, path } = openState();
  return { store: createVerdictStore(file, () => clock.now++), path };
}

const good: KeptVerdict = {
  build: { version: '2.1.332', size: 1000, mtimeMs: 1_764_345_600_000.123 },
  revision: 1,
  isServed: true,
  verdict: { served: true, reuse: true, prompt: 'exact' },
};

function refused(version: string): KeptVerdict {
  return {
    ...good,
    build: { ...good.build, version },
    isServed: false,
    verdict: { served: false, reason: 'it reads files' },
  };
}

it('gives a verdict back for the same build, and for no other', async () => {
  const { store } = openStore();
  await store.save(good);
  expect(await store.find(good.build)).toEqual(good);
  for (const change of [{ version: '2.1.333' }, { size: 1001 }, { mtimeMs: 1_764_345_600_000.124 }]) {
    expect(await store.find({ ...good.build, ...change })).toBeUndefined();
  }
});

it('replaces the verdict on a build', async () => {
  const { store } = openStore();
  await store.save(good);
  await store.save(refused('2.1.332'));
  expect(await store.find(good.build)).toEqual(refused('2.1.332'));
});

it('knows the version that was good last, besides one', async () => {
  const { store } = openStore();
  expect(await store.lastGood('2.1.333')).toBeUndefined();
  for (const version of ['2.1.331', '2.1.332']) await store.save({ ...good, build: { ...good.build, version } });
  await store.save(refused('2.1.333'));
  expect(await store.lastGood('2.1.333')).toBe('2.1.332');
  expect(await store.lastGood('2.1.332')).toBe('2.1.331');
});

it('keeps the last hundred', async () => {
  const { store } = openStore();
  for (let patch = 0; patch <= 100; patch++) await store.save(refused(`2.2.${patch}`));
  expect(await store.find(refused('2.2.0').build)).toBeUndefined();
  expect(await store.find(refused('2.2.1').build)).toBeDefined();
});

it('rejects where the file cannot be used', async () => {
  const { file } = openState({ path: temporaryDir() });
  const store = createVerdictStore(file, Date.now);
  await expect(store.find(good.build)).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(store.save(good)).rejects.toMatchObject({ code: 'INTERNAL' });
});
