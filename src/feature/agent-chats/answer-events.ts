import type { ModelUsage } from '../../core/agent-engine.ts';
import { errorCodes, HarnessError } from '../../core/errors.ts';
import type { PreviewEvent, SessionError, SessionEvent } from '../../core/session-event.ts';
import type { StopReason, TurnEvent, Usage } from '../../core/turn-event.ts';
import type { MessageMode } from './message-mode.ts';
import { showQuestion, showTool, type ToolEvent } from './shown-tools.ts';

interface OpenText {
  block: number;
  /** How much of it was given on. */
  length: number;
}

/** The answer that a chat client gets for a turn of an agent: texts, as they are written, and what it is to see of tools. */
export class AnswerEvents {
  readonly #model: string;
  readonly #mode: MessageMode;
  /** By the id of their message. */
  readonly #texts = new Map<string, OpenText>();
  /** Calls, by their ids. */
  readonly #names = new Map<string, string>();
  readonly #shownQuestions = new Set<string>();
  readonly #usage = { ...noUsage };
  #blocks = 0;
  #text = '';
  #hasBegun = false;
  #error: SessionError | undefined;

  constructor(model: string, mode: MessageMode) {
    this.#model = model;
    this.#mode = mode;
  }

  /** All text of the answer so far. */
  get text(): string {
    return this.#text;
  }

  /** The events for the session's next event; the last is the `end`. Throws what the turn has failed with. */
  push(event: SessionEvent | PreviewEvent): TurnEvent[] {
    switch (event.type) {
      case 'event_start':
        return this.#beginText(event.event.id);
      case 'event_delta':
        return this.#write(event.event_id, event.delta.content.text);
      case 'agent.message':
        if (event.parent_tool_use_id !== undefined) return [];
        return this.#endText(event.id, event.content.map(({ text }) => text).join(''));
      case 'span.model_request_end':
        this.#count(event.model_usage);
        return [];
      case 'session.error':
        this.#error = event.error;
        return [];
      case 'session.status_idle':
        return this.#idle(event);
      case 'session.status_terminated':
      case 'session.deleted':
        throw this.#failure() ?? new HarnessError('SESSION_CONFLICT', 'The session of this conversation has ended.');
      case 'agent.tool_use':
      case 'agent.mcp_tool_use':
      case 'agent.custom_tool_use':
        this.#names.set(event.id, event.name);
        return this.#show(event);
      case 'agent.tool_result':
      case 'agent.mcp_tool_result':
        return this.#show(event);
      case 'agent.thinking':
      case 'agent.thread_context_compacted':
      case 'session.status_running':
      case 'session.updated':
      case 'span.model_request_start':
      case 'system.message':
      case 'user.custom_tool_result':
      case 'user.interrupt':
      case 'user.message':
      case 'user.tool_confirmation':
        return [];
    }
  }

  #idle({ stop_reason: reason }: Extract<SessionEvent, { type: 'session.status_idle' }>): TurnEvent[] {
    switch (reason.type) {
      case 'requires_action':
        return reason.event_ids.flatMap((id) => this.#question(id));
      case 'end_turn':
        return this.#end('end_turn');
      case 'refusal':
        return this.#end('refusal');
      case 'budget_reached':
        return [
          { type: 'warning', message: 'The agent has cost as much as it may (max_cost).' },
          ...this.#end('max_tokens'),
        ];
      case 'retries_exhausted': {
        const error = this.#error;
        if (error?.type !== 'tool_use_limit_reached_error') throw this.#failure() ?? unknownFailure();
        return [{ type: 'warning', message: error.message }, ...this.#end('max_tokens')];
      }
    }
  }

  #show(event: ToolEvent): TurnEvent[] {
    const shown = showTool(event, this.#mode);
    if (shown === undefined) return [];
    if ('text' in shown) return this.#paragraph(shown.text);
    const { id, events } = this.#begin({ type: 'opaque', block: shown.block });
    return [...events, { type: 'block_stop', id }];
  }

  #question(id: string): TurnEvent[] {
    if (this.#mode !== 'formatted' || this.#shownQuestions.has(id)) return [];
    this.#shownQuestions.add(id);
    return this.#paragraph(showQuestion(id, this.#names.get(id) ?? 'a call'));
  }

  #paragraph(text: string): TurnEvent[] {
    const { id, events } = this.#begin({ type: 'text' });
    return [...events, this.#add(id, text), { type: 'block_stop', id }];
  }

  #beginText(message: string): TurnEvent[] {
    const { id, events } = this.#begin({ type: 'text' });
    this.#texts.set(message, { block: id, length: 0 });
    return events;
  }

  #write(message: string, text: string): TurnEvent[] {
    const open = this.#texts.get(message);
    if (open === undefined || text === '') return [];
    open.length += text.length;
    return [this.#add(open.block, text)];
  }

  /** A watcher that is slow is not told all of a text while it is written. */
  #endText(message: string, whole: string): TurnEvent[] {
    const begun = this.#texts.has(message) ? [] : this.#beginText(message);
    const { block = 0, length = 0 } = this.#texts.get(message) ?? {};
    const rest = this.#write(message, whole.slice(length));
    this.#texts.delete(message);
    return [...begun, ...rest, { type: 'block_stop', id: block }];
  }

  /** Clients join the texts of an answer: each after the first is a paragraph of its own. */
  #begin(block: Extract<TurnEvent, { type: 'block_start' }>['block']): { id: number; events: TurnEvent[] } {
    const id = this.#blocks++;
    const events: TurnEvent[] = [...this.#start(), { type: 'block_start', id, block }];
    if (block.type === 'text' && this.#text !== '') events.push(this.#add(id, '\n\n'));
    return { id, events };
  }

  #add(id: number, text: string): TurnEvent {
    this.#text += text;
    return { type: 'text', id, text };
  }

  /** Not before there is something to show: a failure until then has a status of its own. */
  #start(): TurnEvent[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    return [{ type: 'start', model: this.#model, usage: { ...noUsage } }];
  }

  #end(stopReason: StopReason): TurnEvent[] {
    return [...this.#start(), { type: 'end', stopReason, usage: { ...this.#usage } }];
  }

  #count({ input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens }: ModelUsage): void {
    this.#usage.inputTokens += input_tokens;
    this.#usage.outputTokens += output_tokens;
    this.#usage.cacheCreationTokens += cache_creation_input_tokens;
    this.#usage.cacheReadTokens += cache_read_input_tokens;
  }

  #failure(): HarnessError | undefined {
    if (this.#error === undefined) return undefined;
    const { code, message } = this.#error;
    return new HarnessError(errorCodes.find((one) => one === code) ?? 'CLI_FAILED', message);
  }
}

const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheCreationTokens: 0,
  cacheReadTokens: 0,
  thinkingTokens: 0,
};

function unknownFailure(): HarnessError {
  return new HarnessError('CLI_FAILED', 'The turn of the agent has failed; the session has its events.');
}
