import { HarnessError } from '../../core/errors.ts';
import type { StopReason, TurnEvent, Usage } from '../../core/turn-event.ts';
import { openAiErrorBody } from '../openai-shared/errors.ts';
import { withoutEncrypted, withoutThought } from './encrypted-content.ts';
import { Output } from './output.ts';
import type { ToolForms } from './tool-forms.ts';
import type { EventBody, ResponseEcho, ResponseStatus, WireEvent, WireResponse } from './types.ts';
import { toResponseUsage } from './usage.ts';

export interface ResponseOptions {
  id: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  now: () => number;
  /** The model as the client named it. */
  model: string;
  echo: ResponseEcho;
  includeEncrypted: boolean;
  summarizes: boolean;
  /** Whether thinking is shown at all. */
  showReasoning: boolean;
  /** In what form the calls of the answer go back. */
  forms: ToolForms;
  /** Whether structured output was asked for, so that declining goes into a refusal. */
  hasOutput: boolean;
  /** The client gets the answer only when it is complete, so that it may begin again. */
  buffered: boolean;
}

/** One answer of a turn as the events of the Responses API, and as the response that they make up. */
export class ResponseStream {
  readonly #options: ResponseOptions;
  readonly #output: Output;
  #sequence = 0;
  #isCreated = false;
  #isRunning = false;
  #status: ResponseStatus = 'queued';
  #model: string;
  #usage: Usage | undefined;
  #completedAt: number | undefined;
  #failure: HarnessError | undefined;
  #incomplete: 'max_output_tokens' | 'content_filter' | undefined;

  constructor(options: ResponseOptions) {
    this.#options = options;
    this.#model = options.model;
    this.#output = new Output({ ...options, responseId: options.id });
  }

  /** The events of an answer that has to wait before it begins. */
  queue(): WireEvent[] {
    this.#isCreated = true;
    return this.#number([this.#lifecycle('created'), this.#lifecycle('queued')]);
  }

  /**
   * The events for the turn's next one, in order. Throws `ANSWER_RESTARTED` when the answer begins again after a part
   * of it has gone out, since what the client has cannot be taken back.
   */
  push(event: TurnEvent): WireEvent[] {
    if (event.type === 'start' || event.type === 'restart') return this.#number(this.#start(event));
    if (event.type === 'end') return this.#number(this.#end(event.stopReason, event.usage));
    return this.#number(this.#output.push(event));
  }

  /**
   * The last events of an answer that fails: the response as it is then, and an error, without which OpenAI's clients
   * would take half of an answer for a whole one.
   */
  fail(error: HarnessError): WireEvent[] {
    const begin = this.#begin();
    this.#status = 'failed';
    this.#failure = error;
    return this.#number([...begin, this.#lifecycle('failed'), toErrorEvent(error)]);
  }

  /** The last event of an answer that was cancelled. */
  cancel(): WireEvent[] {
    this.#status = 'cancelled';
    return this.#number([toErrorEvent(new HarnessError('ABORTED', 'The response was cancelled.'))]);
  }

  /** The response as it stands, as the client gets it. */
  get response(): WireResponse {
    const whole = this.whole;
    return this.#options.includeEncrypted ? whole : withoutEncrypted(whole);
  }

  /** The response as it is stored: with the thinking that a later request has to send back. */
  get whole(): WireResponse {
    const { id, createdAt, echo } = this.#options;
    return {
      id,
      object: 'response',
      created_at: toSeconds(createdAt),
      completed_at: this.#completedAt === undefined ? null : toSeconds(this.#completedAt),
      status: this.#status,
      error: this.#failure === undefined ? null : toResponseError(this.#failure),
      incomplete_details: this.#incomplete === undefined ? null : { reason: this.#incomplete },
      model: this.#model,
      output: this.#output.items(this.#status === 'in_progress' ? 'in_progress' : 'incomplete'),
      usage: this.#usage === undefined ? null : toResponseUsage(this.#usage),
      ...echo,
      max_tool_calls: null,
      top_logprobs: 0,
      service_tier: 'default',
      truncation: 'disabled',
    };
  }

  #start({ type, model }: Extract<TurnEvent, { type: 'start' | 'restart' }>): EventBody[] {
    if (type === 'restart') this.#output.restart();
    this.#model = model;
    return this.#begin();
  }

  #begin(): EventBody[] {
    if (this.#isRunning) return [];
    this.#isRunning = true;
    this.#status = 'in_progress';
    const created = this.#isCreated ? [] : [this.#lifecycle('created')];
    this.#isCreated = true;
    return [...created, this.#lifecycle('in_progress')];
  }

  #end(reason: StopReason, usage: Usage): EventBody[] {
    const declined = this.#options.hasOutput && reason === 'refusal';
    this.#incomplete = declined ? undefined : incompleteReasons[reason];
    this.#status = this.#incomplete === undefined ? 'completed' : 'incomplete';
    const events = this.#output.end({ status: this.#status, declined });
    this.#usage = usage;
    if (this.#status === 'completed') this.#completedAt = this.#options.now();
    return [...events, this.#lifecycle(this.#status)];
  }

  #lifecycle(name: 'created' | 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed'): EventBody {
    return { type: `response.${name}`, response: this.response };
  }

  #number(events: readonly EventBody[]): WireEvent[] {
    return events.map((event) => {
      const sequence_number = this.#sequence++;
      if (!('item' in event) || this.#options.includeEncrypted) return { ...event, sequence_number };
      return { ...event, item: withoutThought(event.item), sequence_number };
    });
  }
}

const incompleteReasons: Readonly<Record<StopReason, 'max_output_tokens' | 'content_filter' | undefined>> = {
  end_turn: undefined,
  pause_turn: undefined,
  compaction: undefined,
  stop_sequence: undefined,
  tool_use: undefined,
  max_tokens: 'max_output_tokens',
  model_context_window_exceeded: 'max_output_tokens',
  refusal: 'content_filter',
};

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function toResponseError(error: HarnessError): { code: string; message: string } {
  const { code, message } = openAiErrorBody(error).error;
  return { code, message };
}

function toErrorEvent(failure: HarnessError): EventBody {
  const { error } = openAiErrorBody(failure);
  const { code, message, param } = error;
  return { type: 'error', code, message, param, error };
}
