import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import type { ConfigChanges, Harness } from '../support/harness.ts';
import { processesOf } from '../support/service/home.ts';
import { isOtherCli } from '../support/cli-under-test.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { ask, everyPair, kindNames, turnKinds, type KindName, type TurnKind } from './turn-kinds.ts';

/*
 * Nothing of one request may reach another. What a process that has served other turns asks of the API has to be the
 * same, to the byte, as what a fresh one asks.
 */

/** The oldest CLI can't be emptied: each of its processes serves one turn. */
const isReused = !isOtherCli;
const quick: ConfigChanges = { claude: { max_retries: 0 }, limits: { concurrent_turns: 1 } };
const used = sharedHarness(undefined, { ...quick, pool: { warm_per_model: 1, max_warm: 2, max_turns: 1_000_000 } });
const single = sharedHarness(undefined, { ...quick, pool: { reuse: false, warm_per_model: 1, max_warm: 2 } });

/** The kinds in which the request reaches the API for sure. */
const compared = kindNames.filter((name) => name !== 'goneEarly');
const fresh = new Map<KindName, string>();

beforeAll(async () => {
  for (const name of compared) fresh.set(name, asked((await turn(single.harness, name))[0]));
  // The turn that a process is set up by.
  await turn(used.harness, 'plain');
}, 120_000);

/** What is sent to the API in a turn, once it is over and its process is back or gone. */
async function turn(harness: Harness, name: KindName): Promise<RecordedRequest[]> {
  const { behaviour }: TurnKind = turnKinds[name];
  const { standIn } = harness;
  standIn.behave(behaviour);
  const before = standIn.requests.length;
  await ask(harness, name);
  await vi.waitFor(
    async () => {
      expect(await harness.allWait()).toBe(true);
    },
    { timeout: 20_000, interval: 10 },
  );
  return standIn.requests.slice(before);
}

/** All of a request, as text: the order of its fields counts too, since the prompt cache works on bytes. */
function asked(request: RecordedRequest | undefined): string {
  if (request === undefined) throw new Error('no request reached the API');
  const body: Record<string, unknown> = { ...(request.body as object) };
  const headers: Record<string, unknown> = { ...request.headers };
  // Both name the session of the process.
  delete body['metadata'];
  delete headers['x-claude-code-session-id'];
  // Two stand-ins.
  delete headers['host'];
  return JSON.stringify([headers, body]);
}

/** What has kept processes from further turns, but for a machine that is busy with other things. */
async function whyNotReused({ url, log }: Harness): Promise<string[]> {
  const notEmptied = log.lines
    .filter(({ message }) => message === 'a CLI process is not used again')
    .map(({ fields }) => String(fields['reason']))
    .filter((reason) => !reason.startsWith('no answer within'));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const ends = [...metrics.matchAll(/process_ends_total\{reason="(\w+)"\} (\d+)/g)]
    .filter(([, , count]) => count !== '0')
    .map(([, reason = '']) => reason)
    .filter((reason) => reason !== 'surplus' && reason !== 'not_emptied');
  return [...notEmptied, ...ends];
}

async function expectAsFresh(name: KindName): Promise<void> {
  const [request] = await turn(used.harness, name);
  if (name === 'goneEarly') return;
  expect(asked(request)).toBe(fresh.get(name));
}

describe('a used process asks for the same as a fresh one', () => {
  test('after every kind of turn, for every kind of turn', async () => {
    await expect.poll(() => processesOf(used.harness.home)).toHaveLength(isReused ? 2 : 1);
    const pids = processesOf(used.harness.home);
    for (const name of isReused ? everyPair() : kindNames) await expectAsFresh(name);
    const still = processesOf(used.harness.home).filter((pid) => pids.includes(pid));
    expect(still.length > 0).toBe(isReused);
    if (isReused) expect(await whyNotReused(used.harness)).toEqual([]);
  }, 300_000);

  test('after ten turns of any kind', async () => {
    const sequences = fc.array(fc.constantFrom(...kindNames), { minLength: 10, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(sequences, async (names) => {
        for (const name of names) await expectAsFresh(name);
      }),
      { numRuns: isReused ? 5 : 1, endOnFailure: true },
    );
  }, 120_000);
});
