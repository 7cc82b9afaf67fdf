import type { Pool } from '../pool/pool.ts';
import { controlLine } from '../process/control.ts';
import { parseInitializeResponse } from '../process/initialize-response.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { initializeRequestId } from './setup.ts';

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
  try {
    await worker.cli.send([controlLine(initializeRequestId, { subtype: 'initialize', systemPrompt: [] })]);
    for (;;) {
      const message = await worker.cli.receive();
      if (message === undefined) return;
      if (message.type !== 'control_response' || message.response.request_id !== initializeRequestId) continue;
      catalog.update(parseInitializeResponse(message.response.response) ?? []);
      return;
    }
  } finally {
    pool.release(worker);
  }
}
