import type { ModelUsage } from '../../core/agent-engine.ts';
import type { PreviewEvent, SessionError, SessionEvent } from '../../core/session-event.ts';
import type { Session } from '../../core/sessions.ts';
import type { QueryEvent, ResultMessage } from './types.ts';

/** Why a query has no answer. */
interface Failure {
  subtype: Exclude<ResultMessage['subtype'], 'success'>;
  message: string;
}

/** What a query has cost and come to, for its result. */
export class Tally {
  readonly #before: Session;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #requests = new Map<string, number>();
  #apiMs = 0;
  #turns = 0;
  #usage: ModelUsage = {
    input_tokens: 0,
    output_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
  #text: string | null = null;
  #failure: Failure | undefined;

  constructor(before: Session, now: () => number) {
    this.#before = before;
    this.#now = now;
    this.#startedAt = now();
  }

  note(event: SessionEvent | PreviewEvent): void {
    if (event.type === 'agent.message' && event.parent_tool_use_id === undefined) {
      this.#text = event.content.map(({ text }) => text).join('');
    } else if (event.type === 'span.model_request_start') {
      this.#requests.set(event.id, Date.parse(event.processed_at));
    } else if (event.type === 'span.model_request_end') {
      this.#countRequest(event.model_request_start_id, Date.parse(event.processed_at), event.model_usage);
    } else {
      this.#failure = failureOf(event) ?? this.#failure;
    }
  }

  /** A failure is told as an event too, since clients look at no result for that. A limit of the query's own is none. */
  result(after: Session | undefined): QueryEvent[] {
    const failure = this.#failure;
    const result: ResultMessage = {
      subtype: failure?.subtype ?? 'success',
      duration_ms: Math.max(0, this.#now() - this.#startedAt),
      duration_api_ms: this.#apiMs,
      is_error: failure !== undefined,
      num_turns: this.#turns,
      session_id: this.#before.id,
      total_cost_usd: after === undefined ? 0 : Math.max(0, after.usage.costUsd - this.#before.usage.costUsd),
      usage: this.#usage,
      result: failure?.message ?? this.#text,
    };
    const told: QueryEvent = { event: 'result_message', data: result };
    return failure?.subtype === 'error_during_execution' ? [told, toFailedQuery(failure.message)] : [told];
  }

  #countRequest(startId: string, endedAt: number, usage: ModelUsage): void {
    this.#turns += 1;
    this.#apiMs += Math.max(0, endedAt - (this.#requests.get(startId) ?? endedAt));
    this.#requests.delete(startId);
    this.#usage = {
      input_tokens: this.#usage.input_tokens + usage.input_tokens,
      output_tokens: this.#usage.output_tokens + usage.output_tokens,
      cache_creation_input_tokens: this.#usage.cache_creation_input_tokens + usage.cache_creation_input_tokens,
      cache_read_input_tokens: this.#usage.cache_read_input_tokens + usage.cache_read_input_tokens,
    };
  }
}

export function toFailedQuery(message: string): QueryEvent {
  return { event: 'error', data: { message, exit_code: null } };
}

function failureOf(event: SessionEvent | PreviewEvent): Failure | undefined {
  if (event.type === 'session.error') return ofSession(event.error);
  if (event.type === 'user.interrupt') return toFailure('The query was cancelled.');
  if (event.type === 'session.deleted') return toFailure('The session was deleted.');
  const isOverBudget = event.type === 'session.status_idle' && event.stop_reason.type === 'budget_reached';
  return isOverBudget ? { subtype: 'error_max_budget_usd', message: 'The session has cost what it may.' } : undefined;
}

function toFailure(message: string): Failure {
  return { subtype: 'error_during_execution', message };
}

function ofSession({ type, message, retry_status: retry }: SessionError): Failure | undefined {
  // What is tried again may yet come to a good end.
  if (retry.type === 'retrying') return undefined;
  const subtype = type === 'tool_use_limit_reached_error' ? 'error_max_turns' : 'error_during_execution';
  return { subtype, message };
}
