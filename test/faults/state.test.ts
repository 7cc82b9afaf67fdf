import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFile } from '../state/lock-file.ts';
import { ask, startFakeService, wholeText, wordsOf, type FakeService, type Outcome } from './fake-service.ts';

const timeout = 60_000;
const warning = ({ headers }: Outcome): string => headers.get('x-claude-harness-warning') ?? '';
const statePath = ({ home }: FakeService): string => join(home, 'state/state.db');
const idOf = ({ text }: Outcome): string => (JSON.parse(text) as { id: string }).id;

async function expectServed(test: FakeService): Promise<void> {
  expect(wordsOf(await ask(test, false))).toBe(wholeText);
}

it(
  'a response that cannot be stored for a lock is answered with a warning, and chat goes on',
  { timeout },
  async () => {
    const test = await startFakeService();
    const before = idOf(await ask(test, false, '/v1/responses'));
    const unlock = await lockFile(statePath(test));

    const outcome = await ask(test, false, '/v1/responses');
    expect(outcome.status).toBe(200);
    expect(outcome.text).toContain(wholeText);
    expect(warning(outcome)).toContain('could not be stored');
    const streamed = await ask(test, true, '/v1/responses');
    expect(streamed.text).toContain('response.completed');
    await expectServed(test);
    // Reading goes on beside a lock.
    expect((await fetch(`${test.url}/v1/responses/${before}`)).status).toBe(200);

    await unlock();
    const stored = async () => {
      const id = idOf(await ask(test, false, '/v1/responses'));
      return (await fetch(`${test.url}/v1/responses/${id}`)).status;
    };
    await expect.poll(stored, { timeout: 10_000 }).toBe(200);
  },
);

it(
  'without a state file that can be used, responses are answered with a warning, and stored ones say why not',
  { timeout },
  async () => {
    const test = await startFakeService();
    rmSync(join(test.home, 'state'), { recursive: true, force: true });
    mkdirSync(statePath(test), { recursive: true });

    const outcome = await ask(test, false, '/v1/responses');
    expect(outcome.status).toBe(200);
    expect(warning(outcome)).toContain('could not be stored');
    const read = await fetch(`${test.url}/v1/responses/${idOf(outcome)}`);
    expect(read.status).toBe(500);
    expect(await read.text()).toContain('The state file');
    await expectServed(test);

    rmSync(statePath(test), { recursive: true });
    const again = async () => warning(await ask(test, false, '/v1/responses'));
    await expect.poll(again, { timeout: 10_000 }).toBe('');
  },
);
