import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashToken } from '../../../src/util/token-hash.ts';
import { agentsConfig } from '../../support/agents/agents-config.ts';
import { bash, calls, says } from '../../support/agents/scripted.ts';
import { cheapModel, startHarness, type Harness } from '../../support/harness.ts';

/** Turns of agents count like any other: for the owner, and for what a client may use. */

const token = 'made-up-token-of-the-workshop';
let folder: string;
let harness: Harness;
let anthropic: Anthropic;

beforeEach(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'recorded-turns-'));
  harness = await startHarness(undefined, {
    server: {
      tokens: [{ hash: hashToken(token), name: 'workshop', role: 'owner', budget: { tokens_per_day: 25 } }],
    },
    agents: agentsConfig({
      helper: {
        model: cheapModel,
        workspaces: [{ path: folder, mode: 'rw' }],
        tools: ['bash'],
        permissions: { default: 'always_allow' },
        sandbox: 'off',
      },
    }),
  });
  anthropic = new Anthropic({ baseURL: harness.url, apiKey: token, maxRetries: 0 });
});

afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

interface Row {
  client: string;
  model: string;
  status_code: number;
  finish_reason: string | null;
  tokens_input: number;
  tokens_output: number;
  tool_calls: number;
  session: string | null;
  cost_usd: number | null;
}

async function rows(): Promise<Row[]> {
  const answer = await fetch(`${harness.url}/logs/query`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { results: Row[] }).results;
}

async function runTurn(sessionId: string): Promise<void> {
  const watched = await anthropic.beta.sessions.events.stream(sessionId);
  await anthropic.beta.sessions.events.send(sessionId, {
    events: [{ type: 'user.message', content: [{ type: 'text', text: 'Go on.' }] }],
  });
  for await (const event of watched) if (event.type === 'session.status_idle') return;
}

test('a turn of a session is recorded with all that it took, and counts for the budget of its client', async () => {
  const { id } = await anthropic.beta.sessions.create({ agent: 'helper', environment_id: 'helper' });
  harness.standIn.behave([
    { ...calls(bash('true')), usage: { input_tokens: 10, output_tokens: 3 } },
    { ...says('Done.'), usage: { input_tokens: 11, output_tokens: 4 } },
  ]);
  await runTurn(id);
  expect(await rows()).toMatchObject([
    {
      ...{ client: 'workshop', model: cheapModel, session: id, status_code: 200, finish_reason: 'end_turn' },
      ...{ tokens_input: 21, tokens_output: 7, tool_calls: 1 },
    },
  ]);
  const refused = anthropic.beta.sessions.events.send(id, {
    events: [{ type: 'user.message', content: [{ type: 'text', text: 'More.' }] }],
  });
  await expect(refused).rejects.toMatchObject({ status: 429, message: expect.stringContaining('budget') as unknown });
  const another = anthropic.beta.sessions.create({
    ...{ agent: 'helper', environment_id: 'helper' },
    initial_events: [{ type: 'user.message', content: [{ type: 'text', text: 'More.' }] }],
  });
  await expect(another).rejects.toMatchObject({ status: 429 });
});

test('a turn that answers a chat request is recorded once, as that request', async () => {
  harness.standIn.behave({ ...says('Hello.'), usage: { input_tokens: 10, output_tokens: 3 } });
  const openai = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: token, maxRetries: 0 });
  await openai.chat.completions.create({ model: `${cheapModel}:helper`, messages: [{ role: 'user', content: 'Hi' }] });
  await expect.poll(rows).toMatchObject([{ model: `${cheapModel}:helper`, tokens_input: 10, tokens_output: 3 }]);
});
