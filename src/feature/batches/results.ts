import { setImmediate } from 'node:timers/promises';
import type { BatchResult } from '../../core/batches.ts';
import type { RequestTable } from './request-table.ts';

/** The results that there are so far, read in portions between which others have their turn. */
export async function* resultsOf(requests: RequestTable, batch: number): AsyncGenerator<BatchResult> {
  let after = 0;
  for (;;) {
    const page = await requests.resultsAfter(batch, after);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const { result } of page) yield result;
    after = last.id;
    await setImmediate();
  }
}
