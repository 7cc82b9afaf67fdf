import { test } from 'vitest';
import { sharedHarness } from '../support/shared-harness.ts';
import { startClient } from './support/client.ts';
import { documented } from './support/documented.ts';
import { bolts, command, expectJobDone, giveJob, prompt, serverTimeoutMs, stockServer } from './support/job.ts';
import { opencode } from './support/programs.ts';

const shared = sharedHarness();

test('opencode runs a shell command and asks an MCP server', async () => {
  const client = await startClient();
  const settings = JSON.parse(documented('opencode', 'json', shared.harness.url)) as object;
  const mcp = { stock: { type: 'local', command: stockServer(client), timeout: serverTimeoutMs } };
  client.write('.config/opencode/opencode.json', JSON.stringify({ ...settings, mcp, autoupdate: false }));
  giveJob(shared, [
    { tool: 'bash', input: { command, description: 'Writes made.txt' } },
    { tool: 'stock_count_stock', input: bolts },
  ]);

  const printed = await client.run(opencode(), ['run', prompt], {
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  });
  await expectJobDone(shared, client, printed);
});
