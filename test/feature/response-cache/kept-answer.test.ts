import { describe, expect, it } from 'vitest';
import type { StopReason, TurnEvent } from '../../../src/core/turn-event.ts';
import { isKept, joinPieces } from '../../../src/feature/response-cache/kept-answer.ts';
import { lastTry } from '../../../src/feature/response-cache/last-try.ts';
import {
  callBlock,
  end,
  outputBlock,
  refusalBlock,
  restart,
  start,
  textBlock,
  thinkingBlock,
} from '../../turn/scripted.ts';

const opaque: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'opaque', block: { type: 'server_tool_use' } } },
  { type: 'block_stop', id: 0 },
];
const warning: TurnEvent = { type: 'warning', message: 'Something is different.' };
const call = callBlock('toolu_1', 'weather', '{}');

describe('a finished turn', () => {
  it.each<[string, TurnEvent[]]>([
    ['text', textBlock('Hi')],
    ['thinking and text', [...thinkingBlock('Hm'), ...textBlock('Hi')]],
    ['structured output', outputBlock('{}')],
  ])('with %s is kept', (_name, blocks) => {
    expect(isKept([start(), ...blocks, end('end_turn')], { tools: false })).toBe(true);
  });

  it.each<[string, TurnEvent[]]>([
    ['a refused output', refusalBlock('No.')],
    ['what a tool of the API did', opaque],
    ['a piece that only the API understands', [...textBlock('Hi'), { type: 'opaque', id: 0, delta: {} }]],
    ['a warning', [warning, ...textBlock('Hi')]],
    ['a call', call],
  ])('with %s is not', (_name, blocks) => {
    expect(isKept([start(), ...blocks, end('end_turn')], { tools: false })).toBe(false);
  });

  it.each<[StopReason, boolean]>([
    ['end_turn', true],
    ['stop_sequence', true],
    ['max_tokens', true],
    ['refusal', false],
    ['pause_turn', false],
    ['compaction', false],
    ['model_context_window_exceeded', false],
  ])('that ends with %s: %s', (reason, expected) => {
    expect(isKept([start(), ...textBlock('Hi'), end(reason)], { tools: true })).toBe(expected);
  });

  it('with calls is kept where calls may be', () => {
    expect(isKept([start(), ...call, end('tool_use')], { tools: true })).toBe(true);
    expect(isKept([start(), ...call, end('tool_use')], { tools: false })).toBe(false);
  });
});

it('the pieces of a text become one, those of different blocks stay apart', () => {
  const events: TurnEvent[] = [
    { type: 'text', id: 0, text: 'a' },
    { type: 'text', id: 0, text: 'b' },
    { type: 'text', id: 1, text: 'c' },
    { type: 'thinking', id: 1, text: 'd' },
    { type: 'thinking', id: 1, text: 'e' },
    { type: 'input', id: 2, json: '{' },
    { type: 'input', id: 2, json: '}' },
    { type: 'block_stop', id: 2 },
    { type: 'block_stop', id: 2 },
  ];
  expect(joinPieces(events)).toEqual([
    { type: 'text', id: 0, text: 'ab' },
    { type: 'text', id: 1, text: 'c' },
    { type: 'thinking', id: 1, text: 'de' },
    { type: 'input', id: 2, json: '{}' },
    { type: 'block_stop', id: 2 },
    { type: 'block_stop', id: 2 },
  ]);
});

it('an answer that began again is its last try, with the warnings of all', () => {
  const first = start();
  const again = restart();
  const tail = [...textBlock('Hi'), end('end_turn')];
  expect(lastTry([first, ...textBlock('Ho'), warning, again, ...tail])).toEqual([
    warning,
    { ...again, type: 'start' },
    ...tail,
  ]);
  expect(lastTry([first, ...tail])).toEqual([first, ...tail]);
});
