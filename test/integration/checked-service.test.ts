import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { cliUnderTest, isOtherCli } from '../support/cli-under-test.ts';
import { startHarness, cheapModel, type Harness } from '../support/harness.ts';
import { temporaryDir } from '../process/fixture.ts';

/** A `claude` program that can be updated: the real one, started by a script. */
function installed(): { path: string; update: (lines: string) => void } {
  const path = join(temporaryDir(), 'claude');
  const update = (lines: string): void => {
    writeFileSync(path, `#!/bin/bash\n${lines}\nexec ${cliUnderTest} "$@"\n`);
    chmodSync(path, 0o755);
  };
  update('# as it was installed');
  return { path, update };
}

const readsFiles = 'unset CLAUDE_CODE_DISABLE_ATTACHMENTS';

async function checkOf({ url }: Harness): Promise<unknown> {
  const health = (await (await fetch(`${url}/health`)).json()) as { cli?: { check?: unknown } };
  return health.cli?.check;
}

async function becomes(harness: Harness, status: string): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await checkOf(harness)).toMatchObject({ status });
    },
    { timeout: 60_000, interval: 50 },
  );
}

async function ask({ client }: Harness): Promise<string | null | undefined> {
  const completion = await client.chat.completions.create({
    model: cheapModel,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  return completion.choices[0]?.message.content;
}

it('a CLI is checked beside the first requests, used as it allows, and not served when an update breaks it', async () => {
  const cli = installed();
  const claude = { path: cli.path, check: true, max_retries: 0 };
  // Processes of the version before an update go on until they have served their turns.
  const pool = { max_turns: 2 };
  const harness = await startHarness({ kind: 'answer', text: 'Hello' }, { claude, pool });
  onTestFinished(() => harness.stop());
  // Before anything is known of it.
  expect(await ask(harness)).toBe('Hello');
  await becomes(harness, 'served');
  expect(await checkOf(harness)).toEqual({ status: 'served', reuse: !isOtherCli, prompt: 'exact' });
  expect(await ask(harness)).toBe('Hello');
  expect(JSON.stringify(harness.standIn.requests.at(-1)?.body)).not.toContain('<system-reminder>');
  const said = () => harness.log.lines.filter(({ message }) => /was checked|is not served/.test(message));
  expect(said().map(({ level }) => level)).toEqual(['info']);

  cli.update(readsFiles);
  await vi.waitFor(
    async () => {
      await expect(ask(harness)).rejects.toMatchObject({
        status: 502,
        message: expect.stringContaining('doctor') as string,
      });
    },
    { timeout: 60_000, interval: 100 },
  );
  await becomes(harness, 'not_served');
  expect(await checkOf(harness)).toMatchObject({ reason: expect.stringContaining('names with @ was read') as string });
  expect(said().map(({ level }) => level)).toEqual(['info', 'error']);
  expect((await fetch(`${harness.url}/ready`)).status).toBe(503);

  cli.update('# as the next update mends it');
  await vi.waitFor(
    async () => {
      expect(await ask(harness)).toBe('Hello');
    },
    { timeout: 60_000, interval: 100 },
  );
  await becomes(harness, 'served');
}, 200_000);
