import { join } from 'node:path';
import { test } from 'vitest';
import { parse, stringify } from 'yaml';
import { sharedHarness } from '../support/shared-harness.ts';
import { startClient } from './support/client.ts';
import { documented } from './support/documented.ts';
import { bolts, command, expectJobDone, giveJob, prompt, stockServer } from './support/job.ts';
import { continueCli, newerNode } from './support/programs.ts';

const shared = sharedHarness();
const quiet = { CONTINUE_CLI_AUTO_UPDATED: '1', CONTINUE_CLI_ENABLE_TELEMETRY: '0', CONTINUE_TELEMETRY_ENABLED: '0' };

test('Continue runs a shell command and asks an MCP server', async () => {
  const client = await startClient();
  const settings = parse(documented('Continue', 'yaml', shared.harness.url)) as object;
  const [server, ...args] = stockServer(client);
  const mcpServers = [{ name: 'stock', command: server, args }];
  client.write('.continue/config.yaml', stringify({ ...settings, mcpServers }));
  giveJob(shared, [
    { tool: 'Bash', input: { command } },
    { tool: 'count_stock', input: bolts },
  ]);

  const config = join(client.home, '.continue/config.yaml');
  const printed = await client.run(newerNode(), [continueCli(), '--config', config, '--auto', '-p', prompt], quiet);
  await expectJobDone(shared, client, printed);
});
