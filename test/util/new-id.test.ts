import { expect, it } from 'vitest';
import { newFileKey } from '../../src/feature/files/file-id.ts';
import { newId, newIdOf } from '../../src/util/new-id.ts';

it.each([
  [1, '001'],
  [26, '01a'],
  [4095, 'fff'],
])('ids of instance %i end in %s, and are random otherwise', (instance, ending) => {
  const ids = Array.from({ length: 100 }, newIdOf(instance));
  for (const id of ids) expect(id).toMatch(new RegExp(`^[0-9a-f]{29}${ending}$`));
  expect(new Set(ids).size).toBe(ids.length);
});

it('ids of an instance that is alone are wholly random', () => {
  expect(newIdOf(0)).toBe(newId);
  const endings = Array.from({ length: 100 }, () => newId().slice(-3));
  expect(new Set(endings).size).toBeGreaterThan(50);
});

it('the key of a file ends as its id does, and begins with its time', () => {
  const key = newFileKey(0x123456789ab, newIdOf(2)());
  expect(key).toMatch(/^0123456789ab[0-9a-f]{17}002$/);
});
