import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../src/core/conversation.ts';
import { withModelKeys, withRenamedKeys } from '../../src/turn/renamed-keys.ts';
import { hello } from '../support/hello.ts';
import { callBlock, end, restart, run, scripted, start, textBlock, tool, withTools } from './scripted.ts';

const text = { type: 'string' };
const query = tool('query', {
  renamesKeys: true,
  inputSchema: {
    type: 'object',
    properties: {
      $top: { type: 'number', enum: [1, 2], default: { $top: 1 } },
      'filter[id]': text,
      filter_id_: text,
      größe: { type: 'object', properties: { $top: text, enum: text, properties: text }, required: ['$top'] },
      plain: { anyOf: [{ type: 'object', properties: { 'a b': text } }] },
    },
    required: ['$top', 'plain'],
  },
});
const asked = (turns: ReturnType<typeof scripted>) => turns.asked[0]?.conversation;

describe('withRenamedKeys', () => {
  it('gives the model names that the API takes, at every depth', async () => {
    const turns = scripted([start(), ...textBlock('Hi'), end('end_turn')]);
    await run(withRenamedKeys(turns.runTurn), {}, withTools(query, tool('other')));
    expect(asked(turns)?.tools?.[1]).toEqual(tool('other'));
    expect(asked(turns)?.tools?.[0]?.inputSchema).toEqual({
      type: 'object',
      properties: {
        _top: { type: 'number', enum: [1, 2], default: { $top: 1 } },
        filter_id__k1: text,
        filter_id_: text,
        gr_e: { type: 'object', properties: { _top: text, enum: text, properties: text }, required: ['_top'] },
        plain: { anyOf: [{ type: 'object', properties: { a_b: text } }] },
      },
      required: ['_top', 'plain'],
    });
  });

  it('gives the client its own names, in one piece, and other calls as they come', async () => {
    const turns = scripted([
      start(),
      ...callBlock('call_1', 'query', '{"_top":1,"filter_id', '__k1":"x","gr_e":{"_top":"y"}}'),
      ...callBlock('call_2', 'other', '{"_top"', ':1}'),
      ...callBlock('call_3', 'query'),
      end('tool_use'),
    ]);
    const events = await run(withRenamedKeys(turns.runTurn), {}, withTools(query, tool('other')));
    expect(events).toEqual([
      start(),
      ...callBlock('call_1', 'query', '{"$top":1,"filter[id]":"x","größe":{"$top":"y"}}'),
      ...callBlock('call_2', 'other', '{"_top"', ':1}'),
      ...callBlock('call_3', 'query'),
      end('tool_use'),
    ]);
  });

  it('takes calls back under the names that the model knows', () => {
    const conversation: Conversation = {
      ...withTools(query),
      messages: [
        ...hello.messages,
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'call_1', name: 'query', input: { $top: 1, 'filter[id]': [{ $top: 2 }] } },
            { type: 'tool_use', id: 'call_2', name: 'other', input: { $top: 1 } },
          ],
        },
      ],
    };
    expect(withModelKeys(conversation).messages.at(-1)?.content).toMatchObject([
      { input: { _top: 1, filter_id__k1: [{ _top: 2 }] } },
      { input: { $top: 1 } },
    ]);
  });

  it('leaves arguments that were cut off as they are, and forgets those of an answer that begins again', async () => {
    const cut = callBlock('call_1', 'query', '{"_top":');
    const turns = scripted([start(), ...cut.slice(0, 2), restart(), ...cut, end('max_tokens')]);
    const events = await run(withRenamedKeys(turns.runTurn), {}, withTools(query));
    expect(events).toEqual([start(), ...cut.slice(0, 1), restart(), ...cut, end('max_tokens')]);
  });

  it('has nothing to do with tools that keep their names', async () => {
    const own = { ...query, renamesKeys: false };
    const call = callBlock('call_1', 'query', '{"$top"', ':1}');
    const turns = scripted([start(), ...call, end('tool_use')]);
    expect(await run(withRenamedKeys(turns.runTurn), {}, withTools(own))).toEqual([start(), ...call, end('tool_use')]);
    expect(asked(turns)?.tools).toEqual([own]);
  });
});
