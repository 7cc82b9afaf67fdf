import type { Connection } from './connection.ts';
import type { CallOptions, Session, SessionEvent, Sessions } from './types.ts';

interface Page<Entry> {
  data: Entry[];
  next_page?: string | null;
}

export class SessionsClient implements Sessions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(agent: string, { title, signal }: CallOptions & { title?: string } = {}): Promise<Session> {
    const body = { agent, environment_id: agent, ...(title !== undefined && { title }) };
    return this.#connection.json('/v1/sessions', { method: 'POST', body, signal });
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Session> {
    return this.#connection.json(pathOf(id), { signal });
  }

  list({ signal }: CallOptions = {}): AsyncIterable<Session> {
    return this.#pages('/v1/sessions?', signal);
  }

  async send(id: string, events: readonly SessionEvent[], { signal }: CallOptions = {}): Promise<SessionEvent[]> {
    const call = { method: 'POST', body: { events }, signal } as const;
    return (await this.#connection.json<{ data: SessionEvent[] }>(`${pathOf(id)}/events`, call)).data;
  }

  events(id: string, { signal }: CallOptions = {}): AsyncIterable<SessionEvent> {
    return this.#pages(`${pathOf(id)}/events?order=asc&`, signal);
  }

  follow(id: string, { signal }: CallOptions = {}): Promise<AsyncIterable<SessionEvent>> {
    return this.#connection.events(`${pathOf(id)}/events/stream?event_deltas=agent.message`, { signal });
  }

  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#connection.json(pathOf(id), { method: 'DELETE', signal });
  }

  async *#pages<Entry>(path: string, signal: AbortSignal | undefined): AsyncGenerator<Entry> {
    let page: string | undefined;
    do {
      const query = page === undefined ? '' : `page=${encodeURIComponent(page)}`;
      const { data, next_page: next } = await this.#connection.json<Page<Entry>>(`${path}${query}`, { signal });
      yield* data;
      page = next ?? undefined;
    } while (page !== undefined);
  }
}

function pathOf(id: string): string {
  return `/v1/sessions/${encodeURIComponent(id)}`;
}
