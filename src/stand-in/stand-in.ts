import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerExchange } from './answer-exchange.ts';
import { createChoice, type BehaviourSource, type ErrorAnswer } from './behaviour.ts';
import type { RecordedRequest } from './exchange.ts';
import { createListener } from './listener.ts';
import { sendError } from './send-error.ts';

/** A stand-in for Anthropic's Messages API; `ANTHROPIC_BASE_URL` directs the CLI to it. */
export interface StandIn {
  /** Without a slash at the end. */
  readonly url: string;
  /** The calls of `/v1/messages`, oldest first, each recorded as soon as its body has been read. */
  readonly requests: readonly RecordedRequest[];
  /** The calls of `/v1/messages/count_tokens`. */
  readonly countRequests: readonly RecordedRequest[];
  /** Sets the behaviour for new requests; running ones keep theirs. */
  behave(next: BehaviourSource): void;
  /** Answers every count with this from now on; with a count again where there is none. */
  refuseCounts(error?: ErrorAnswer): void;
  /** Closes the port and every connection, without waiting for running answers. */
  stop(): Promise<void>;
}

interface StandInOptions {
  /** A free port by default. */
  port?: number;
  /** Loopback by default. */
  host?: string;
  /** A short friendly answer by default. */
  behaviour?: BehaviourSource;
  /** How many requests of each kind are kept before the oldest is dropped; 1000 by default. */
  keepRequests?: number;
}

/** Starts listening. Rejects with the listen error, such as `EADDRINUSE`. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { port = 0, host = '127.0.0.1', behaviour = { kind: 'answer' }, keepRequests = 1000 } = options;
  const requests: RecordedRequest[] = [];
  const countRequests: RecordedRequest[] = [];
  let choose = createChoice(behaviour);
  let countError: ErrorAnswer | undefined;
  let messages = 0;
  let stopping = false;

  const listener = createListener(
    {
      messages: async (exchange) => {
        const messageId = `msg_${String(++messages).padStart(6, '0')}`;
        exchange.response.setHeader('request-id', `req_${messageId}`);
        remember(requests, exchange.record, keepRequests);
        await answerExchange(exchange, await choose(exchange.record), messageId);
      },
      countTokens: ({ record, response }) => {
        remember(countRequests, record, keepRequests);
        if (countError !== undefined) {
          sendError(response, countError);
          return;
        }
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ input_tokens: estimateTokens(record.body) }));
      },
    },
    () => stopping,
  );
  const server = createServer({ noDelay: true }, listener);
  // An idle connection closed from this side while the CLI reuses it would look like a network failure to the CLI.
  server.keepAliveTimeout = 0;
  server.listen(port, host);
  await once(server, 'listening');

  return {
    url: urlOf(server),
    requests,
    countRequests,
    behave(next) {
      choose = createChoice(next);
    },
    refuseCounts(error) {
      countError = error;
    },
    async stop() {
      stopping = true;
      await close(server);
    },
  };
}

function remember(records: RecordedRequest[], record: RecordedRequest, limit: number): void {
  records.push(record);
  if (records.length > limit) records.shift();
}

/** Assumes four characters per token. */
function estimateTokens(body: unknown): number {
  return Math.ceil(JSON.stringify(body).length / 4);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Resolves at once for a server that is already closed. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
