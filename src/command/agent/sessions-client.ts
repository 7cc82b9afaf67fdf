import * as z from 'zod';
import { askService } from '../ask-service.ts';
import type { RunningService } from '../running-service.ts';
import { readServerSentEvents, type ServerSentEvent } from '../../util/server-sent-events.ts';

/** What the commands look at in a session; times are RFC 3339. */
const session = z.object({
  id: z.string(),
  agent: z.object({ id: z.string() }),
  title: z.string().nullable(),
  status: z.string(),
  created_at: z.string(),
  /** The other machine that has it. */
  machine: z.string().exactOptional(),
});

export type SessionSummary = z.infer<typeof session>;

const page = z.object({ data: z.array(z.unknown()), next_page: z.string().nullish() });
const permission = z.object({ status: z.string() });
/** The sessions of a running service, over its API. Each method throws the server's own sentence when it refuses. */
export class SessionsClient {
  readonly #service: RunningService;

  constructor(service: RunningService) {
    this.#service = service;
  }

  async create(agent: string): Promise<SessionSummary> {
    return session.parse(await this.#json('POST', '/v1/sessions', { agent, environment_id: agent }));
  }

  /** A new session with the past of another one. */
  async fork(id: string): Promise<SessionSummary> {
    return session.parse(await this.#json('POST', '/v1/sessions', { fork_from: id }));
  }

  async get(id: string): Promise<SessionSummary> {
    return session.parse(await this.#json('GET', sessionPath(id)));
  }

  async delete(id: string): Promise<void> {
    await this.#json('DELETE', sessionPath(id));
  }

  /** The newest first, archived ones included. */
  async *list(): AsyncGenerator<SessionSummary> {
    for await (const entry of this.#pages('/v1/sessions?include_archived=true')) yield session.parse(entry);
  }

  /** All events so far, the oldest first. */
  events(id: string): AsyncGenerator {
    return this.#pages(`${sessionPath(id)}/events?order=asc`);
  }

  async send(id: string, event: object): Promise<void> {
    await this.#json('POST', `${sessionPath(id)}/events`, { events: [event] });
  }

  /**
   * Settles when the session is being followed; gives what happens from then on, or since the event `after`, the text of
   * messages as it is written.
   */
  async follow(id: string, after: string | undefined, signal: AbortSignal): Promise<AsyncGenerator<ServerSentEvent>> {
    const path = `${sessionPath(id)}/events/stream?event_deltas=agent.message`;
    const headers = after === undefined ? {} : { 'last-event-id': after };
    return this.#stream(path, { headers, signal });
  }

  /** Settles when it is connected; gives every request for permission that is pending, and what happens from then on. */
  followPermissions(signal: AbortSignal): Promise<AsyncGenerator<ServerSentEvent>> {
    return this.#stream('/permissions/stream', { signal });
  }

  async permissionStatus(id: string): Promise<string> {
    return permission.parse(await this.#json('GET', permissionPath(id))).status;
  }

  async respond(id: string, answer: { allowed: boolean; for_session?: boolean }): Promise<void> {
    await this.#json('POST', `${permissionPath(id)}/respond`, answer);
  }

  async #stream(path: string, options: RequestInit): Promise<AsyncGenerator<ServerSentEvent>> {
    const { body } = await this.#fetch('GET', path, options);
    if (body === null) throw new Error('The answer has no body.');
    return readServerSentEvents(body);
  }

  async *#pages(path: string): AsyncGenerator {
    let next: string | null | undefined;
    do {
      const query = next == null ? '' : `&page=${encodeURIComponent(next)}`;
      const { data, next_page: following } = page.parse(await this.#json('GET', `${path}${query}`));
      yield* data;
      next = following;
    } while (next != null);
  }

  async #json(method: string, path: string, body?: object): Promise<unknown> {
    const response = await this.#fetch(method, path, {
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(30_000),
    });
    return response.json();
  }

  #fetch(method: string, path: string, options: RequestInit): Promise<Response> {
    return askService(this.#service, method, path, options);
  }
}

function sessionPath(id: string): string {
  return `/v1/sessions/${encodeURIComponent(id)}`;
}

function permissionPath(id: string): string {
  return `/permissions/${encodeURIComponent(id)}`;
}
