import { describe, expect, it } from 'vitest';
import { bodyWith, chatBody, read, refusalOf } from './read-chat.ts';

const image = (detail?: unknown) => ({
  type: 'image_url',
  image_url: { url: 'https://example.org/cat.png', detail },
});

describe('listIgnored', () => {
  it.each([
    ['top_k', 40],
    ['frequency_penalty', 0.1],
    ['presence_penalty', -1],
    ['repetition_penalty', 1.1],
    ['seed', 0],
    ['logprobs', true],
    ['top_logprobs', 3],
    ['logit_bias', { '50256': -100 }],
    ['user', 'kitchen'],
    ['metadata', { room: 'kitchen' }],
    ['store', true],
    ['service_tier', 'flex'],
    ['prediction', { type: 'content', content: 'x' }],
    ['verbosity', 'low'],
    ['prompt_cache_key', 'k'],
    ['prompt_cache_retention', '24h'],
    ['safety_identifier', 's'],
    ['never_heard_of', 1],
  ])('names %s = %j, and refuses it where the policy says so', (name, value) => {
    expect(read(bodyWith({ [name]: value })).ignored).toEqual([name]);
    expect(refusalOf(bodyWith({ [name]: value }), 'reject')).toMatchObject({
      code: 'UNSUPPORTED_PARAMETER',
      param: name,
    });
  });

  it.each([
    ['temperature', 1],
    ['top_p', 1],
    ['frequency_penalty', 0],
    ['presence_penalty', 0],
    ['repetition_penalty', 1],
    ['logprobs', false],
    ['top_logprobs', 0],
    ['logit_bias', {}],
    ['metadata', {}],
    ['store', false],
    ['service_tier', 'auto'],
    ['service_tier', 'default'],
    ['parallel_tool_calls', false],
    ['tools', []],
    ['tool_choice', 'none'],
    ['functions', []],
    ['function_call', 'none'],
    ['response_format', { type: 'json_object' }],
    ['stop', 'END'],
    ['n', 2],
    ['verbosity', 'medium'],
    ['temperature', null],
    ['metadata', null],
    ['never_heard_of', null],
  ])('does not name %s = %j, which asks for nothing or is honoured', (name, value) => {
    expect(read(bodyWith({ [name]: value }), 'reject').ignored).toEqual([]);
  });

  it('names what is ignored inside messages, once', () => {
    const body = chatBody(
      { role: 'system', content: 'Be brief.', name: 'house' },
      { role: 'user', name: 'ada', content: [image('high'), image('low'), image('auto'), image()] },
    );
    expect(read({ ...body, seed: 1 }).ignored).toEqual(['seed', 'messages[].name', 'image_url.detail']);
    expect(refusalOf(body, 'reject')).toMatchObject({ code: 'UNSUPPORTED_PARAMETER', param: 'messages[].name' });
  });

  it('does not name the name of an assistant message, which clients send back as they got it', () => {
    const body = chatBody({ role: 'assistant', content: 'Hi', name: 'claude' }, { role: 'user', content: 'Hello' });
    expect(read(body, 'reject').ignored).toEqual([]);
  });

  it('does not repeat names that could break a header', () => {
    const fields = { 'a\r\nset-cookie: b': 1, [`long${'g'.repeat(61)}`]: 1, 'mit Lücke': 1, 'fine-1.a[0]_': 1 };
    expect(read(bodyWith(fields)).ignored).toEqual(['(unprintable)', 'fine-1.a[0]_']);
  });

  it('lists at most 20 names', () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field_${index}`, 1]));
    expect(read(bodyWith(fields)).ignored).toHaveLength(20);
  });

  it('takes fields named like parts of JavaScript objects for unknown ones', () => {
    const body: unknown = JSON.parse(
      `{"__proto__": {"tools": [1]}, "constructor": {"prototype": 1}, "model": "m",
        "messages": [{"role": "user", "content": "Hello", "__proto__": {"role": "system"}}]}`,
    );
    expect(read(body).ignored).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['tools']).toBeUndefined();
  });
});
