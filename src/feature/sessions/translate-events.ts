import { noModelUsage, type AgentEvent, type ModelUsage } from '../../core/agent-engine.ts';
import type { AgentEventBody, PreviewEvent } from '../../core/session-event.ts';
import type { CallState, StoredCall } from './call-table.ts';
import { toCallBody } from './called-tools.ts';
import type { LiveCalls } from './live-calls.ts';
import type { NewEvent } from './session-change.ts';

/** What an event of an agent's process is in a session. */
export interface Translation {
  events: readonly NewEvent[];
  calls?: readonly StoredCall[];
  usage?: ModelUsage;
  preview?: PreviewEvent;
  /** To be called when it is kept. */
  onKept?: () => void;
}

export interface TranslatorOptions {
  calls: LiveCalls;
  newEventId: () => string;
  /** The call as it is kept, for those that are older than the process. */
  findCall: (callId: string) => Promise<StoredCall | undefined>;
}

type Called = Extract<AgentEvent, { type: 'tool_called' }>;
type Ended = Extract<AgentEvent, { type: 'tool_ended' }>;

/** All but the end of a turn, which is the session's own matter. */
export type TurnProgress = Exclude<AgentEvent, { type: 'turn_ended' }>;

/** Translates the events of one process, and keeps the ids that they have in the session. */
export class EventTranslator {
  readonly #calls: LiveCalls;
  readonly #newEventId: () => string;
  readonly #findCall: TranslatorOptions['findCall'];
  /** Texts that are being written: the ids that their messages will have. */
  readonly #texts = new Map<number, string>();
  /** Requests to the model that have not ended: the ids of their first events. */
  #requests: string[] = [];

  constructor({ calls, newEventId, findCall }: TranslatorOptions) {
    this.#calls = calls;
    this.#newEventId = newEventId;
    this.#findCall = findCall;
  }

  async translate(event: TurnProgress): Promise<Translation> {
    switch (event.type) {
      case 'request_started':
        return this.#requestStarted();
      case 'request_ended':
        return this.#requestEnded(event.usage, event.isError);
      case 'text_started':
        return { events: [], preview: this.#startText(event.text) };
      case 'text_delta':
        return { events: [], ...this.#textDelta(event.text, event.delta) };
      case 'text_ended':
        return { events: await this.#textEnded(event) };
      case 'thinking':
        return { events: [this.#new({ type: 'agent.thinking', ...(await this.#within(event.parentCallId)) })] };
      case 'tool_called':
        return this.#toolCalled(event);
      case 'question_withdrawn':
        return { events: [], calls: await this.#withdrawn(event.callId) };
      case 'tool_ended':
        return this.#toolEnded(event);
      case 'context_compacted':
        return { events: [this.#new({ type: 'agent.thread_context_compacted' })] };
    }
  }

  /** Closes what a turn that is over has left open. */
  end(): readonly NewEvent[] {
    this.#texts.clear();
    const left = this.#requests;
    this.#requests = [];
    return left.map((id) => this.#requestEnd(id, noModelUsage, true));
  }

  #requestStarted(): Translation {
    const event = this.#new({ type: 'span.model_request_start' });
    this.#calls.requestStarted();
    return { events: [event], onKept: () => this.#requests.push(event.id) };
  }

  #requestEnded(usage: ModelUsage, isError: boolean): Translation {
    this.#calls.requestEnded();
    // Of several at a time nobody says which one has ended; their usage counts, whichever it is.
    const start = this.#requests.shift();
    return { events: start === undefined ? [] : [this.#requestEnd(start, usage, isError)], usage };
  }

  #requestEnd(start: string, usage: ModelUsage, isError: boolean): NewEvent {
    return this.#new({
      type: 'span.model_request_end',
      model_request_start_id: start,
      model_usage: usage,
      is_error: isError,
    });
  }

  #startText(text: number): PreviewEvent {
    const id = this.#newEventId();
    this.#texts.set(text, id);
    return { type: 'event_start', event: { type: 'agent.message', id } };
  }

  #textDelta(text: number, delta: string): { preview?: PreviewEvent } {
    const id = this.#texts.get(text);
    if (id === undefined) return {};
    const content = { type: 'text', text: delta } as const;
    return { preview: { type: 'event_delta', event_id: id, delta: { type: 'content_delta', index: 0, content } } };
  }

  async #textEnded({ text, whole, parentCallId }: Extract<AgentEvent, { type: 'text_ended' }>): Promise<NewEvent[]> {
    const id = this.#texts.get(text) ?? this.#newEventId();
    this.#texts.delete(text);
    const content = [{ type: 'text', text: whole } as const];
    return [{ id, type: 'agent.message', content, ...(await this.#within(parentCallId)) }];
  }

  async #toolCalled(called: Called): Promise<Translation> {
    const { callId, tool, permission, parentCallId } = called;
    const event = this.#new({ ...toCallBody(called), ...(await this.#within(parentCallId)) });
    const state: CallState = tool.kind === 'custom' ? 'awaited' : permission === 'ask' ? 'asked' : 'running';
    const isOpen = state !== 'running';
    const eventId = event.id;
    this.#calls.add({ callId, eventId, kind: tool.kind, isOpen, ...(parentCallId !== undefined && { parentCallId }) });
    return { events: [event], calls: [{ callId, eventId, state }] };
  }

  async #toolEnded({ callId, content, isError, parentCallId }: Ended): Promise<Translation> {
    const call = this.#calls.find(callId) ?? (await this.#findCall(callId));
    if (call === undefined) return { events: [] };
    const { eventId } = call;
    const kind = 'kind' in call ? call.kind : 'builtin';
    this.#calls.end(callId);
    const calls: StoredCall[] = [{ callId, eventId, state: 'ended' }];
    // Of a custom tool the client's own event tells.
    if (kind === 'custom') return { events: [], calls };
    const result = { content, is_error: isError, ...(await this.#within(parentCallId)) };
    const body: AgentEventBody =
      kind === 'mcp'
        ? { type: 'agent.mcp_tool_result', mcp_tool_use_id: eventId, ...result }
        : { type: 'agent.tool_result', tool_use_id: eventId, ...result };
    return { events: [this.#new(body)], calls };
  }

  async #withdrawn(callId: string): Promise<StoredCall[]> {
    const call = this.#calls.find(callId);
    if (!call?.isOpen) return [];
    this.#calls.close(callId);
    return Promise.resolve([{ callId, eventId: call.eventId, state: 'withdrawn' }]);
  }

  async #within(parentCallId: string | undefined): Promise<{ parent_tool_use_id?: string }> {
    if (parentCallId === undefined) return {};
    const parent = this.#calls.find(parentCallId) ?? (await this.#findCall(parentCallId));
    return parent === undefined ? {} : { parent_tool_use_id: parent.eventId };
  }

  #new<Body extends AgentEventBody>(body: Body): Body & { id: string } {
    return { id: this.#newEventId(), ...body };
  }
}
