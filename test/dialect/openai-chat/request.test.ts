import { describe, expect, it } from 'vitest';
import { fromChatRequest } from '../../../src/dialect/openai-chat/request.ts';
import { bodyWith, chatBody, read, refusalOf } from './read-chat.ts';

const hello = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };

describe('fromChatRequest', () => {
  it('reads a request with nothing but a model and a message', () => {
    expect(read(chatBody({ role: 'user', content: 'Hello' }))).toEqual({
      conversation: { system: [], messages: [hello] },
      model: 'claude-sonnet',
      options: {},
      choices: 1,
      legacyFunctions: false,
      stream: false,
      includeUsage: false,
      ignored: [],
    });
  });

  it('reads a request with every field it understands', () => {
    const body = bodyWith({
      max_completion_tokens: 256,
      reasoning_effort: 'low',
      tools: [{ type: 'function', function: { name: 'look_up' } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_object' },
      stop: ['END', '\n'],
      n: 2,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(read(body)).toEqual({
      conversation: {
        system: [],
        messages: [hello],
        tools: [
          {
            name: 'look_up',
            inputSchema: { type: 'object', properties: {} },
            strict: false,
            field: 'tools[0].function.parameters',
          },
        ],
      },
      model: 'claude-sonnet',
      options: {
        maxTokens: 256,
        effort: 'low',
        toolChoice: { type: 'required' },
        parallelToolCalls: false,
        output: { schema: { type: 'object', additionalProperties: true }, field: 'response_format' },
        stopSequences: ['END', '\n'],
      },
      choices: 2,
      legacyFunctions: false,
      stream: true,
      includeUsage: true,
      ignored: [],
    });
  });

  it('takes null for absent', () => {
    const body = bodyWith({
      max_tokens: null,
      max_completion_tokens: null,
      reasoning_effort: null,
      response_format: null,
      stop: null,
      n: null,
      stream: null,
      stream_options: null,
    });
    expect(read(body)).toEqual(read(bodyWith({})));
  });

  it.each([
    [{ max_tokens: 1 }, 1],
    [{ max_tokens: 1, max_completion_tokens: 2 }, 2],
    [{ max_tokens: 1, max_completion_tokens: null }, 1],
  ])('reads the token limit of %j', (fields, maxTokens) => {
    expect(read(bodyWith(fields)).options.maxTokens).toBe(maxTokens);
  });

  it.each([
    ['END', ['END']],
    ['\n', ['\n']],
    [
      ['a', ' ', 'b', 'END'],
      ['a', ' ', 'b', 'END'],
    ],
    [['', 'END'], ['END']],
  ])('stops at each of %j that is not empty', (stop, stopSequences) => {
    expect(read(bodyWith({ stop })).options.stopSequences).toEqual(stopSequences);
  });

  it.each(['', [], ['', '']])('stops nowhere with %j', (stop) => {
    expect(read(bodyWith({ stop })).options).toEqual({});
  });

  it.each([1, 4])('gives %d choices', (n) => {
    expect(read(bodyWith({ n })).choices).toBe(n);
  });

  it('gives no more choices than the configuration allows', () => {
    const body = bodyWith({ n: 3 });
    expect(fromChatRequest(body, { defaultModel: 'sonnet', unsupportedParams: 'ignore', maxChoices: 3 }).choices).toBe(
      3,
    );
    expect(() => fromChatRequest(body, { defaultModel: 'sonnet', unsupportedParams: 'ignore', maxChoices: 2 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: 'n must be at most 2 (limits.max_choices).',
        facts: { param: 'n' },
      }),
    );
  });

  it('accepts stream_options without stream, though OpenAI does not', () => {
    expect(read(bodyWith({ stream_options: { include_usage: true } }))).toMatchObject({ stream: false });
  });

  it.each([undefined, null, [], 'text', 1, true])('refuses %j as a body', (body) => {
    expect(refusalOf(body)).toEqual({
      code: 'INVALID_REQUEST',
      param: undefined,
      message: 'The request body must be a JSON object with model and messages.',
    });
  });

  it.each([
    [{ model: 7 }, 'model', 'model must be a string.'],
    [{ model: '' }, 'model', 'model must not be empty.'],
    [{ model: 'm'.repeat(257) }, 'model', 'model must be at most 256 characters long.'],
    [{ messages: undefined }, 'messages', 'messages is missing; it must be a list of messages.'],
    [{ messages: 'Hello' }, 'messages', 'messages must be a list of messages.'],
    [{ messages: [] }, 'messages', 'messages must contain at least one message.'],
    [{ max_tokens: 0 }, 'max_tokens', 'max_tokens must be a positive integer.'],
    [{ max_tokens: 1.5 }, 'max_tokens', 'max_tokens must be a positive integer.'],
    [{ max_completion_tokens: '9' }, 'max_completion_tokens', 'max_completion_tokens must be a positive integer.'],
    [{ stream: 'yes' }, 'stream', 'stream must be true or false.'],
    [{ stream_options: true }, 'stream_options', 'stream_options must be an object.'],
    [
      { stream_options: { include_usage: 1 } },
      'stream_options.include_usage',
      'stream_options.include_usage must be true or false.',
    ],
    [{ n: 0 }, 'n', 'n must be a positive integer.'],
    [{ n: 1.5 }, 'n', 'n must be a positive integer.'],
    [{ n: '2' }, 'n', 'n must be a positive integer.'],
    [{ stop: 1 }, 'stop', 'stop must be a string or a list of strings.'],
    [{ stop: {} }, 'stop', 'stop must be a string or a list of strings.'],
    [{ stop: ['END', null] }, 'stop[1]', 'stop[1] must be a string.'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'stop must contain at most 4 stop sequences.'],
    [
      { reasoning_effort: 'huge' },
      'reasoning_effort',
      'reasoning_effort must be one of none, minimal, low, medium, high, xhigh, max.',
    ],
  ])('refuses %j and names the field', (fields, param, message) => {
    expect(refusalOf(bodyWith(fields))).toEqual({ code: 'INVALID_REQUEST', param, message });
  });
});
