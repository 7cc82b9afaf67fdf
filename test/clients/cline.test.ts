import { test } from 'vitest';
import { sharedHarness } from '../support/shared-harness.ts';
import { startClient } from './support/client.ts';
import { documented } from './support/documented.ts';
import { bolts, command, expectJobDone, giveJob, prompt, serverTimeoutMs, stockServer } from './support/job.ts';
import { cline } from './support/programs.ts';

const shared = sharedHarness();
// In the process itself: its hub, which lives on, would be started for each test.
const quiet = { CLINE_SESSION_BACKEND_MODE: 'local', CLINE_NO_AUTO_UPDATE: '1', TELEMETRY_OPT_OUT: '1' };

test('Cline runs a shell command and asks an MCP server', async () => {
  const client = await startClient();
  const [server, ...args] = stockServer(client);
  const mcp = { mcpServers: { stock: { command: server, args, timeout: serverTimeoutMs / 1000 } } };
  client.write('.cline/data/settings/cline_mcp_settings.json', JSON.stringify(mcp));
  giveJob(shared, [
    { tool: 'run_commands', input: { commands: [command] } },
    { tool: 'stock__count_stock', input: bolts },
  ]);

  const [, ...auth] = documented('Cline', 'sh', shared.harness.url).trim().split(/\s+/);
  await client.run(cline(), auth, quiet);
  await expectJobDone(shared, client, await client.run(cline(), [prompt], quiet));
});
