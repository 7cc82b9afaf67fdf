import type { Pool } from './pool/pool.ts';
import { controlLine, type ControlRequest } from '../process/control.ts';
import { withProcess } from './with-process.ts';

/** The CLI answers at once, or after it has tried to reach the API. */
const timeoutMs = 15_000;

/**
 * Asks an idle process of a model something that costs no model call. Gives the responses in the order of the requests,
 * `undefined` for one that the CLI refuses. Throws when no process can be had.
 */
export async function askCli(
  pool: Pool,
  model: string,
  requests: readonly ControlRequest[],
  signal: AbortSignal,
): Promise<unknown[]> {
  return withProcess({ pool, model, signal, timeoutMs }, async ({ channel, setup }) => {
    const responses = new Map<string, unknown>();
    await channel.send([...setup, ...requests.map((request, index) => controlLine(idOf(index), request))]);
    while (responses.size < requests.length) {
      const message = await channel.receive();
      if (message.type !== 'control_response') continue;
      const { request_id: id, subtype, response } = message.response;
      if (id.startsWith(idPrefix)) responses.set(id, subtype === 'success' ? response : undefined);
    }
    return requests.map((_, index) => responses.get(idOf(index)));
  });
}

const idPrefix = 'ask-';

function idOf(index: number): string {
  return `${idPrefix}${index}`;
}
