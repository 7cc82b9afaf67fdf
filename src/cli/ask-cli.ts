import type { Pool } from './pool/pool.ts';
import { controlLine, type ControlRequest } from '../process/control.ts';
import { Channel } from './turn/channel.ts';

/** The CLI answers at once, or after it has tried to reach the API. */
const timeoutMs = 15_000;

/**
 * Asks an idle process of a model something that costs no model call, and throws it away: what it was asked first
 * fixes its prompt. Gives the responses in the order of the requests, `undefined` for one that the CLI refuses. Throws
 * when no process can be had.
 */
export async function askCli(
  pool: Pool,
  model: string,
  requests: readonly ControlRequest[],
  signal: AbortSignal,
): Promise<unknown[]> {
  const { worker } = await pool.acquire(model, signal);
  const channel = new Channel(worker, { signal, turnTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
  const responses = new Map<string, unknown>();
  try {
    await channel.send(requests.map((request, index) => controlLine(String(index), request)));
    while (responses.size < requests.length) {
      const message = await channel.receive();
      if (message.type !== 'control_response') continue;
      const { request_id: id, subtype, response } = message.response;
      responses.set(id, subtype === 'success' ? response : undefined);
    }
  } finally {
    channel.dispose();
    pool.release(worker);
  }
  return requests.map((_, index) => responses.get(String(index)));
}
