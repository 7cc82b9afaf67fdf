import { ClientError } from './error.ts';
import type { QueryOptions, QueryResult, SessionEvent, Sessions, ToolEvent } from './types.ts';

interface Call {
  id: string;
  name: string;
  input: Readonly<Record<string, unknown>>;
  evaluated_permission?: string;
}

const started = new Set(['agent.tool_use', 'agent.mcp_tool_use', 'agent.custom_tool_use']);
const concluded = new Set(['agent.tool_result', 'agent.mcp_tool_result']);

/** A turn of an agent, in a new session or in one that there is. It is interrupted where this ends before it does. */
export async function runQuery(sessions: Sessions, options: QueryOptions): Promise<QueryResult> {
  const { agent, prompt, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const session = options.session ?? (await sessions.create(agent, call)).id;
  const events = await sessions.follow(session, call);
  const [message] = await sessions.send(
    session,
    [{ type: 'user.message', content: [{ type: 'text', text: prompt }] }],
    call,
  );
  const turn = new QueryTurn(sessions, session, options);
  try {
    for await (const event of from(events, message?.id)) {
      const result = await turn.push(event);
      if (result !== undefined) return result;
    }
  } finally {
    // Nobody waits for the turn any more. Where the service is gone, too, that ends it.
    if (!turn.isOver) await sessions.send(session, [{ type: 'user.interrupt' }]).catch(() => undefined);
  }
  throw new ClientError('The stream of the session ended before the turn did.');
}

/** What follows the message: a turn before it may still be ending. */
async function* from(events: AsyncIterable<SessionEvent>, messageId: string | undefined): AsyncGenerator<SessionEvent> {
  let hasBegun = false;
  for await (const event of events) {
    if (hasBegun) yield event;
    else hasBegun = event.id === messageId;
  }
}

class QueryTurn {
  readonly #sessions: Sessions;
  readonly #session: string;
  readonly #options: QueryOptions;
  readonly #calls = new Map<string, Call>();
  readonly #texts: string[] = [];
  #error: { message: string; code?: string } | undefined;
  #isOver = false;

  constructor(sessions: Sessions, session: string, options: QueryOptions) {
    this.#sessions = sessions;
    this.#session = session;
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives the result with the event that ends the turn. */
  async push(event: SessionEvent): Promise<QueryResult | undefined> {
    const { type } = event;
    if (type === 'event_delta') this.#tellText(event);
    else if (type === 'agent.message') this.#texts.push(textOf(event));
    else if (type === 'session.error') this.#error = event['error'] as { message: string; code?: string };
    else if (started.has(type)) this.#started(event as unknown as Call);
    else if (concluded.has(type)) this.#concluded(event);
    else if (type === 'session.status_idle') return this.#idle(event);
    return undefined;
  }

  #tellText(event: SessionEvent): void {
    const { content } = event['delta'] as { content?: { type: string; text?: string } };
    if (content?.type === 'text') this.#options.onText?.(content.text ?? '');
  }

  #started(call: Call): void {
    // A call that is asked about later is told again.
    if (!this.#calls.has(call.id)) this.#tell({ phase: 'started', id: call.id, name: call.name, input: call.input });
    this.#calls.set(call.id, call);
  }

  #concluded(event: SessionEvent): void {
    const id = String(event['tool_use_id'] ?? event['mcp_tool_use_id']);
    const name = this.#calls.get(id)?.name ?? '';
    const content = (event['content'] ?? []) as Extract<ToolEvent, { phase: 'concluded' }>['content'];
    this.#tell({ phase: 'concluded', id, name, isError: event['is_error'] === true, content });
  }

  #tell(event: ToolEvent): void {
    this.#options.onToolEvent?.(event);
  }

  async #idle(event: SessionEvent): Promise<QueryResult | undefined> {
    const reason = event['stop_reason'] as { type: string; event_ids?: string[] };
    if (reason.type === 'requires_action') {
      for (const id of reason.event_ids ?? []) await this.#decide(id);
      return undefined;
    }
    this.#isOver = true;
    if (this.#error !== undefined) {
      const { message, code } = this.#error;
      throw new ClientError(message, code === undefined ? {} : { code: code.toLowerCase() });
    }
    return { session: this.#session, text: this.#texts.join('\n\n'), stopReason: reason.type };
  }

  async #decide(id: string): Promise<void> {
    const call = this.#calls.get(id);
    const isAllowed = call !== undefined && (await this.#options.onQuestion?.(call)) === true;
    const answer = isAllowed ? { result: 'allow' } : { result: 'deny', deny_message: 'Nobody was there to allow it.' };
    await this.#sessions.send(this.#session, [{ type: 'user.tool_confirmation', tool_use_id: id, ...answer }]);
  }
}

function textOf(event: SessionEvent): string {
  const blocks = event['content'] as { type: string; text?: string }[];
  return blocks.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('');
}
