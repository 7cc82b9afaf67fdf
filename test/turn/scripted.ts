import type { Conversation, Tool } from '../../src/core/conversation.ts';
import type { RunTurn } from '../../src/core/backend.ts';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import type { StopReason, TurnEvent, Usage } from '../../src/core/turn-event.ts';
import { numbered, unnumbered } from '../support/block-ids.ts';
import { collect } from './collect.ts';
import { hello, never } from '../support/hello.ts';

export interface Asked {
  conversation: Conversation;
  turn: TurnOptions;
  signal: AbortSignal;
}

/** What a turn yields, or what it fails with. */
export type Script = readonly (TurnEvent | Error)[];

export interface ScriptedTurns {
  runTurn: RunTurn;
  /** What each turn was asked, in order. */
  asked: Asked[];
  /** Every event that was taken from a script. */
  taken: TurnEvent[];
  /** How many turns hold a process. */
  readonly running: number;
}

/**
 * Answers each turn with the next script, whose blocks get ids; an error in it is thrown. Fails when a turn too many is
 * asked for.
 */
export function scripted(...scripts: Script[]): ScriptedTurns {
  const asked: Asked[] = [];
  const taken: TurnEvent[] = [];
  let running = 0;
  return {
    asked,
    taken,
    get running() {
      return running;
    },
    async *runTurn(conversation, turn, signal) {
      const script = scripts[asked.length];
      asked.push({ conversation, turn, signal });
      if (script === undefined) throw new Error(`nobody wrote a script for turn ${asked.length}`);
      running += 1;
      try {
        for (const event of numbered(script)) {
          await Promise.resolve();
          if (event instanceof Error) throw event;
          taken.push(event);
          yield event;
        }
      } finally {
        running -= 1;
      }
    },
  };
}

/** What a turn gives, compared with literal events: the ids of its blocks are checked and taken away. */
export const run = async (
  runTurn: RunTurn,
  turn: Partial<TurnOptions> = {},
  conversation = hello,
): Promise<TurnEvent[]> => unnumbered(await collect(runTurn(conversation, { model: 'sonnet', ...turn }, never)));

/** Runs a turn to its end; gives what it failed with beside the events before. */
export async function attempt(
  runTurn: RunTurn,
  turn: Partial<TurnOptions> = {},
  conversation = hello,
): Promise<{ events: TurnEvent[]; error: unknown }> {
  const events: TurnEvent[] = [];
  try {
    for await (const event of runTurn(conversation, { model: 'sonnet', ...turn }, never)) events.push(event);
  } catch (error) {
    return { events: unnumbered(events), error };
  }
  return { events: unnumbered(events), error: undefined };
}

/** The prompt's three counts first, then the generated tokens and the thinking among them. */
export function usageOf(input = 0, cacheRead = 0, cacheCreation = 0, output = 0, thinking = 0): Usage {
  return {
    inputTokens: input,
    cacheReadTokens: cacheRead,
    cacheCreationTokens: cacheCreation,
    outputTokens: output,
    thinkingTokens: thinking,
  };
}

export const start = (usage = usageOf()): TurnEvent => ({ type: 'start', model: 'claude-sonnet-5', usage });
/** The answer begins again, as after a lost connection. */
export const restart = (usage = usageOf()): TurnEvent => ({ type: 'restart', model: 'claude-sonnet-5', usage });
export const end = (stopReason: StopReason, usage = usageOf()): TurnEvent => ({ type: 'end', stopReason, usage });
export const text = (words: string): TurnEvent => ({ type: 'text', id: 0, text: words });
export const blockStop: TurnEvent = { type: 'block_stop', id: 0 };

const withText = (type: 'text' | 'output' | 'refusal', pieces: readonly string[]): TurnEvent[] => [
  { type: 'block_start', id: 0, block: { type } },
  ...pieces.map(text),
  blockStop,
];

export const textBlock = (...pieces: string[]): TurnEvent[] => withText('text', pieces);
/** What the model gives as structured output, as the API's tool call has become it. */
export const outputBlock = (...pieces: string[]): TurnEvent[] => withText('output', pieces);
export const refusalBlock = (...pieces: string[]): TurnEvent[] => withText('refusal', pieces);

export const thinkingBlock = (thought: string, signature = `signed ${thought}`): TurnEvent[] => [
  { type: 'block_start', id: 0, block: { type: 'thinking' } },
  { type: 'thinking', id: 0, text: thought },
  { type: 'signature', id: 0, signature },
  blockStop,
];

export const redactedBlock = (data: string): TurnEvent[] => [
  { type: 'block_start', id: 0, block: { type: 'redacted_thinking', data } },
  blockStop,
];

export const callBlock = (id: string, name: string, ...pieces: string[]): TurnEvent[] => [
  { type: 'block_start', id: 0, block: { type: 'tool_use', id, name } },
  ...pieces.map((json): TurnEvent => ({ type: 'input', id: 0, json })),
  blockStop,
];

/** A block that only the API and the client understand. */
export const opaqueBlock = (type: string): TurnEvent[] => [
  { type: 'block_start', id: 0, block: { type: 'opaque', block: { type } } },
  { type: 'opaque', id: 0, delta: { type: 'input_json_delta', partial_json: '{}' } },
  blockStop,
];

/** A function of the client's; its city must be text. */
export const tool = (name: string, changes: Partial<Tool> = {}): Tool => ({
  name,
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
  field: `tools[0].function.parameters`,
  ...changes,
});

export const withTools = (...tools: Tool[]): Conversation => ({ ...hello, tools });
