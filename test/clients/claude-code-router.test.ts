import { test, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { callsWithSearch, expectToolSearch, runClaudeCode } from './support/claude-code.ts';
import { startClient, type Client } from './support/client.ts';
import { documented, documentedVariables } from './support/documented.ts';
import { expectJobDone, giveJob } from './support/job.ts';
import { claudeCodeRouter, newerNode } from './support/programs.ts';

const shared = sharedHarness();

test('claude-code-router passes on what Claude Code asks for', async () => {
  const client = await startClient();
  const router = await startRouter(client);
  giveJob(shared, callsWithSearch);
  const printed = await runClaudeCode(client, documentedVariables('Claude Code', router));
  await expectJobDone(shared, client, printed);
  expectToolSearch(shared);
});

/** Gives the router's address, when it answers there. */
async function startRouter(client: Client): Promise<string> {
  const port = await freePort();
  const settings = JSON.parse(documented('claude-code-router', 'json', shared.harness.url)) as object;
  client.write('.claude-code-router/config.json', JSON.stringify({ ...settings, PORT: port, LOG: false }));
  client.start(newerNode(), [claudeCodeRouter(), 'start']);
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(url), { timeout: 30_000, interval: 100 });
  return url;
}
