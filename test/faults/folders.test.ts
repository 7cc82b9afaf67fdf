import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, expectRecovered, startFakeService, wholeText, wordsOf } from './fake-service.ts';

const timeout = 60_000;

function removeRuntimeDirs(): void {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(`claude-harness-${process.pid}-`)) rmSync(join(tmpdir(), name), { recursive: true });
  }
}

it('folders that were tidied away are made again, and nobody notices', { timeout }, async () => {
  const test = await startFakeService();
  removeRuntimeDirs();
  rmSync(test.workspace, { recursive: true });

  expect(wordsOf(await ask(test, false))).toBe(wholeText);
  await expectRecovered(test);
});

it('a folder that cannot be made is said, and the turn after is served', { timeout }, async () => {
  const test = await startFakeService();
  rmSync(test.workspace, { recursive: true });
  writeFileSync(test.workspace, '');

  const outcome = await ask(test, false);
  expect(outcome).toMatchObject({ status: 502, code: 'cli_failed' });
  expect(outcome.text).toContain('EEXIST');
  rmSync(test.workspace);
  await expectRecovered(test);
});
