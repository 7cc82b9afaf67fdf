import { expect, it } from 'vitest';
import { EventQueue } from '../../src/util/event-queue.ts';

async function collect(queue: EventQueue<number>): Promise<number[]> {
  const values: number[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

it('the reader gets all values in order, those of before and after it came', async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  const read = collect(queue);
  await Promise.resolve();
  queue.push(2);
  queue.push(3);
  queue.end();
  queue.push(4);
  expect(await read).toEqual([1, 2, 3]);
});

it('an error comes after the values before it', async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  queue.end(new Error('gone'));
  const values = queue[Symbol.asyncIterator]();
  expect(await values.next()).toEqual({ done: false, value: 1 });
  await expect(values.next()).rejects.toThrow('gone');
});

it('the writer waits for a reader that is behind, but not for one that never comes after the end', async () => {
  const queue = new EventQueue<number>();
  let hasRoom = false;
  for (let value = 0; value < 1000; value++) queue.push(value);
  const room = queue.room().then(() => {
    hasRoom = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasRoom).toBe(false);
  await queue[Symbol.asyncIterator]().next();
  await room;
  queue.push(1000);
  const blocked = queue.room();
  queue.end();
  await expect(blocked).resolves.toBeUndefined();
});
