import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

export interface RecordedRequest {
  method: string;
  /** As sent, query included. */
  path: string;
  headers: IncomingHttpHeaders;
  /** The parsed JSON body. */
  body: unknown;
  /** When the headers arrived, by `performance.now()`. */
  receivedAt: number;
  /**
   * Resolves when the exchange is over: true if the client went away before the end of the answer, false if the answer
   * was complete or the stand-in itself broke it off.
   */
  closedEarly: Promise<boolean>;
}

/** One request and its response. */
export interface Exchange {
  readonly record: RecordedRequest;
  readonly response: ServerResponse;
  /** Aborts when the connection is gone, so that no timer or wait outlives the client. */
  readonly gone: AbortSignal;
  /** Destroys the connection from this side. */
  cut(): void;
}

/** `isStopping` distinguishes connections that the stopping stand-in closed from those that the client closed. */
export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  receivedAt: number,
  isStopping: () => boolean,
): Exchange {
  const gone = new AbortController();
  let wasCut = false;
  const closedEarly = new Promise<boolean>((resolve) => {
    response.once('close', () => {
      gone.abort();
      resolve(!response.writableFinished && !wasCut && !isStopping());
    });
  });
  return {
    record: {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      receivedAt,
      closedEarly,
    },
    response,
    gone: gone.signal,
    cut: () => {
      wasCut = true;
      response.destroy();
    },
  };
}
