import type { Pool } from '../pool/pool.ts';
import { controlLine } from '../process/control.ts';
import { parseInitializeResponse } from '../process/initialize-response.ts';
import { Channel } from './channel.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { initializeRequestId } from './setup.ts';

/** The answer takes the CLI some milliseconds. */
const timeoutMs = 15_000;

/**
 * Asks one process which models the login can use, which costs no model call. Every later turn brings the list up to
 * date. Throws when no process can be had.
 */
export async function discoverModels(
  pool: Pool,
  model: string,
  catalog: ModelCatalog,
  signal: AbortSignal,
): Promise<void> {
  const { worker } = await pool.acquire(model, signal);
  const channel = new Channel(worker.cli, { signal, turnTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
  try {
    await channel.send([controlLine(initializeRequestId, { subtype: 'initialize', systemPrompt: [] })]);
    for (;;) {
      const message = await channel.receive();
      if (message.type !== 'control_response' || message.response.request_id !== initializeRequestId) continue;
      catalog.update(parseInitializeResponse(message.response.response) ?? []);
      return;
    }
  } finally {
    channel.dispose();
    pool.release(worker);
  }
}
