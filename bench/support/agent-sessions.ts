import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { once } from 'node:events';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { onLine } from '../../test/support/on-line.ts';
import type { HttpClient } from './http-client.ts';

/** A session of the harness, as its clients see it. */
export class AgentSession {
  readonly id: string;
  readonly #url: string;
  readonly #client: HttpClient;
  readonly #cleanup: Cleanup;

  private constructor(url: string, id: string, client: HttpClient, cleanup: Cleanup) {
    this.#url = `${url}/v1/sessions/${id}/events`;
    this.id = id;
    this.#client = client;
    this.#cleanup = cleanup;
  }

  static async create(url: string, agent: string, client: HttpClient, cleanup: Cleanup): Promise<AgentSession> {
    const response = await client.post(`${url}/v1/sessions`, { agent, environment_id: agent });
    const { id } = JSON.parse((await response.toArray()).join('')) as { id: string };
    return new AgentSession(url, id, client, cleanup);
  }

  async send(text: string): Promise<void> {
    const events = [{ type: 'user.message', content: [{ type: 'text', text }] }];
    (await this.#client.post(this.#url, { events })).resume();
  }

  /** Calls `look` with each line of the stream of events, from when this settles on; gives what ends it. */
  async watch(look: (line: string) => void): Promise<() => void> {
    const outgoing = request(`${this.#url}/stream?event_deltas=agent.message`);
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    // Whoever leaves has had enough.
    response.on('error', () => undefined);
    onLine(response, look);
    const stop = (): void => {
      response.destroy();
    };
    this.#cleanup.defer(() => {
      stop();
    });
    return stop;
  }

  /** Milliseconds from a message to the first text of its answer; settles when the session rests. */
  async timeTurn(text: string): Promise<number> {
    let firstAt: number | undefined;
    let rest: () => void = () => undefined;
    const rests = new Promise<void>((resolve) => (rest = resolve));
    const stop = await this.watch((line) => {
      if (firstAt === undefined && line.startsWith('data: ') && line.includes('"event_delta"')) {
        firstAt = performance.now();
      }
      if (line.startsWith('data: ') && line.includes('session.status_idle')) rest();
    });
    const askedAt = performance.now();
    await this.send(text);
    await rests;
    stop();
    if (firstAt === undefined) throw new Error('the session rests without a text');
    return firstAt - askedAt;
  }
}
