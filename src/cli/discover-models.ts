import type { Pool } from './pool/pool.ts';
import { parseInitializeResponse } from '../process/initialize-response.ts';
import { askCli } from './ask-cli.ts';
import type { ModelCatalog } from './model-catalog.ts';

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
  const [response] = await askCli(pool, model, [{ subtype: 'initialize', systemPrompt: [] }], signal);
  catalog.update(parseInitializeResponse(response) ?? [], model);
}
