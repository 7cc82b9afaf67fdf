import { test } from 'vitest';
import { sharedHarness } from '../support/shared-harness.ts';
import { startClient } from './support/client.ts';
import { documented } from './support/documented.ts';
import { bolts, command, expectJobDone, giveJob, prompt, stockServer } from './support/job.ts';
import { newerNode, qwenCode } from './support/programs.ts';

const shared = sharedHarness();
const deferred = 'mcp__stock__count_stock';

test('Qwen Code runs a shell command, and finds the tool of an MCP server by its own tool search', async () => {
  const client = await startClient();
  const settings = JSON.parse(documented('Qwen Code', 'json', shared.harness.url)) as object;
  const [server, ...args] = stockServer(client);
  const mcpServers = { stock: { command: server, args, trust: true } };
  const quiet = { privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } };
  client.write('.qwen/settings.json', JSON.stringify({ ...settings, ...quiet, mcpServers }));
  giveJob(shared, [
    { tool: 'run_shell_command', input: { command, description: 'Writes made.txt', is_background: false } },
    { tool: 'tool_search', input: { query: `select:${deferred}` } },
    { tool: 'tool_call', input: { name: deferred, arguments: bolts } },
  ]);

  const printed = await client.run(newerNode(), [qwenCode(), '--yolo', prompt]);
  await expectJobDone(shared, client, printed);
});
