import type { ContentBlock } from '../../core/agent-engine.ts';
import type { PreviewEvent, SessionEvent } from '../../core/session-event.ts';
import type { Session } from '../../core/sessions.ts';
import { Calls } from './calls.ts';
import { toInit } from './init.ts';
import { RawMessages } from './raw-messages.ts';
import { Tally } from './tally.ts';
import type { AssistantBlock, QueryEvent } from './types.ts';

export interface QueryStreamOptions {
  /** As it was before the query. */
  session: Session;
  /** The id of the event of its prompt. */
  messageId: string;
  newUuid: () => string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Makes the stream of one query from what happens in its session: from its prompt until the session waits for the next. */
export class QueryStream {
  readonly #messageId: string;
  readonly #sessionId: string;
  readonly #session: Session;
  readonly #model: string;
  readonly #raw: RawMessages;
  readonly #calls = new Calls();
  readonly #tally: Tally;
  #hasBegun = false;
  #isOver = false;

  constructor({ session, messageId, newUuid, now }: QueryStreamOptions) {
    this.#messageId = messageId;
    this.#session = session;
    this.#sessionId = session.id;
    this.#model = session.overrides.model ?? session.agent.profile.model;
    this.#raw = new RawMessages({ sessionId: session.id, model: this.#model, newUuid });
    this.#tally = new Tally(session, now);
  }

  /** Whether nothing but the result is to come. */
  get isOver(): boolean {
    return this.#isOver;
  }

  begin(): QueryEvent[] {
    return [toInit(this.#session)];
  }

  push(event: SessionEvent | PreviewEvent): QueryEvent[] {
    if (this.#hasBegun) return this.#translate(event);
    // What comes before its turn is of another one; without a turn of its own it waits for a budget, or is not to come.
    if (event.type === 'user.message') this.#hasBegun = event.id === this.#messageId;
    const isHeldBack = event.type === 'session.status_idle' && event.stop_reason.type === 'budget_reached';
    return isHeldBack || event.type === 'session.deleted' ? this.#translate(event) : [];
  }

  /** The result; `session` is as it is now, undefined where it is gone. */
  finish(session: Session | undefined): QueryEvent[] {
    return [...this.#raw.close(), ...this.#tally.result(session)];
  }

  #translate(event: SessionEvent | PreviewEvent): QueryEvent[] {
    this.#tally.note(event);
    switch (event.type) {
      case 'event_delta':
        return this.#raw.textDelta(event.event_id, event.delta.content.text);
      case 'agent.message':
        return this.#text(event.id, event.content.map(({ text }) => text).join(''), event.parent_tool_use_id);
      case 'agent.tool_use':
      case 'agent.mcp_tool_use':
      case 'agent.custom_tool_use':
        return this.#call(event);
      case 'agent.tool_result':
        return [this.#result(event.tool_use_id, event, event.parent_tool_use_id)];
      case 'agent.mcp_tool_result':
        return [this.#result(event.mcp_tool_use_id, event, event.parent_tool_use_id)];
      case 'user.custom_tool_result':
        return [this.#result(event.custom_tool_use_id, event, undefined)];
      case 'agent.thread_context_compacted':
        return [toSystemMessage('compact_boundary', { session_id: this.#sessionId })];
      case 'session.status_idle':
        if (event.stop_reason.type === 'requires_action') {
          const { event_ids: ids } = event.stop_reason;
          return [toSystemMessage('requires_action', { session_id: this.#sessionId, event_ids: ids })];
        }
        this.#isOver = true;
        return [];
      case 'session.status_terminated':
      case 'session.deleted':
        this.#isOver = true;
        return [];
      case 'event_start':
      case 'agent.thinking':
      case 'span.model_request_start':
      case 'span.model_request_end':
      case 'session.status_running':
      case 'session.error':
      case 'session.updated':
      case 'system.message':
      case 'user.message':
      case 'user.interrupt':
      case 'user.tool_confirmation':
        return [];
    }
  }

  #text(id: string, text: string, parent: string | null = null): QueryEvent[] {
    return [...this.#raw.textEnd(id, text, parent), this.#assistant({ type: 'text', text }, parent)];
  }

  #call(event: Parameters<Calls['add']>[0]): QueryEvent[] {
    const parent = event.parent_tool_use_id ?? null;
    const call = this.#calls.add(event);
    if (call === undefined) return [];
    const block = { type: 'tool_use' as const, ...call, input: event.input };
    return [...this.#raw.call(call, parent), this.#assistant(block, parent)];
  }

  #assistant(block: AssistantBlock, parent: string | null): QueryEvent {
    return {
      event: 'assistant_message',
      data: { content: [block], model: this.#model, parent_tool_use_id: parent },
    };
  }

  #result(
    eventId: string,
    {
      id,
      content = [],
      is_error: isError,
    }: { id: string; content?: readonly ContentBlock[]; is_error?: boolean | null },
    parent: string | null = null,
  ): QueryEvent {
    const result = {
      type: 'tool_result' as const,
      tool_use_id: this.#calls.end(eventId),
      content: [...content],
      is_error: isError === true,
    };
    return { event: 'user_message', data: { content: [result], uuid: id, parent_tool_use_id: parent } };
  }
}

function toSystemMessage(subtype: 'requires_action' | 'compact_boundary', fields: object): QueryEvent {
  return { event: 'system_message', data: { subtype, data: { type: 'system', subtype, ...fields } } };
}
