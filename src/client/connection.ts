import { fetchAt } from '../util/fetch-at.ts';
import { readServerSentEvents } from '../util/server-sent-events.ts';
import { ClientError, toClientError } from './error.ts';

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: object;
  signal?: AbortSignal | undefined;
}

/** Requests to one service. Each rejects with a `ClientError`, or with the reason of its signal. */
export class Connection {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token: string | undefined) {
    this.url = url.replace(/\/+$/, '');
    this.#headers = {
      'anthropic-version': '2023-06-01',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
  }

  async json<Body>(path: string, call: Call = {}): Promise<Body> {
    return (await (await this.#fetch(path, call)).json()) as Body;
  }

  /** The same whatever its status. */
  async answer(path: string, call: Call = {}): Promise<{ status: number; body: unknown }> {
    const response = await this.#send(path, call);
    return { status: response.status, body: await response.json() };
  }

  /** Settles when the stream has begun; gives its events, parsed. */
  async events<Event>(path: string, call: Call = {}): Promise<AsyncGenerator<Event>> {
    const { body } = await this.#fetch(path, call);
    return parsed<Event>(body);
  }

  async #fetch(path: string, call: Call): Promise<Response> {
    const response = await this.#send(path, call);
    if (response.ok) return response;
    throw toClientError(await response.json().catch(() => undefined), response.status);
  }

  async #send(path: string, { method = 'GET', body, signal }: Call): Promise<Response> {
    const headers = { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
    return fetchAt(this.url, path, {
      ...{ method, headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    }).catch((cause: unknown) => {
      if (signal?.aborted === true) throw signal.reason;
      throw new ClientError(`${this.url} does not answer; is the service running?`, { cause });
    });
  }
}

async function* parsed<Event>(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Event> {
  if (body === null) return;
  for await (const { data } of readServerSentEvents(body)) {
    const event: unknown = JSON.parse(data);
    if ((event as { type?: string }).type === 'error') throw toClientError(event);
    yield event as Awaited<Event>;
  }
}
