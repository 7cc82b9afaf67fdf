import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { freeAll, freeingAsItGoes } from '../../src/util/garbage.ts';

const pieceBytes = 64 * 1024;
const megabyte = 1024 ** 2;

it('buffers that are done with do not pile up while many more come', () => {
  const free = freeingAsItGoes('minor');
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let sum = 0; sum < 400 * megabyte; sum += pieceBytes) {
    const piece = Buffer.allocUnsafe(pieceBytes);
    free(piece.length);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(most).toBeLessThan(24 * megabyte);
});

it('leaves no function behind that any code could find', () => {
  freeingAsItGoes('minor')(100 * megabyte);
  expect(runInNewContext('typeof gc')).toBe('undefined');
});

it('gives the room of what is done with back to the system', async () => {
  const committed = (): number => process.memoryUsage().heapTotal;
  // The room that other tests have left is not of these.
  await freeAll();
  const before = committed();
  const held = { texts: Array.from({ length: 1_000_000 }, (_, index) => `text ${index}`) };
  const most = committed();
  expect(most - before).toBeGreaterThan(30 * megabyte);
  expect(held.texts.length).toBe(1_000_000);
  held.texts = [];
  await freeAll();
  expect(committed()).toBeLessThan(most - 30 * megabyte);
});
