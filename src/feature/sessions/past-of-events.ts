import type { ContentBlock, PastMessage } from '../../core/agent-engine.ts';
import type { SessionEvent } from '../../core/session-event.ts';
import { calledToolOf } from './called-tools.ts';

/** What the model has said and read; what happened within subagents only they have. */
export const conversationTypes: readonly SessionEvent['type'][] = [
  'user.message',
  'user.custom_tool_result',
  'agent.message',
  'agent.tool_use',
  'agent.tool_result',
  'agent.mcp_tool_use',
  'agent.mcp_tool_result',
  'agent.custom_tool_use',
];

const noResult = 'This call was interrupted. Whether it took effect is not known: find out before it is repeated.';

/**
 * The conversation that the events of a session tell of, as the model would have it: who speaks takes turns, and the
 * results of calls come in the message behind them. Calls have the ids of their events.
 */
export function pastOfEvents(events: readonly SessionEvent[]): PastMessage[] {
  const past = new Past(events);
  for (const event of events) if (!('parent_tool_use_id' in event)) past.add(event);
  return past.end();
}

type AssistantBlock = Extract<PastMessage, { role: 'assistant' }>['content'][number];

class Past {
  readonly #results: ReadonlyMap<string, ContentBlock>;
  readonly #messages: PastMessage[] = [];
  /** The calls whose results come in the next message. */
  #open: string[] = [];

  constructor(events: readonly SessionEvent[]) {
    this.#results = new Map(events.map(resultOf).filter((result) => result !== undefined));
  }

  add(event: SessionEvent): void {
    const callId = resultOf(event)?.[0];
    const tool = calledToolOf(event);
    if (callId !== undefined && this.#open.includes(callId)) this.#closeCalls();
    else if (event.type === 'user.message') this.#hear(event.content);
    else if (event.type === 'agent.message') this.#say(event.content);
    else if (tool !== undefined && 'input' in event) {
      this.#say([{ type: 'past_call', callId: event.id, tool, input: event.input }]);
      this.#open.push(event.id);
    }
  }

  end(): PastMessage[] {
    this.#closeCalls();
    return this.#messages;
  }

  #hear(content: readonly ContentBlock[]): void {
    this.#closeCalls();
    const last = this.#messages.at(-1);
    if (last?.role === 'user') this.#messages.splice(-1, 1, { role: 'user', content: [...last.content, ...content] });
    else this.#messages.push({ role: 'user', content });
  }

  #say(written: readonly AssistantBlock[]): void {
    const content = written.filter(isSaid);
    const last = this.#messages.at(-1);
    if (last?.role === 'assistant') {
      this.#messages.splice(-1, 1, { role: 'assistant', content: [...last.content, ...content] });
    } else if (content.length > 0) this.#messages.push({ role: 'assistant', content });
  }

  /** All of a message's calls have their results in the same one, in whatever order they came. */
  #closeCalls(): void {
    const open = this.#open;
    this.#open = [];
    if (open.length > 0)
      this.#hear(open.map((callId) => this.#results.get(callId) ?? toolResult(callId, noResult, true)));
  }
}

/** The id of the call's event, and the block that the model reads. */
function resultOf(event: SessionEvent): [string, ContentBlock] | undefined {
  if (event.type === 'agent.tool_result') {
    return [event.tool_use_id, toolResult(event.tool_use_id, event.content, event.is_error)];
  }
  if (event.type === 'agent.mcp_tool_result') {
    return [event.mcp_tool_use_id, toolResult(event.mcp_tool_use_id, event.content, event.is_error)];
  }
  if (event.type !== 'user.custom_tool_result') return undefined;
  const { custom_tool_use_id: callId, content = [], is_error: isError } = event;
  return [callId, toolResult(callId, content, isError === true)];
}

function toolResult(callId: string, content: string | readonly ContentBlock[], isError: boolean): ContentBlock {
  const blocks = typeof content === 'string' ? content : content.filter(isSaid);
  return { type: 'tool_result', tool_use_id: callId, content: blocks, ...(isError && { is_error: true }) };
}

/** The API takes no text that is empty. */
function isSaid(block: AssistantBlock): boolean {
  return block.type !== 'text' || !('text' in block) || block['text'] !== '';
}
