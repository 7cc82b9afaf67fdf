import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { WireLogPage } from '../../src/http/routes/logs/log-schema.ts';
import { lockFile } from '../state/lock-file.ts';
import { ask, startFakeService, wholeText, wordsOf, type FakeService } from './fake-service.ts';

const timeout = 60_000;
const statePath = ({ home }: FakeService): string => join(home, 'state/state.db');

async function askAs(test: FakeService, client: string): Promise<void> {
  const messages = [{ role: 'user', content: 'Hello' }];
  const response = await fetch(`${test.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': client },
    body: JSON.stringify({ model: 'haiku', messages }),
  });
  expect(await response.text()).toContain(wholeText);
}

async function clientsOf({ url }: FakeService): Promise<(string | null)[]> {
  const answer = await fetch(`${url}/logs/query?order=asc`);
  return answer.ok ? ((await answer.json()) as WireLogPage).results.map(({ client }) => client) : [];
}

const complaints = ({ log }: FakeService): string[] =>
  log.lines.filter(({ level }) => level === 'error' || level === 'warn').map(({ message }) => message);

it('requests wait while another program holds a lock, and chat and reading go on', { timeout }, async () => {
  const test = await startFakeService();
  await askAs(test, 'before');
  expect(await clientsOf(test)).toEqual(['before']);
  const unlock = await lockFile(statePath(test));
  await askAs(test, 'meanwhile');
  expect(await clientsOf(test)).toEqual(['before']);
  await expect.poll(() => complaints(test)).toHaveLength(1);
  await askAs(test, 'still');
  await unlock();
  await expect.poll(() => clientsOf(test), { timeout: 10_000 }).toEqual(['before', 'meanwhile', 'still']);
  expect(complaints(test)).toEqual([expect.stringContaining('another program holds a lock') as string]);
});

it('a damaged file costs what was in it, with one line, and chat and the log go on', { timeout }, async () => {
  const test = await startFakeService();
  await askAs(test, 'lost');
  expect(await clientsOf(test)).toEqual(['lost']);
  const folder = join(test.home, 'state');
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'no database '.repeat(10_000));
  await askAs(test, 'kept');
  await expect.poll(() => clientsOf(test), { timeout: 10_000 }).toEqual(['kept']);
  expect(wordsOf(await ask(test, true))).toBe(wholeText);
  expect(complaints(test)).toEqual([expect.stringContaining('is damaged; it was moved to') as string]);
});
