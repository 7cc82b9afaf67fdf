import { describe, expect, it } from 'vitest';
import type { Batch, BatchResult } from '../../src/core/batches.ts';
import { createBatchFiles } from '../../src/exchange/batch-files.ts';
import { addText, listFiles, textOf } from '../support/batches/file-texts.ts';
import { memoryFiles } from '../support/memory-files.ts';

const batch: Batch = {
  id: 'batch_1',
  family: 'openai',
  status: 'in_progress',
  counts: { processing: 0, succeeded: 1, errored: 0, canceled: 1, expired: 0 },
  usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0, thinkingTokens: 0 },
  createdAt: Date.now(),
  expiresAt: 0,
  goneAt: 0,
  faults: [],
  metadata: {},
  details: {},
};

async function* results(): AsyncGenerator<BatchResult> {
  await Promise.resolve();
  yield { customId: 'a', outcome: 'succeeded', response: { status: 200, requestId: 'req_1', body: {} } };
  yield { customId: 'b', outcome: 'canceled' };
}

describe('the files of a batch', () => {
  it('are made once, also where the service has ended between the one and the other', async () => {
    const files = memoryFiles();
    const finish = createBatchFiles(files);
    const first = await finish('owner', batch, results);
    expect(await listFiles(files, 'owner')).toHaveLength(2);
    expect(await finish('owner', batch, results)).toEqual(first);
    expect(await listFiles(files, 'owner')).toHaveLength(2);

    await files.delete('owner', first['error_file_id'] ?? '');
    const second = await finish('owner', batch, results);
    expect(second['output_file_id']).toBe(first['output_file_id']);
    expect(await textOf(files, second['error_file_id'] ?? '', 'owner')).toContain('"custom_id":"b"');
  });

  it('are found behind more files than one page has', async () => {
    const files = memoryFiles();
    const finish = createBatchFiles(files);
    const first = await finish(undefined, batch, results);
    for (let count = 0; count < 250; count += 1) {
      await addText(files, '', { purpose: 'batch_output', filename: `batch_${count + 2}_output.jsonl` });
    }
    expect(await finish(undefined, batch, results)).toEqual(first);
  });

  it('are those of the owner', async () => {
    const files = memoryFiles();
    const finish = createBatchFiles(files);
    const first = await finish('owner', batch, results);
    expect(await finish('other', batch, results)).not.toEqual(first);
    for (const owner of ['owner', 'other']) expect(await listFiles(files, owner)).toHaveLength(2);
  });

  it('are not made for batches of Anthropic’s, nor where they would be empty', async () => {
    const files = memoryFiles();
    const finish = createBatchFiles(files);
    expect(await finish(undefined, { ...batch, family: 'anthropic' }, results)).toEqual({});
    const counts = { ...batch.counts, succeeded: 0 };
    expect(Object.keys(await finish(undefined, { ...batch, counts }, results))).toEqual(['error_file_id']);
    expect(await listFiles(files)).toHaveLength(1);
  });

  it('are not kept in part where results fail', async () => {
    const files = memoryFiles();
    const lost = new Error('lost');
    const broken = async function* (): AsyncGenerator<BatchResult> {
      yield* results();
      await Promise.reject(lost);
    };
    await expect(createBatchFiles(files)(undefined, batch, broken)).rejects.toBe(lost);
    expect(await listFiles(files)).toEqual([]);
  });
});
