import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { withContinuation } from '../../src/turn/continued-answer.ts';
import { hello, never } from '../support/hello.ts';
import { collect } from './collect.ts';
import {
  blockStop,
  callBlock,
  end,
  redactedBlock,
  restart,
  run,
  scripted,
  start,
  textBlock,
  thinkingBlock,
  usageOf,
  type Script,
} from './scripted.ts';

const search: TurnEvent[] = [
  {
    type: 'block_start',
    id: 0,
    block: { type: 'opaque', block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} } },
  },
  { type: 'opaque', id: 0, delta: { type: 'input_json_delta', partial_json: '{"query":' } },
  { type: 'opaque', id: 0, delta: { type: 'input_json_delta', partial_json: '"news"}' } },
  blockStop,
];
const found: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'opaque', block: { type: 'web_search_tool_result', content: [] } } },
  blockStop,
];
const cited: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'text' } },
  { type: 'citation', id: 0, citation: { cited_text: 'So it is.' } },
  { type: 'text', id: 0, text: 'So it is.' },
  blockStop,
];
const paused = (...blocks: TurnEvent[]): Script => [start(), ...blocks, end('pause_turn', usageOf(10, 0, 0, 20))];
const rest: Script = [start(usageOf(30)), ...textBlock('That is all.'), end('end_turn', usageOf(30, 0, 0, 5))];
const continues = { continuesPaused: true };

describe('withContinuation', () => {
  it('gives an interrupted answer and what comes after it as one', async () => {
    const first = [...thinkingBlock('Hm.'), ...redactedBlock('r'), ...textBlock(' '), ...search, ...found, ...cited];
    const turns = scripted(paused(...first), rest);
    const events = await run(withContinuation(turns.runTurn), { ...continues, maxTokens: 100 });

    expect(events).toEqual([start(), ...first, ...textBlock('That is all.'), end('end_turn', usageOf(40, 0, 0, 25))]);
    expect(turns.asked[1]?.conversation.messages).toEqual([
      ...hello.messages,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'signed Hm.' },
          { type: 'redacted_thinking', data: 'r' },
          {
            type: 'opaque',
            block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'news' } },
          },
          { type: 'opaque', block: { type: 'web_search_tool_result', content: [] } },
          { type: 'text', text: 'So it is.', citations: [{ cited_text: 'So it is.' }] },
        ],
      },
    ]);
    expect(turns.asked.map(({ turn }) => turn.maxTokens)).toEqual([100, 80]);
  });

  it('sends back one message for all parts so far', async () => {
    const turns = scripted(paused(...textBlock('One.')), paused(...textBlock('Two.')), rest);
    await run(withContinuation(turns.runTurn), continues);
    expect(turns.asked[2]?.conversation.messages.slice(hello.messages.length)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'One.' },
          { type: 'text', text: 'Two.' },
        ],
      },
    ]);
  });

  it('gives the earlier parts again when a later one begins again', async () => {
    const broken: Script = [start(), ...textBlock('That'), restart(), ...textBlock('Now all.'), end('end_turn')];
    const turns = scripted(paused(...search, ...textBlock('One.')), broken);
    const events = await run(withContinuation(turns.runTurn), continues);
    const one = [...search, ...textBlock('One.')];
    expect(events).toEqual([
      start(),
      ...one,
      ...textBlock('That'),
      restart(),
      ...one,
      ...textBlock('Now all.'),
      end('end_turn', usageOf(10, 0, 0, 20)),
    ]);
  });

  it.each<[string, Script]>([
    ['with a call of the client', paused(...callBlock('call_1', 'f', '{}'))],
    ['without any words', paused()],
    ['with input that is no object', paused(...search.slice(0, 2), blockStop)],
    [
      'within an unknown block',
      paused(...search.slice(0, 1), { type: 'opaque', id: 0, delta: { type: 'new_delta' } }, blockStop),
    ],
    ['at its limit of tokens', [start(), ...textBlock('One.'), end('pause_turn', usageOf(0, 0, 0, 50))]],
  ])('leaves an answer as it is that was interrupted %s', async (_where, script) => {
    const turns = scripted(script);
    expect(await run(withContinuation(turns.runTurn), { ...continues, maxTokens: 50 })).toEqual(script);
  });

  it('does not go on for ever', async () => {
    const turns = scripted(...Array.from({ length: 20 }, () => paused(...textBlock('On and on.'))));
    const events = await run(withContinuation(turns.runTurn), continues);
    expect(turns.asked).toHaveLength(11);
    expect(events.at(-1)).toEqual(end('pause_turn', usageOf(110, 0, 0, 220)));
  });

  it('leaves it to clients that can send an answer back', async () => {
    const script = paused(...search);
    const turns = scripted(script);
    expect(await collect(withContinuation(turns.runTurn)(hello, { model: 'sonnet' }, never))).toHaveLength(
      script.length,
    );
  });
});
