import { withoutControls } from '../agent/without-controls.ts';
import { forPeople } from '../for-people.ts';
import type { ProgressOptions } from '../progress.ts';
import { toTextTable } from '../text-table.ts';
import type { BatchApi, BatchState } from './batch-api.ts';
import { saveResults } from './save-results.ts';

const titles = ['id', 'API', 'status', 'created', 'done', 'failed', 'all'];
/** Of the titles, from the left. */
const textTitles = 4;

/** Lists the batches of both APIs, the newest first. */
export async function listBatchesCommand(apis: readonly BatchApi[], print: (text: string) => void): Promise<void> {
  const batches: { name: string; batch: BatchState }[] = [];
  for (const api of apis) for await (const batch of api.list()) batches.push({ name: api.name, batch });
  const rows = batches
    .toSorted((one, other) => other.batch.createdAt - one.batch.createdAt)
    .map(({ name, batch: { id, status, createdAt, done, failed, total } }) => [
      ...[id, name, status].map(withoutControls),
      // In the time zone of the reader.
      new Date(createdAt).toLocaleString('sv-SE'),
      ...[done, failed, total].map((count) => count.toLocaleString('en-US')),
    ]);
  const { lines } = toTextTable([titles, ...rows], { textColumns: textTitles });
  print(lines.map((line) => `${line.trimEnd()}\n`).join(''));
}

export async function showBatchCommand(api: BatchApi, id: string, print: (text: string) => void): Promise<void> {
  print(`${JSON.stringify((await api.get(id)).wire, null, 2)}\n`);
}

export async function cancelBatchCommand(api: BatchApi, id: string, print: (text: string) => void): Promise<void> {
  print(`${(await api.cancel(id)).status}\n`);
}

export interface SaveBatchOptions {
  /** The file for the results; without one `write` has them. */
  out: string | undefined;
  write: (results: AsyncIterable<Uint8Array>) => Promise<void>;
  progress: ProgressOptions;
}

/** Writes the results of a batch. Throws where it is not over. */
export async function saveBatchCommand(
  api: BatchApi,
  id: string,
  { out, write, progress }: SaveBatchOptions,
): Promise<void> {
  const batch = await api.get(id);
  if (!batch.isOver) throw forPeople(`The batch is ${batch.status}; it has results once it is over.`);
  const results = api.results(batch);
  await (out === undefined ? write(results) : saveResults(results, out, progress));
}
