import { test } from 'vitest';
import { sharedHarness } from '../support/shared-harness.ts';
import { callsWithSearch, expectToolSearch, runClaudeCode } from './support/claude-code.ts';
import { startClient } from './support/client.ts';
import { documentedVariables } from './support/documented.ts';
import { expectJobDone, giveJob } from './support/job.ts';

const shared = sharedHarness();

test('Claude Code runs a shell command, and finds the tool of an MCP server by tool search', async () => {
  const client = await startClient();
  giveJob(shared, callsWithSearch);
  const printed = await runClaudeCode(client, documentedVariables('Claude Code', shared.harness.url));
  await expectJobDone(shared, client, printed);
  expectToolSearch(shared);
});
