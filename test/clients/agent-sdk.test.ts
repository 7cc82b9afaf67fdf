import { join } from 'node:path';
import { test } from 'vitest';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { root } from '../support/root.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { callsWithSearch, expectToolSearch, quiet } from './support/claude-code.ts';
import { startClient } from './support/client.ts';
import { documentedVariables } from './support/documented.ts';
import { expectJobDone, giveJob, prompt, stockFile } from './support/job.ts';

const shared = sharedHarness();
const program = join(root, 'test/clients/support/agent-sdk-query.mjs');

test('a program on the Agent SDK runs a shell command and a tool of its own', async () => {
  const client = await startClient();
  giveJob(shared, callsWithSearch);
  const printed = await client.run(process.execPath, [program, cliUnderTest, stockFile(client), prompt], {
    ...documentedVariables('Claude Code', shared.harness.url),
    ...quiet,
  });
  await expectJobDone(shared, client, printed);
  expectToolSearch(shared);
});
