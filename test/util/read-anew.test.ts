import { expect, it } from 'vitest';
import { readAnew } from '../../src/util/read-anew.ts';

it('gives what is there now, also to who has held on to it, and takes nothing', () => {
  const source = { count: 1, name: 'a' };
  const view = readAnew<typeof source>({ count: () => source.count, name: () => source.name });
  source.count = 2;
  expect([view.count, { ...view }]).toEqual([2, { count: 2, name: 'a' }]);
  expect(() => {
    view.count = 3;
  }).toThrow(TypeError);
});
