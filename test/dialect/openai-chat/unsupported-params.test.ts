import { describe, expect, it } from 'vitest';
import { bodyWith, read, refusalOf } from './read-chat.ts';

const tools = [{ type: 'function', function: { name: 'look_up', parameters: {} } }];

describe('refuseUnsupported', () => {
  it.each([
    ['tools', tools],
    ['tools', {}],
    ['functions', [{ name: 'look_up' }]],
    ['tool_choice', 'required'],
    ['tool_choice', { type: 'function', function: { name: 'look_up' } }],
    ['function_call', { name: 'look_up' }],
    ['response_format', { type: 'json_object' }],
    ['response_format', 'json'],
    ['stop', 'END'],
    ['stop', ['', 'END']],
    ['n', 2],
    ['n', 0],
    ['modalities', ['text', 'audio']],
    ['audio', { voice: 'alloy', format: 'wav' }],
    ['web_search_options', {}],
  ])('refuses %s = %j', (name, value) => {
    expect(refusalOf(bodyWith({ [name]: value }))).toEqual({
      code: 'UNSUPPORTED_PARAMETER',
      param: name,
      message: `Not supported by this service: ${name}. Leave it out.`,
    });
  });

  it.each([
    ['tools', []],
    ['functions', []],
    ['tool_choice', 'none'],
    ['tool_choice', 'auto'],
    ['function_call', 'auto'],
    ['response_format', { type: 'text' }],
    ['stop', ''],
    ['stop', []],
    ['n', 1],
    ['modalities', ['text']],
  ])('serves %s = %j, which asks for nothing special', (name, value) => {
    expect(read(bodyWith({ [name]: value }), 'reject').ignored).toEqual([]);
  });

  it.each(['tools', 'functions', 'tool_choice', 'response_format', 'stop', 'n', 'modalities', 'audio'])(
    'takes null for %s as absent',
    (name) => {
      expect(read(bodyWith({ [name]: null }), 'reject').ignored).toEqual([]);
    },
  );

  it('names all such fields in one error', () => {
    const refusal = refusalOf(bodyWith({ stop: 'END', n: 2, tools }));
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED_PARAMETER', param: 'tools' });
    expect(refusal.message).toContain('tools, stop, n');
  });
});
