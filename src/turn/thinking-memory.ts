import { LRUCache } from 'lru-cache';
import type {
  AssistantBlock,
  AssistantMessage,
  Conversation,
  Message,
  RedactedThinkingBlock,
  ThinkingBlock,
} from '../core/conversation.ts';
import type { RunTurn } from '../core/backend.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import type { TurnEvent } from '../core/turn-event.ts';

/** In characters of thinking, about bytes. */
const maxSize = 32 * 1024 * 1024;
const maxCalls = 4096;
/** The answer to a tool that takes longer than this comes without thinking. */
const maxAgeMs = 6 * 60 * 60 * 1000;

type Thought = ThinkingBlock | RedactedThinkingBlock;

interface Remembered {
  /** As the client named it: a signature is valid for one model only. */
  model: string;
  /** What the model thought since the call before. */
  thoughts: Thought[];
}

/** What was thought before each call, by the id of the call. */
export type ThinkingMemory = LRUCache<string, Remembered>;

/** Signatures are the API's, so one memory serves every backend. */
export function createThinkingMemory(): ThinkingMemory {
  return new LRUCache({ max: maxCalls, maxSize, sizeCalculation: sizeOf, ttl: maxAgeMs });
}

/**
 * Remembers the signed thinking that led to tool calls, by the id of the call, and restores it when the follow-up comes
 * through an API that has no place for it. In memory only. Where it is gone, the follow-up is answered without thinking,
 * since the API requires the thinking of an open tool call while it thinks.
 */
export function withThinkingMemory(runTurn: RunTurn, memory = createThinkingMemory()): RunTurn {
  return async function* (conversation, turn, signal) {
    const { model } = turn;
    const recalled = recall(conversation, (id) => {
      const found = memory.get(id);
      return found?.model === model ? found.thoughts : [];
    });
    const options = lacksThinking(recalled) ? withoutThinking(turn) : turn;
    const thoughts = new ThoughtReader((id, read) => memory.set(id, { model, thoughts: read }));
    for await (const event of runTurn(recalled, options, signal)) {
      thoughts.push(event);
      yield event;
    }
  };
}

function withoutThinking(turn: TurnOptions): TurnOptions {
  return { ...turn, effort: 'none', ...(turn.thinkingBudget !== undefined && { thinkingBudget: 0 }) };
}

function sizeOf({ thoughts }: Remembered): number {
  return thoughts.reduce((sum, thought) => sum + JSON.stringify(thought).length, 1);
}

/** Restores thoughts that a client's dialect has lost; messages that bring their own stay as they are. */
function recall(conversation: Conversation, thoughtsOf: (callId: string) => readonly Thought[]): Conversation {
  const messages = conversation.messages.map((message): Message => {
    if (message.role !== 'assistant' || message.content.some(isThought)) return message;
    return { role: 'assistant', content: withThoughts(message, thoughtsOf) };
  });
  return { ...conversation, messages };
}

/** The thoughts before the first call led to the text before it as well. */
function withThoughts(message: AssistantMessage, thoughtsOf: (callId: string) => readonly Thought[]): AssistantBlock[] {
  const first: Thought[] = [];
  const rest: AssistantBlock[] = [];
  let isFirst = true;
  for (const block of message.content) {
    if (block.type === 'tool_use') {
      (isFirst ? first : rest).push(...thoughtsOf(block.id));
      isFirst = false;
    }
    rest.push(block);
  }
  return [...first, ...rest];
}

/** Whether the conversation continues an answer or a tool call whose thinking is gone. */
function lacksThinking({ messages }: Conversation): boolean {
  const [calls, question] = messages.filter(({ role }) => role !== 'system').slice(-2);
  if (question?.role === 'assistant') return !startsWithThought(question);
  if (question?.role !== 'user' || calls?.role !== 'assistant') return false;
  return question.content.some(({ type }) => type === 'tool_result') && !startsWithThought(calls);
}

function startsWithThought({ content: [first] }: AssistantMessage): boolean {
  return first !== undefined && isThought(first);
}

function isThought(block: AssistantBlock): block is Thought {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}

/** Collects the thoughts of an answer and reports those before each call. */
class ThoughtReader {
  readonly #onCall: (id: string, thoughts: Thought[]) => void;
  #thoughts: Thought[] = [];
  /** Those whose block is open, by its id. */
  #open = new Map<number, ThinkingBlock>();

  constructor(onCall: (id: string, thoughts: Thought[]) => void) {
    this.#onCall = onCall;
  }

  push(event: TurnEvent): void {
    switch (event.type) {
      case 'start':
      case 'restart':
        this.#thoughts = [];
        this.#open.clear();
        return;
      case 'block_start':
        this.#begin(event);
        return;
      case 'thinking':
        this.#extend(event.id, { thinking: event.text });
        return;
      case 'signature':
        this.#extend(event.id, { signature: event.signature });
        return;
      case 'block_stop':
        this.#open.delete(event.id);
        return;
      case 'text':
      case 'citation':
      case 'input':
      case 'opaque':
      case 'warning':
      case 'end':
        return;
    }
  }

  #extend(id: number, { thinking = '', signature = '' }): void {
    const thought = this.#open.get(id);
    if (thought === undefined) return;
    thought.thinking += thinking;
    thought.signature += signature;
  }

  #begin({ id, block }: Extract<TurnEvent, { type: 'block_start' }>): void {
    if (block.type === 'thinking') {
      const thought: ThinkingBlock = { type: 'thinking', thinking: '', signature: '' };
      this.#thoughts.push(thought);
      this.#open.set(id, thought);
    } else if (block.type === 'redacted_thinking') this.#thoughts.push(block);
    else if (block.type === 'tool_use' && this.#thoughts.length > 0) {
      this.#onCall(block.id, this.#thoughts);
      this.#thoughts = [];
    }
  }
}
