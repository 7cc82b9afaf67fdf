import fc from 'fast-check';
import type { StopReason, TurnEvent } from '../../../src/core/turn-event.ts';
import type { ChatAnswer, ChatAnswerOptions } from '../../../src/dialect/openai-chat/types.ts';
import { call, end, found, redacted, refusal, search, start, text, thinking, type ChoiceEvent } from './answer.ts';

/** What a model may say, before anything cut it into deltas. */
export type SourceBlock =
  | { type: 'text' | 'thinking' | 'refusal'; text: string }
  | { type: 'redacted' }
  | { type: 'call'; call: SourceCall }
  /** A search of the API's own, with what it found. */
  | { type: 'search'; json: string };

/** `json` is empty for a call without arguments. */
interface SourceCall {
  id: string;
  name: string;
  json: string;
}

export interface Source {
  blocks: SourceBlock[];
  stopReason: StopReason;
}

/** Where each block is cut: at these characters, the lists being used in turn. */
export type Cuts = readonly (readonly number[])[];

// Of all code units, so that a cut goes through the middle of a character too.
const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const anyJson = fc.oneof(fc.constant(''), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map(toJson));

function toJson(value: unknown): string {
  return JSON.stringify(value);
}

const anyBlock: fc.Arbitrary<SourceBlock> = fc.oneof(
  fc.record({ type: fc.constantFrom('text', 'thinking', 'refusal'), text: anyText }),
  fc.record({
    type: fc.constant('call' as const),
    call: fc.record({ id: fc.string({ minLength: 1 }), name: fc.string({ minLength: 1 }), json: anyJson }),
  }),
  fc.constant({ type: 'redacted' as const }),
  fc.record({
    type: fc.constant('search' as const),
    json: fc.oneof(
      anyText,
      anyText.map((query) => toJson({ query })),
    ),
  }),
);

export const anySource: fc.Arbitrary<Source> = fc.record({
  blocks: fc.array(anyBlock, { maxLength: 6 }),
  stopReason: fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'refusal'),
});

export const anyCuts: fc.Arbitrary<Cuts> = fc.array(fc.array(fc.nat({ max: 25 }), { maxLength: 5 }), {
  minLength: 1,
  maxLength: 4,
});

export const anyOptions: fc.Arbitrary<Partial<ChatAnswerOptions>> = fc.record({
  legacyFunctions: fc.boolean(),
  hasOutput: fc.boolean(),
  showReasoning: fc.boolean(),
});

/** The turn that gives the answer in these pieces, some of them empty. */
export function turnOf({ blocks, stopReason }: Source, cuts: Cuts): TurnEvent[] {
  const events = blocks.flatMap((block, index) => eventsOf(block, cuts[index % cuts.length] ?? []));
  return [start(), ...events, end(stopReason)];
}

function eventsOf(block: SourceBlock, cuts: readonly number[]): TurnEvent[] {
  switch (block.type) {
    case 'text':
      return text(...cut(block.text, cuts));
    case 'thinking':
      return thinking(...cut(block.text, cuts));
    case 'refusal':
      return refusal(...cut(block.text, cuts));
    case 'redacted':
      return redacted;
    case 'search':
      return [...search('s', ...cut(block.json, cuts)), ...found('s')];
    case 'call':
      return call(block.call.id, block.call.name, ...cut(block.call.json, cuts));
  }
}

function cut(whole: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((place) => Math.min(place, whole.length)), whole.length].sort((a, b) => a - b);
  return places.slice(1).map((place, index) => whole.slice(places[index], place));
}

/** The message that a client must end up with, however the answer came. */
export function messageOf({ blocks, stopReason }: Source, options: Partial<ChatAnswerOptions>): ChatAnswer {
  const joined = (type: SourceBlock['type']) =>
    blocks.map((block) => (block.type === type && 'text' in block ? block.text : '')).join('');
  const calls = blocks.flatMap((block) => (block.type === 'call' ? [toChatCall(block.call)] : []));
  const content = joined('text');
  const reasoning = options.showReasoning === true ? joined('thinking') : '';
  const isWordless = joined('refusal') === '' && options.hasOutput === true && stopReason === 'refusal';
  const declined = isWordless ? 'The model declined to answer.' : joined('refusal');
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || declined !== '') ? null : content,
    refusal: declined === '' ? null : declined,
    ...(reasoning !== '' && { reasoning_content: reasoning, reasoning }),
    ...(calls[0] !== undefined &&
      (options.legacyFunctions ? { function_call: calls[0].function } : { tool_calls: calls })),
  };
}

function toChatCall({ id, name, json }: SourceCall) {
  return { id, type: 'function' as const, function: { name, arguments: json === '' ? '{}' : json } };
}

/** The turns of several choices, one event at a time in an order that `picks` decides. */
export function interleave(turns: readonly (readonly TurnEvent[])[], picks: readonly number[]): ChoiceEvent[] {
  const waiting = turns.map((events, choice) => ({ choice, events: [...events] }));
  const mixed: ChoiceEvent[] = [];
  for (let step = 0; ; step += 1) {
    const open = waiting.filter(({ events }) => events.length > 0);
    const next = open[(picks[step % picks.length] ?? 0) % open.length];
    const event = next?.events.shift();
    if (next === undefined || event === undefined) return mixed;
    mixed.push([event, next.choice]);
  }
}
