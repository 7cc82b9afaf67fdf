import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeHome } from '../../support/service/home.ts';
import { started, type Stoppable } from '../../support/started.ts';
import { startApi, type BalancedApi } from './api.ts';
import { startClients, type Clients, type Outcome } from './clients.ts';
import { startHaproxy } from './haproxy.ts';
import { createInstance, type Instance } from './instance.ts';
import { stores, type Stored } from './stored.ts';

/** Two instances of three places each, so that most of the clients wait for one. */
const turns = 3;
const clients = 32;

interface House {
  url: string;
  api: BalancedApi;
  one: Instance;
  two: Instance;
}

let house: House & Stoppable;

beforeAll(async () => {
  house = await started(async (cleanup) => {
    const api = await startApi(cleanup);
    const parts = { cleanup, apiUrl: api.url, turns };
    const [one, two] = await Promise.all([createInstance(1, parts), createInstance(2, parts)]);
    await Promise.all([one.start(), two.start()]);
    const home = makeHome(cleanup, 'harness-haproxy-');
    const url = await startHaproxy({ cleanup, home, instances: [one.address, two.address], turns, state: 'own' });
    return { url, api, one, two };
  });
});

afterAll(async () => {
  await (house as Stoppable | undefined)?.stop();
});

function startLoad(): Clients {
  const load = startClients(house.url, clients);
  onTestFinished(async () => {
    await load.stop();
  });
  return load;
}

/** Waits until so many more answers have come, wherever from. */
async function moreAnswers(load: Clients, count: number): Promise<void> {
  const before = load.outcomes.length;
  await expect.poll(() => load.outcomes.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + count);
}

/** Waits until an instance is asked again by what comes through HAProxy. */
async function servesAgain({ login }: Instance): Promise<void> {
  const before = house.api.countOf(login);
  await expect.poll(() => house.api.countOf(login), { timeout: 30_000 }).toBeGreaterThan(before + turns);
}

const failedOf = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(({ isWhole }) => !isWhole);

/** Nothing that the model had begun was asked again. */
function expectNothingTwice(outcomes: readonly Outcome[]): void {
  const twice = outcomes.filter(({ mark }) => house.api.answeredBy(mark).length > 1);
  expect(twice).toEqual([]);
}

/** How many of each are stored: all on one of two instances, if they are sent anywhere, once in 32 runs. */
const copies = 6;

describe('two instances behind HAProxy', () => {
  it.each(Object.entries(stores))('spread what is new, and find %s where it is', async (_name, store) => {
    const stored: Stored[] = [];
    for (let n = 0; n < copies; n += 1) stored.push(await store(house.url, `mark-${n}`));
    expect(new Set(stored.map(({ id }) => id.slice(-3)))).toEqual(new Set(['001', '002']));
    const answers = await Promise.all(stored.map(({ askAgain }) => askAgain()));
    expect(new Set(answers.flat())).toEqual(new Set([200]));
  });
});

describe('two instances behind HAProxy, with 32 clients', { timeout: 120_000 }, () => {
  it('share what they ask', async () => {
    const load = startLoad();
    await moreAnswers(load, clients);
    const outcomes = await load.stop();
    expect(failedOf(outcomes)).toEqual([]);
    for (const { login } of [house.one, house.two]) {
      const served = outcomes.filter(({ mark }) => house.api.answeredBy(mark).includes(login));
      expect(served.length).toBeGreaterThan(outcomes.length / 4);
    }
  });

  it('lose nothing but what one of them has in hand when it is killed', async () => {
    const load = startLoad();
    await moreAnswers(load, clients);
    const killedAt = performance.now();
    await house.one.kill();
    await moreAnswers(load, 2 * clients);
    await house.one.start();
    await servesAgain(house.one);
    const outcomes = await load.stop();

    const failed = failedOf(outcomes);
    // What it had begun, and what HAProxy has sent into its places in the moment before its socket was closed.
    const begun = failed.filter(({ mark }) => house.api.answeredBy(mark).length > 0);
    expect(begun.length, inspect(failed)).toBeLessThanOrEqual(turns);
    expect(failed.length, inspect(failed)).toBeLessThanOrEqual(2 * turns);
    for (const { mark, sentAt } of failed) {
      expect(sentAt).toBeLessThan(killedAt);
      expect(house.api.answeredBy(mark)).not.toContain(house.two.login);
    }
    expectNothingTwice(outcomes);
  });

  it('answer everything when the plan of one is used up, and share again after its reset', async () => {
    const load = startLoad();
    await moreAnswers(load, clients);
    const resetsAt = Math.floor(Date.now() / 1000) + 6;
    house.api.limit(house.one.login, resetsAt);
    await expect.poll(house.one.ready, { timeout: 30_000 }).toBe(503);
    await moreAnswers(load, clients);
    await expect.poll(house.one.ready, { timeout: 30_000 }).toBe(200);
    await servesAgain(house.one);
    const outcomes = await load.stop();

    expect(failedOf(outcomes)).toEqual([]);
    expectNothingTwice(outcomes);
  });

  it('answer everything when one is stopped, and share again after its start', async () => {
    const load = startLoad();
    await moreAnswers(load, clients);
    expect(await house.one.stop()).toBe(0);
    await moreAnswers(load, clients);
    await house.one.start();
    await servesAgain(house.one);
    const outcomes = await load.stop();

    expect(failedOf(outcomes)).toEqual([]);
    expectNothingTwice(outcomes);
  });
});
