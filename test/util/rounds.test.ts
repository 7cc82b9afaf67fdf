import { expect, it, onTestFinished } from 'vitest';
import { createDeferred } from '../../src/util/deferred.ts';
import { Rounds } from '../../src/util/rounds.ts';

const never = 3_600_000;

function openRounds(round: () => Promise<number>) {
  const rounds = new Rounds(round);
  onTestFinished(() => rounds.stop());
  return rounds;
}

it('a round is followed by the next one after the time that it gives', async () => {
  let count = 0;
  const waits = [1, 1, never];
  const rounds = openRounds(() => {
    count += 1;
    return Promise.resolve(waits[count - 1] ?? never);
  });
  rounds.wake();
  await expect.poll(() => count).toBe(3);
});

it('what is asked for during a round is one round after it, however often it is asked for', async () => {
  const gates = [createDeferred<number>(), createDeferred<number>()];
  let [begun, underWay] = [0, 0];
  const rounds = openRounds(async () => {
    begun += 1;
    underWay += 1;
    expect(underWay).toBe(1);
    const waitMs = await gates[begun - 1]?.promise;
    underWay -= 1;
    return waitMs ?? never;
  });
  rounds.wake();
  await expect.poll(() => begun).toBe(1);
  rounds.wake();
  rounds.wake();
  gates[0]?.resolve(never);
  await expect.poll(() => begun).toBe(2);
  gates[1]?.resolve(never);
  await rounds.stop();
  expect(begun).toBe(2);
});

it('there is no round after the stop, which waits for the one under way', async () => {
  const gate = createDeferred<number>();
  let [begun, isOver] = [0, false];
  const rounds = openRounds(async () => {
    begun += 1;
    await gate.promise;
    isOver = true;
    return 0;
  });
  rounds.wake();
  await expect.poll(() => begun).toBe(1);
  rounds.wake();
  const stopped = rounds.stop();
  gate.resolve(0);
  await stopped;
  expect(isOver).toBe(true);
  rounds.wake();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(begun).toBe(1);
});
