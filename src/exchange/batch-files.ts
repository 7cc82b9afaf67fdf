import type { Batch, BatchResult } from '../core/batches.ts';
import type { Files } from '../core/files.ts';
import type { Caller } from '../core/sessions.ts';
import { isAnswer, toResultLine } from '../dialect/openai-batches/results.ts';
import type { FinishBatch } from '../feature/batches/batch-context.ts';

const kinds = ['output', 'error'] as const;
type Kind = (typeof kinds)[number];

/** How many files of results are looked through for those that an end of the service has left. */
const pageSize = 100;

/**
 * Makes the files of the results of OpenAI's batches, one of the answers and one of what was not answered, where there
 * are any. Each is made once: one that is there under its name was made before the service ended, and is whole.
 */
export function createBatchFiles(files: Pick<Files, 'add' | 'list'>): FinishBatch {
  return async (caller, batch, results) => {
    if (batch.family !== 'openai') return {};
    const details: Record<string, string> = {};
    for (const kind of kinds) {
      if (!hasResults(batch, kind)) continue;
      details[`${kind}_file_id`] =
        (await findFile(files, caller, batch, kind)) ?? (await makeFile(files, caller, batch, kind, results()));
    }
    return details;
  };
}

function hasResults({ counts }: Batch, kind: Kind): boolean {
  if (kind === 'output') return counts.succeeded > 0;
  return counts.errored + counts.canceled + counts.expired > 0;
}

async function findFile(
  files: Pick<Files, 'list'>,
  caller: Caller,
  batch: Batch,
  kind: Kind,
): Promise<string | undefined> {
  for (let after: string | undefined; ;) {
    const page = await files.list(caller, {
      limit: pageSize,
      order: 'desc',
      purpose: 'batch_output',
      ...(after !== undefined && { after }),
    });
    const found = page.data.find(({ filename }) => filename === nameOf(batch, kind));
    if (found !== undefined) return found.id;
    // What is older than the batch can't be of it.
    const last = page.data.at(-1);
    if (!page.hasMore || last === undefined || last.createdAt < batch.createdAt) return undefined;
    after = last.id;
  }
}

async function makeFile(
  files: Pick<Files, 'add'>,
  caller: Caller,
  batch: Batch,
  kind: Kind,
  results: AsyncIterable<BatchResult>,
): Promise<string> {
  const { output_expires_after_seconds: seconds } = batch.details;
  const draft = {
    idPrefix: 'file-',
    filename: nameOf(batch, kind),
    purpose: 'batch_output',
    claimedType: 'application/jsonl',
    ...(seconds !== undefined && { keepMs: Number(seconds) * 1000 }),
  } as const;
  const { id } = await files.add(caller, draft, toLines(batch, kind, results));
  return id;
}

async function* toLines(
  batch: Batch,
  kind: Kind,
  results: AsyncIterable<BatchResult>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  const prefix = batch.id.replace(/^batch_/, 'batch_req_');
  let place = 0;
  for await (const result of results) {
    place += 1;
    if (isAnswer(result) === (kind === 'output')) yield encoder.encode(toResultLine(result, `${prefix}_${place}`));
  }
}

function nameOf({ id }: Batch, kind: Kind): string {
  return `${id}_${kind}.jsonl`;
}
