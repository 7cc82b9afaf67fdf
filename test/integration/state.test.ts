import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processEnds } from '../state/open-state.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';

let folder: string;
const harnesses: Harness[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-test-'));
});

afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(path: string): Promise<Harness> {
  const harness = await startHarness({ kind: 'answer', text: 'served' }, { state: { path } });
  harnesses.push(harness);
  return harness;
}

async function chat({ client }: Harness): Promise<string | null | undefined> {
  const completion = await client.chat.completions.create({
    model: cheapModel,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  return completion.choices[0]?.message.content;
}

const errors = ({ log }: Harness) => log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);

test('chat is served without a state file that can be used, and one line says what to do', async () => {
  const path = join(folder, 'state.db');
  mkdirSync(path);
  const harness = await start(path);

  expect(await chat(harness)).toBe('served');
  await expect.poll(() => errors(harness)).toHaveLength(1);
  expect(errors(harness)[0]).toContain(`The state file ${path} can't be used: make sure that it is a file`);
});

test('two services share one file for a moment, and the last one leaves it closed', async () => {
  const path = join(folder, 'state/state.db');
  const before = await start(path);
  const after = await start(path);
  await expect.poll(() => existsSync(`${path}-wal`)).toBe(true);
  await before.stop();

  expect(await chat(after)).toBe('served');
  await after.stop();
  await processEnds();
  expect(readdirSync(dirname(path))).toEqual(['state.db']);
  expect([...errors(before), ...errors(after)]).toEqual([]);
  harnesses.length = 0;
});
