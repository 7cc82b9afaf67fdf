import type { BlockStart, StopReason, TurnEvent, Usage } from '../../../src/core/turn-event.ts';
import { numbered } from '../../support/block-ids.ts';
import { createChatCollector } from '../../../src/dialect/openai-chat/response.ts';
import { createChatStream } from '../../../src/dialect/openai-chat/stream.ts';
import type { ChatAnswerOptions, ChatChunk, ChatCompletion } from '../../../src/dialect/openai-chat/types.ts';

export const usage: Usage = {
  inputTokens: 10,
  cacheReadTokens: 200,
  cacheCreationTokens: 3000,
  outputTokens: 40,
  thinkingTokens: 15,
};

/** `usage` in OpenAI's terms. */
export const chatUsage = {
  prompt_tokens: 3210,
  completion_tokens: 40,
  total_tokens: 3250,
  prompt_tokens_details: { cached_tokens: 200 },
  completion_tokens_details: { reasoning_tokens: 15 },
};

export const model = 'claude-sonnet-4-5';

/** What is known of the output at the start of a message means nothing, and must not be counted. */
const begin = (type: 'start' | 'restart', served: string): TurnEvent => ({
  type,
  model: served,
  usage: { ...usage, outputTokens: 999, thinkingTokens: 999 },
});
export const start = (served = model): TurnEvent => begin('start', served);
export const restart = (served = model): TurnEvent => begin('restart', served);
export const end = (stopReason: StopReason = 'end_turn', spent = usage): TurnEvent => ({
  type: 'end',
  stopReason,
  usage: spent,
});

const block = (begin: BlockStart, events: TurnEvent[]): TurnEvent[] => [
  { type: 'block_start', id: 0, block: begin },
  ...events,
  { type: 'block_stop', id: 0 },
];
const textsOf = (texts: readonly string[]) => texts.map((text): TurnEvent => ({ type: 'text', id: 0, text }));

export const text = (...texts: string[]) => block({ type: 'text' }, textsOf(texts));
export const refusal = (...texts: string[]) => block({ type: 'refusal' }, textsOf(texts));
export const thinking = (...thoughts: string[]) =>
  block({ type: 'thinking' }, [
    ...thoughts.map((thought): TurnEvent => ({ type: 'thinking', id: 0, text: thought })),
    { type: 'signature', id: 0, signature: 'c2lnbmVk' },
  ]);
export const redacted: TurnEvent[] = block({ type: 'redacted_thinking', data: 'b3BhcXVl' }, []);
export const call = (id: string, name: string, ...pieces: string[]) =>
  block(
    { type: 'tool_use', id, name },
    pieces.map((json): TurnEvent => ({ type: 'input', id: 0, json })),
  );

/** A text that rests on these sources, which the API names before and after it. */
export const cited = (words: string, ...sources: { url: string; title?: string }[]) =>
  block({ type: 'text' }, [...citationsOf(sources.slice(0, 1)), ...textsOf([words]), ...citationsOf(sources.slice(1))]);
const citationsOf = (sources: readonly object[]) =>
  sources.map((source): TurnEvent => ({
    type: 'citation',
    id: 0,
    citation: { type: 'web_search_result_location', cited_text: 'x', encrypted_index: 'y', title: null, ...source },
  }));

/** A search of the API's own, without what it found. */
export const search = (id: string, ...pieces: string[]) =>
  block(
    { type: 'opaque', block: { type: 'server_tool_use', id, name: 'web_search', input: {} } },
    pieces.map((json): TurnEvent => ({
      type: 'opaque',
      id: 0,
      delta: { type: 'input_json_delta', partial_json: json },
    })),
  );

export const found = (id: string, content: unknown = [{ type: 'web_search_result', url: 'https://a.example' }]) =>
  block({ type: 'opaque', block: { type: 'web_search_tool_result', tool_use_id: id, content } }, []);

/** A block that has no place in OpenAI's format. */
export const opaque: TurnEvent[] = block({ type: 'opaque', block: { type: 'server_tool_use' } }, [
  { type: 'opaque', id: 0, delta: { type: 'input_json_delta', partial_json: '{}' } },
]);

export const answerOptions = (changes: Partial<ChatAnswerOptions> = {}): ChatAnswerOptions => ({
  id: 'chatcmpl-1',
  created: 1_700_000_000,
  choices: 1,
  legacyFunctions: false,
  hasOutput: false,
  showReasoning: true,
  ...changes,
});

/** An event of an answer with several choices. */
export type ChoiceEvent = readonly [event: TurnEvent, choice: number];

/** Gives the blocks of each choice's turn ids. */
function numberedChoices(events: readonly ChoiceEvent[]): ChoiceEvent[] {
  const choices = [...new Set(events.map(([, choice]) => choice))];
  const turns = new Map(
    choices.map((choice) => [choice, numbered(events.filter((event) => event[1] === choice).map(([event]) => event))]),
  );
  return events.map(([event, choice]) => [turns.get(choice)?.shift() ?? event, choice]);
}

export function streamChoices(
  events: readonly ChoiceEvent[],
  { includeUsage = false, ...changes }: Partial<ChatAnswerOptions> & { includeUsage?: boolean } = {},
): ChatChunk[] {
  const stream = createChatStream({ ...answerOptions(changes), includeUsage });
  return numberedChoices(events).flatMap(([event, choice]) => stream.push(event, choice));
}

export function collectChoices(
  events: readonly ChoiceEvent[],
  changes: Partial<ChatAnswerOptions> = {},
): ChatCompletion {
  const collector = createChatCollector(answerOptions(changes));
  for (const [event, choice] of numberedChoices(events)) collector.push(event, choice);
  return collector.completion();
}

const ofOneChoice = (events: readonly TurnEvent[]) => events.map((event): ChoiceEvent => [event, 0]);

/** The chunks of an answer with one choice. */
export function streamOf(
  events: readonly TurnEvent[],
  changes: Partial<ChatAnswerOptions> & { includeUsage?: boolean } = {},
): ChatChunk[] {
  return streamChoices(ofOneChoice(events), changes);
}

/** The completion of an answer with one choice. */
export function collect(events: readonly TurnEvent[], changes: Partial<ChatAnswerOptions> = {}): ChatCompletion {
  return collectChoices(ofOneChoice(events), changes);
}
