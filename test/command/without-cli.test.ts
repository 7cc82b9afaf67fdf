import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { untilCliMissing } from '../../src/command/without-cli.ts';
import type { Readiness } from '../../src/core/backend.ts';

const missing: Readiness = { ready: false, reason: 'cli_missing', message: 'Not there.' };
const forMs = 100;

/** What has happened after three times the wait. */
async function outcome(readiness: () => Readiness, configFolder?: string): Promise<string> {
  return Promise.race([untilCliMissing({ readiness, configFolder, forMs }), sleep(3 * forMs, 'nothing')]);
}

it('notices a CLI that stays missing', async () => {
  expect(await outcome(() => missing)).toBe('cli_missing');
});

it('notices a folder of the CLI that stays missing', async () => {
  expect(await outcome(() => ({ ready: true }), '/nowhere/.claude')).toBe('cli_missing');
});

it('lets a CLI be that is there, or away for a moment', async () => {
  expect(await outcome(() => ({ ready: true }), tmpdir())).toBe('nothing');
  let asked = 0;
  expect(await outcome(() => (asked++ % 2 === 0 ? missing : { ready: true }))).toBe('nothing');
});

it('waits longer where the CLI fails, which another start does not change', async () => {
  expect(await outcome(() => ({ ready: false, reason: 'cli_failing', message: 'It ends.' }))).toBe('nothing');
});
