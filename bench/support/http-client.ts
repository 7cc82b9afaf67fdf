import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { onLine } from '../../test/support/on-line.ts';

/** From the request to the first text of its answer, and to its end. */
export interface Timing {
  firstMs: number;
  totalMs: number;
}

/** Posts JSON over connections that stay open, as an API client does. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(cleanup: Cleanup) {
    cleanup.defer(() => {
      this.#agent.destroy();
    });
  }

  /** Settles with the response's head; rejects unless the status is 200. */
  async post(url: string, body: object): Promise<IncomingMessage> {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const outgoing = request(url, { method: 'POST', agent: this.#agent, headers });
    outgoing.end(text);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    if (response.statusCode === 200) return response;
    throw new Error(`${url} answered ${String(response.statusCode)}: ${(await response.toArray()).join('')}`);
  }

  /** Milliseconds from the request to the first line for which `isFirst`; settles when the answer is complete. */
  async timeToLine(url: string, body: object, isFirst: (line: string) => boolean): Promise<number> {
    return (await this.time(url, body, isFirst)).firstMs;
  }

  async time(url: string, body: object, isFirst: (line: string) => boolean): Promise<Timing> {
    const sentAt = performance.now();
    let firstAt: number | undefined;
    const response = await this.post(url, body);
    onLine(response, (line) => {
      if (firstAt === undefined && isFirst(line)) firstAt = performance.now();
    });
    await once(response, 'end');
    if (firstAt === undefined) throw new Error(`${url} sent an answer without a text delta`);
    return { firstMs: firstAt - sentAt, totalMs: performance.now() - sentAt };
  }
}
