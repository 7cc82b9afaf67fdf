import { expect } from 'vitest';
import { cliUnderTest } from '../../support/cli-under-test.ts';
import type { SharedHarness } from '../../support/shared-harness.ts';
import type { Client } from './client.ts';
import { bolts, command, prompt, serverTimeoutMs, stockServer } from './job.ts';
import { toolResults, type Call } from './scripted-model.ts';

const tool = 'mcp__stock__count_stock';

/** The job as Claude Code has it done: the tool of the MCP server is deferred, so the model looks it up first. */
export const callsWithSearch: Call[] = [
  { tool: 'Bash', input: { command, description: 'Writes made.txt' } },
  { tool: 'ToolSearch', input: { query: `select:${tool}`, max_results: 1 } },
  { tool, input: bolts },
];

/** Beside what the docs name. */
export const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', MCP_TIMEOUT: String(serverTimeoutMs) };

/** Gives what it prints. */
export async function runClaudeCode(client: Client, variables: Record<string, string>): Promise<string> {
  const [command, ...args] = stockServer(client);
  const mcpConfig = JSON.stringify({ mcpServers: { stock: { command, args } } });
  return client.run(
    cliUnderTest,
    ['-p', prompt, '--model', 'sonnet', '--mcp-config', mcpConfig, '--allowed-tools', 'Bash', 'mcp__stock'],
    { ...variables, ...quiet },
  );
}

/** The API itself was asked to defer the tool, and was given a reference to it. */
export function expectToolSearch({ requests }: SharedHarness): void {
  const last = requests().at(-1);
  expect((last?.body as { tools: object[] }).tools).toContainEqual(
    expect.objectContaining({ name: `mcp__client__${tool}`, defer_loading: true }),
  );
  expect(toolResults(last)[1]).toBe(JSON.stringify([{ type: 'tool_reference', tool_name: `mcp__client__${tool}` }]));
}
