import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { ClientError } from './error.ts';
import { MessageParts, toAnswer, type MessageEvent } from './message-parts.ts';
import { runQuery } from './run-query.ts';
import { SessionsClient } from './sessions-client.ts';
import type {
  Answer,
  CallOptions,
  Harness,
  Message,
  QueryOptions,
  QueryResult,
  Request,
  Sessions,
  StreamPart,
  UsageQuery,
} from './types.ts';

const defaultMaxTokens = 32_000;
const longestStartMs = 45_000;

interface Readiness {
  reason?: string;
  message?: string;
}

/** A service that runs somewhere. */
export class RemoteHarness implements Harness {
  readonly sessions: Sessions;
  readonly #connection: Connection;

  constructor(url: string, token: string | undefined) {
    this.#connection = new Connection(url, token);
    this.sessions = new SessionsClient(this.#connection);
  }

  get url(): string {
    return this.#connection.url;
  }

  /** Waits for a service that starts. Rejects with why it would not serve a request, and what to do. */
  async checkHealth(): Promise<void> {
    for (const givenUpAt = Date.now() + longestStartMs; ;) {
      const { status, body } = await this.#connection.answer('/ready');
      if (status === 200) return;
      const { reason, message } = body as Readiness;
      if (reason !== 'starting' || Date.now() > givenUpAt) {
        throw new ClientError(`${this.url} would not serve a request: ${message ?? `status ${status}`}`, {
          status,
        });
      }
      await sleep(200);
    }
  }

  async complete(request: Request, { signal }: CallOptions = {}): Promise<Answer> {
    const call = { method: 'POST', body: toBody(request), signal } as const;
    return toAnswer(await this.#connection.json<Message>('/v1/messages', call));
  }

  async *stream(request: Request, { signal }: CallOptions = {}): AsyncGenerator<StreamPart> {
    const call = { method: 'POST', body: { ...toBody(request), stream: true }, signal } as const;
    const parts = new MessageParts();
    for await (const event of await this.#connection.events<MessageEvent>('/v1/messages', call))
      yield* parts.push(event);
  }

  query(options: QueryOptions): Promise<QueryResult> {
    return runQuery(this.sessions, options);
  }

  usage({ by = 'day', since, signal }: UsageQuery = {}): Promise<Readonly<Record<string, unknown>>> {
    const query = new URLSearchParams({ by, ...(since !== undefined && { since }) });
    return this.#connection.json(`/v1/usage?${query.toString()}`, { signal });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function toBody({ prompt, messages, ...fields }: Request): object {
  const all = prompt === undefined ? messages : [{ role: 'user', content: prompt }];
  return { max_tokens: defaultMaxTokens, ...fields, messages: all };
}
