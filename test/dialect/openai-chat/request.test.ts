import { describe, expect, it } from 'vitest';
import { bodyWith, chatBody, read, refusalOf } from './read-chat.ts';

const hello = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };

describe('fromChatRequest', () => {
  it('reads a request with nothing but a model and a message', () => {
    expect(read(chatBody({ role: 'user', content: 'Hello' }))).toEqual({
      conversation: { system: [], messages: [hello] },
      model: 'claude-sonnet',
      stream: false,
      includeUsage: false,
      ignored: [],
    });
  });

  it('reads a request with every field it understands', () => {
    const body = bodyWith({
      max_completion_tokens: 256,
      reasoning_effort: 'low',
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(read(body)).toEqual({
      conversation: { system: [], messages: [hello] },
      model: 'claude-sonnet',
      maxTokens: 256,
      effort: 'low',
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
    expect(read(bodyWith(fields)).maxTokens).toBe(maxTokens);
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
    [{ model: undefined }, 'model', 'model is missing; it must be a string.'],
    [{ model: null }, 'model', 'model must be a string.'],
    [{ model: '' }, 'model', 'model must not be empty.'],
    [{ model: 'm'.repeat(257) }, 'model', 'model must be at most 256 characters long.'],
    [{ messages: undefined }, 'messages', 'messages is missing; it must be a list of messages.'],
    [{ messages: 'Hello' }, 'messages', 'messages must be a list of messages.'],
    [{ messages: [] }, 'messages', 'messages must hold at least one message.'],
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
    [
      { reasoning_effort: 'max' },
      'reasoning_effort',
      'reasoning_effort must be one of none, minimal, low, medium, high, xhigh.',
    ],
  ])('refuses %j and names the field', (fields, param, message) => {
    expect(refusalOf(bodyWith(fields))).toEqual({ code: 'INVALID_REQUEST', param, message });
  });
});
