import { test } from 'vitest';
import { sharedHarness } from '../support/shared-harness.ts';
import { startClient } from './support/client.ts';
import { documented } from './support/documented.ts';
import { bolts, command, expectJobDone, giveJob, prompt, serverTimeoutMs, stockServer } from './support/job.ts';
import { codex } from './support/programs.ts';

const shared = sharedHarness();

test('Codex runs a shell command and asks an MCP server', async () => {
  const client = await startClient();
  const [server, ...args] = stockServer(client);
  const stock = [
    '[mcp_servers.stock]',
    `command = ${JSON.stringify(server)}`,
    `args = ${JSON.stringify(args)}`,
    `startup_timeout_sec = ${serverTimeoutMs / 1000}`,
  ];
  const quiet = '[analytics]\nenabled = false\n';
  const settings = documented('Codex', 'toml', shared.harness.url);
  client.write('.codex/config.toml', ['check_for_update_on_startup = false', settings, ...stock, quiet].join('\n'));
  giveJob(shared, [
    { tool: 'exec_command', input: { cmd: command } },
    { tool: 'mcp__stock__count_stock', input: bolts },
  ]);

  // The sandbox needs rights that a container may not have.
  const printed = await client.run(codex(), [
    'exec',
    '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox',
    prompt,
  ]);
  await expectJobDone(shared, client, printed);
});
