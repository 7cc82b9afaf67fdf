import { ExecaError } from 'execa';
import { beforeEach, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { startClient } from './support/client.ts';
import { documented } from './support/documented.ts';
import { codex, newerNode, qwenCode } from './support/programs.ts';

const shared = sharedHarness();
const inTwoHours = Math.floor(Date.now() / 1000) + 7200;

beforeEach(() => {
  shared.harness.standIn.behave(apiErrors.planLimit(inTwoHours));
});

/** What a client prints that gives up. */
async function complaint(running: Promise<string>): Promise<string> {
  const failure: unknown = await running.catch((error: unknown) => error);
  if (!(failure instanceof ExecaError)) throw new Error(`it did not fail but printed ${String(failure)}`);
  expect(failure.timedOut).toBe(false);
  return `${String(failure.stdout)}\n${String(failure.stderr)}`;
}

test('Codex tells when a used-up plan can be used again', async () => {
  const client = await startClient();
  const quiet = 'check_for_update_on_startup = false\n';
  client.write(
    '.codex/config.toml',
    `${quiet}${documented('Codex', 'toml', shared.harness.url)}\n[analytics]\nenabled = false\n`,
  );

  expect(await complaint(client.run(codex(), ['exec', '--skip-git-repo-check', 'Hello']))).toMatch(
    /You’ve hit your usage limit\. Try again at /,
  );
});

test('Qwen Code gives up at a used-up plan, and tells when it can be used again', async () => {
  const client = await startClient();
  const settings = JSON.parse(documented('Qwen Code', 'json', shared.harness.url)) as object;
  const quiet = { privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } };
  client.write('.qwen/settings.json', JSON.stringify({ ...settings, ...quiet }));

  expect(await complaint(client.run(newerNode(), [qwenCode(), '--yolo', 'Hello']))).toContain(
    new Date(inTwoHours * 1000).toISOString(),
  );
});
