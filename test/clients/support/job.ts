import { join } from 'node:path';
import { expect } from 'vitest';
import { root } from '../../support/root.ts';
import type { SharedHarness } from '../../support/shared-harness.ts';
import type { Client } from './client.ts';
import { callThenAnswer, toolResults, type Call } from './scripted-model.ts';

/** What the user asks for, and what the model has a client do for it: run a shell command, and ask an MCP server. */
export const prompt = 'Write made.txt and count the bolts.';
export const command = 'echo written > made.txt && cat made.txt';
export const bolts = { item: 'bolts' };

const answer = 'made.txt is written, and there are seventeen bolts.';
const countedFile = 'counted.txt';

/** How long a client waits for the MCP server; some give up after five seconds, and go on without it. */
export const serverTimeoutMs = 60_000;

/** The command of the MCP server `stock`, with its arguments. */
export const stockServer = (client: Client): [string, ...string[]] => [
  process.execPath,
  join(root, 'test/clients/support/stock-server.mjs'),
  stockFile(client),
];

export const stockFile = ({ home }: Client): string => join(home, 'project', countedFile);

/** Has the model make these calls: the shell's first, and that of the MCP server's tool last. */
export function giveJob({ harness }: SharedHarness, calls: readonly Call[]): void {
  harness.standIn.behave(callThenAnswer(calls, answer));
}

/** What the model asked for has happened, it has seen so, its answer has been printed, and no request was refused. */
export async function expectJobDone(shared: SharedHarness, client: Client, printed: string): Promise<void> {
  expect(printed).toContain(answer);
  expect(client.read('made.txt')).toBe('written\n');
  expect(client.read(countedFile)).toBe('bolts\n');
  const results = shared.requests().map(toolResults);
  const seen = results.find((of) => of.length === Math.max(...results.map(({ length }) => length)));
  expect(seen?.at(0)).toContain('written');
  expect(seen?.at(-1)).toContain('There are 17 bolts in stock.');
  expect(await refusals(shared.harness.url)).toEqual([]);
}

/** The requests that were refused, as the metrics count them; a client may leave before a title has arrived (499). */
async function refusals(url: string): Promise<string[]> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const counts = metrics.split('\n').filter((line) => line.startsWith('claude_harness_requests_total{'));
  expect(counts).not.toEqual([]);
  return counts.filter((line) => /status="(?!499)[45]/.test(line));
}
