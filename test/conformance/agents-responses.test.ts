import { Agent, OpenAIResponsesModel, user, webSearchTool, type AgentOutputType } from '@openai/agents';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Answer, Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { newsSource, searchedAnswer } from '../support/searched-answer.ts';
import { structured } from '../support/structured-answer.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, upstreamBody } from '../support/upstream.ts';
import { clockCall, instructions, runner, told, tools } from './agent-tools.ts';
import { complaintAbout } from './api-rules.ts';
import type { ToolCall } from './script.ts';
import { answer, conversations, question, rounds } from './tool-loop.ts';
import { fromUpstream, upstreamName } from './upstream-request.ts';

const prefix = 'mcp__client__';
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});

afterAll(async () => {
  await harness.stop();
});

interface Round {
  thinking?: string;
  text?: string;
  toolCalls?: readonly ToolCall[];
  json?: Record<string, unknown>;
}

/** What the model says from now on; gives the requests that reach it. */
function script(answers: readonly Round[]): RecordedRequest[] {
  const requests: RecordedRequest[] = [];
  harness.standIn.behave((request): Behaviour => {
    const complaint = complaintAbout(request.body);
    if (complaint !== undefined) return { kind: 'error', status: 400, message: complaint };
    const round = answers[requests.push(request) - 1];
    return round === undefined ? { kind: 'error', status: 400, message: 'no answer left' } : toAnswer(round, request);
  });
  return requests;
}

function toAnswer({ thinking, text, toolCalls = [], json }: Round, request: RecordedRequest): Answer {
  const toolUses = toolCalls.map((call) => ({ ...call, name: upstreamName(call.name, request, prefix) }));
  return {
    kind: 'answer',
    usage: { input_tokens: 10, output_tokens: 7 },
    ...(thinking !== undefined && { thinking }),
    ...(text !== undefined && { text }),
    ...(toolUses.length > 0 && { toolUses }),
    ...(json !== undefined && structured(request, json)),
  };
}

function city<Output extends AgentOutputType = 'text'>(more: { outputType?: Output; thinks?: boolean } = {}) {
  const client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
  return new Agent<unknown, Output>({
    name: 'city',
    instructions,
    model: new OpenAIResponsesModel(client, cheapModel),
    tools,
    ...(more.outputType !== undefined && { outputType: more.outputType }),
    ...(more.thinks === true && { modelSettings: { reasoning: { effort: 'low', summary: 'auto' } } }),
  });
}

describe('agents over responses', () => {
  test('lead a loop over two tools', async () => {
    const requests = script(rounds);
    const result = await runner.run(city(), question);

    expect(result.finalOutput).toBe(answer);
    expect(result.state.usage).toMatchObject({ requests: 3, inputTokens: 30, outputTokens: 21 });
    expect(requests.map((request) => fromUpstream(request, prefix).conversation)).toEqual(
      conversations.map((said) => [told, ...said]),
    );
  });

  test('lead the same loop with streams', async () => {
    const requests = script(rounds);
    const result = await runner.run(city(), question, { stream: true });
    const texts: string[] = [];
    for await (const piece of result.toTextStream()) texts.push(piece);
    await result.completed;

    expect(result.finalOutput).toBe(answer);
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.join('')).toBe(`Let me see.${answer}`);
    expect(requests.map((request) => fromUpstream(request, prefix).conversation)).toEqual(
      conversations.map((said) => [told, ...said]),
    );
  });

  test.each([{ stream: false }, { stream: true }])(
    'end with an object after a tool call (stream: $stream)',
    async ({ stream }) => {
      script([{ toolCalls: [clockCall] }, { json: { hour: 12, city: 'Rome' } }]);
      const agent = city({ outputType: z.object({ hour: z.number(), city: z.string() }) });
      expect(await finalOutput(agent, stream)).toEqual({ hour: 12, city: 'Rome' });
    },
  );

  test.each([{ stream: false }, { stream: true }])(
    'give the model its thinking back with what the tool said (stream: $stream)',
    async ({ stream }) => {
      const requests = script([
        { thinking: 'I need the clock.', toolCalls: [clockCall] },
        { thinking: 'Noon, then.', text: 'It is noon.' },
      ]);
      expect(await finalOutput(city({ thinks: true }), stream)).toBe('It is noon.');
      expect(conversationOf(requests[1])[1]).toMatchObject({
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I need the clock.' },
          { type: 'tool_use', id: 'call_1' },
        ],
      });
      expect(upstreamBody(requests[1]).thinking?.type).toBe('enabled');
    },
  );

  test('go on from the response before when they are told its id', async () => {
    const requests = script([{ text: 'Hello.' }, { text: 'Rome.' }]);
    const first = await runner.run(city(), 'Hi.');
    const previousResponseId = first.lastResponseId ?? '';
    expect(previousResponseId).toMatch(/^resp_/);
    const second = await runner.run(city(), 'Where is it warm?', { previousResponseId });

    expect(second.finalOutput).toBe('Rome.');
    expect(fromUpstream(requests[1] ?? never(), prefix).conversation).toEqual([
      told,
      { role: 'user', text: 'Hi.' },
      { role: 'assistant', text: 'Hello.', calls: [] },
      { role: 'user', text: 'Where is it warm?' },
    ]);
  });

  test.each([{ stream: false }, { stream: true }])(
    'search the web, and go on from what was said about it (stream: $stream)',
    async ({ stream }) => {
      harness.standIn.behave(searchedAnswer);
      const client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
      const agent = new Agent({
        name: 'news',
        model: new OpenAIResponsesModel(client, cheapModel),
        tools: [webSearchTool({ searchContextSize: 'low', filters: { allowedDomains: ['example.com'] } })],
      });
      const first = stream ? await runner.run(agent, question, { stream }) : await runner.run(agent, question);
      if ('completed' in first) await first.completed;
      expect(first.finalOutput).toBe('So it is.');
      expect(first.newItems.map(({ type }) => type)).toContain('tool_call_item');
      expect(JSON.stringify(first.rawResponses)).toContain(newsSource.url);

      await runner.run(agent, [...first.history, user('And?')]);
      const { tools: sent, messages } = upstreamBody(harness.standIn.requests.at(-1));
      expect(sent).toMatchObject([{ type: 'web_search_20250305', max_uses: 1, allowed_domains: ['example.com'] }]);
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    },
  );

  test('fail when the answer does', async () => {
    harness.standIn.behave({ kind: 'answer', deltas: ['Once ', 'upon '], errorAfterDeltas: 2 });
    const result = await runner.run(city(), question, { stream: true });
    await expect(result.completed).rejects.toThrow();
  });
});

function never(): never {
  throw new Error('the request never came');
}

async function finalOutput<Output extends AgentOutputType>(
  agent: Agent<unknown, Output>,
  stream: boolean,
): Promise<unknown> {
  if (!stream) return (await runner.run(agent, question)).finalOutput;
  const result = await runner.run(agent, question, { stream: true });
  await result.completed;
  return result.finalOutput;
}
