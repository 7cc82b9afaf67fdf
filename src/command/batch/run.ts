import { existsSync, statSync } from 'node:fs';
import { RefusedError, SilentError } from '../ask-service.ts';
import { forPeople } from '../for-people.ts';
import { Progress, type ProgressOptions } from '../progress.ts';
import type { BatchApi, BatchState } from './batch-api.ts';
import { firstLineOf, hashOf, type FirstLine } from './input-file.ts';
import { notePathOf, readNote, removeNote, writeNote } from './run-note.ts';
import { saveResults } from './save-results.ts';

export interface RunBatchOptions {
  apis: Readonly<Record<FirstLine['family'], BatchApi>>;
  /** The file of requests, and the one that is to have the results. */
  input: string;
  out: string;
  print: (text: string) => void;
  progress: ProgressOptions;
  /** Between two questions how far it is, in ms. */
  wait: (ms: number) => Promise<unknown>;
}

const firstWaitMs = 500;
const maxWaitMs = 5000;

/**
 * Runs a file of requests as a batch, and writes its results to a file once it is over. Which batch it is stands beside
 * that file until then, so that a second call goes on with it. Returns the exit code: 0 where all requests were answered.
 */
export async function runBatchCommand(options: RunBatchOptions): Promise<number> {
  const { apis, input, out, print, progress } = options;
  const { family } = await firstLineOf(input);
  const hash = await hashOf(input);
  const note = readNote(out);
  if (note === undefined && existsSync(out)) throw forPeople(`${out} exists already; remove it, or name another file.`);
  if (note !== undefined && note.input !== hash) {
    throw forPeople(
      `${notePathOf(out)} is about a batch of other requests than those of ${input}. Name another file of results, or remove it to forget that batch.`,
    );
  }
  const api = apis[family];
  const id = note?.id ?? (await begin(api, { family, hash }, options));
  print(`batch ${id}${note === undefined ? '' : ', which goes on'}; it runs on when this program is ended\n`);
  const batch = await untilOver(api, id, options);
  if (batch.faults.length > 0) {
    print(`Nothing was run:\n${batch.faults.map((fault) => `${input}, ${fault}\n`).join('')}`);
    await removeNote(out);
    return 1;
  }
  await saveResults(api.results(batch), out, progress);
  await removeNote(out);
  print(`${batch.total - batch.failed} of ${batch.total} requests were answered: ${out}\n`);
  return batch.failed === 0 ? 0 : 1;
}

async function begin(
  api: BatchApi,
  { family, hash }: Pick<FirstLine, 'family'> & { hash: string },
  { input, out, progress: options }: RunBatchOptions,
): Promise<string> {
  const progress = new Progress(options);
  try {
    const { id } = await api.create(input, progress.transfer('sent', statSync(input).size));
    await writeNote(out, { id, family, input: hash });
    return id;
  } finally {
    progress.end();
  }
}

/** A service that is updated, or ends for another reason, is waited for: the batch goes on with it. */
async function untilOver(api: BatchApi, id: string, options: RunBatchOptions): Promise<BatchState> {
  const progress = new Progress(options.progress);
  try {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, maxWaitMs)) {
      try {
        const batch = await api.get(id);
        if (batch.isOver) return batch;
        progress.show(`${batch.done}/${batch.total} ${batch.status}`, batch.done / Math.max(batch.total, 1));
      } catch (error) {
        const isPassing = error instanceof SilentError || (error instanceof RefusedError && error.isPassing);
        if (!isPassing) throw withAdvice(error, options.out);
        progress.show(`waiting: ${error.message}`);
      }
      await options.wait(waitMs);
    }
  } finally {
    progress.end();
  }
}

function withAdvice(error: unknown, out: string): unknown {
  if (!(error instanceof RefusedError) || error.status !== 404) return error;
  return new RefusedError(`${error.message} Remove ${notePathOf(out)} to begin anew.`, error.status);
}
