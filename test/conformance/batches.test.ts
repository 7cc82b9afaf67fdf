import Anthropic from '@anthropic-ai/sdk';
import { mkdtempSync, createReadStream, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cheapModel as model, startHarness, type Harness } from '../support/harness.ts';

/** The life of batches by the official clients, over the real CLI. */

let harness: Harness;
let anthropic: Anthropic;
let folder: string;

beforeAll(async () => {
  harness = await startHarness({ kind: 'answer', text: 'Because of the air.' });
  anthropic = new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
  folder = mkdtempSync(join(tmpdir(), 'batches-test-'));
});
afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true, force: true });
});

const messages = [{ role: 'user' as const, content: 'Why is the sky blue?' }];
const polled = { timeout: 50_000, interval: 200 };

describe("Anthropic's client", () => {
  test('makes a batch, waits for its end and reads the results', async () => {
    const { batches } = anthropic.messages;
    const params = { model, max_tokens: 100, messages };
    const requests = [
      { custom_id: 'sky', params },
      { custom_id: 'unknown', params: { ...params, model: 'no-such-model' } },
      { custom_id: 'again', params: { ...params, system: 'Answer in one sentence.' } },
    ];
    const { id } = await batches.create({ requests });
    await expect.poll(async () => (await batches.retrieve(id)).processing_status, polled).toBe('ended');
    const ended = await batches.retrieve(id);
    expect(ended.request_counts).toEqual({ processing: 0, succeeded: 2, errored: 1, canceled: 0, expired: 0 });
    expect(ended.results_url).toBe(`${harness.url}/v1/messages/batches/${id}/results`);

    const results = new Map<string, Anthropic.Messages.MessageBatchResult>();
    for await (const { custom_id, result } of await batches.results(id)) results.set(custom_id, result);
    for (const answered of ['sky', 'again']) {
      expect(results.get(answered)).toMatchObject({
        type: 'succeeded',
        message: {
          id: expect.stringMatching(/^msg_/) as string,
          type: 'message',
          role: 'assistant',
          content: [{ type: 'text', text: 'Because of the air.' }],
          stop_reason: 'end_turn',
        },
      });
    }
    expect(results.get('unknown')).toMatchObject({
      type: 'errored',
      error: { type: 'error', error: { type: 'not_found_error' }, request_id: expect.any(String) as string },
    });

    const listed: string[] = [];
    for await (const batch of batches.list({ limit: 1 })) listed.push(batch.id);
    expect(listed).toContain(id);
    expect(await batches.delete(id)).toEqual({ id, type: 'message_batch_deleted' });
    await expect(batches.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test('cancels a batch, whose results say which requests were not asked', async () => {
    // What has begun is finished, and that must not be all of them.
    harness.standIn.behave({ kind: 'answer', text: 'Because of the air.', firstDeltaAfterMs: 500 });
    const { batches } = anthropic.beta.messages;
    const requests = Array.from({ length: 20 }, (_, place) => ({
      custom_id: `r${place}`,
      params: { model, max_tokens: 100, messages },
    }));
    const { id } = await batches.create({ requests });
    await expect(batches.delete(id)).rejects.toMatchObject({ status: 409 });
    expect(await batches.cancel(id)).toMatchObject({ processing_status: 'canceling' });
    await expect.poll(async () => (await batches.retrieve(id)).processing_status, polled).toBe('ended');
    const { request_counts: counts } = await batches.retrieve(id);
    expect(counts.canceled).toBeGreaterThan(0);
    expect(counts.canceled + counts.succeeded + counts.errored).toBe(20);
  });

  test('is told which request is wrong, and nothing is kept', async () => {
    const { batches } = anthropic.messages;
    const before = (await batches.list()).data.length;
    const requests = [
      { custom_id: 'a', params: { model, max_tokens: 100, messages } },
      { custom_id: 'b', params: { model, max_tokens: 0, messages } },
    ];
    await expect(batches.create({ requests })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('requests.1.params.max_tokens') as string,
    });
    expect((await batches.list()).data).toHaveLength(before);
  });
});

describe("OpenAI's client", () => {
  const upload = async (...lines: object[]): Promise<string> => {
    const path = join(folder, 'requests.jsonl');
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return (await harness.client.files.create({ file: createReadStream(path), purpose: 'batch' })).id;
  };
  const read = async (id: string | undefined): Promise<Record<string, unknown>[]> => {
    const text = await (await harness.client.files.content(id ?? '')).text();
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  test.each([
    ['/v1/chat/completions', { messages }, { object: 'chat.completion' }],
    ['/v1/responses', { input: 'Why is the sky blue?' }, { object: 'response', status: 'completed' }],
    ['/v1/completions', { prompt: 'Why is the sky blue?' }, { object: 'text_completion' }],
  ] as const)(
    'uploads requests for %s, makes a batch of them, and downloads answers and errors',
    async (url, body, answer) => {
      const { batches } = harness.client;
      const line = (custom_id: string, more: object = {}) => ({
        custom_id,
        method: 'POST',
        url,
        body: { model, ...body, ...more },
      });
      const input = await upload(line('sky'), line('unknown', { model: 'no-such-model' }), line('again'));
      const made = await batches.create({
        input_file_id: input,
        endpoint: url,
        completion_window: '24h',
        metadata: { night: 'first' },
      });
      await expect.poll(async () => (await batches.retrieve(made.id)).status, polled).toBe('completed');
      const batch = await batches.retrieve(made.id);
      expect(batch).toMatchObject({
        object: 'batch',
        endpoint: url,
        input_file_id: input,
        metadata: { night: 'first' },
        request_counts: { total: 3, completed: 2, failed: 1 },
      });
      expect(batch.completed_at).toBeGreaterThanOrEqual(batch.created_at);
      expect(batch.usage?.output_tokens).toBeGreaterThan(0);

      const output = await read(batch.output_file_id);
      expect(output.map(({ custom_id }) => custom_id).toSorted()).toEqual(['again', 'sky']);
      for (const line of output) {
        expect(line).toMatchObject({ response: { status_code: 200, body: answer }, error: null });
        expect(JSON.stringify(line)).toContain('Because of the air.');
      }
      expect(await read(batch.error_file_id)).toMatchObject([
        {
          custom_id: 'unknown',
          response: { status_code: 404, body: { error: { code: 'model_not_found' } } },
          error: null,
        },
      ]);
      const listed: string[] = [];
      for await (const { id } of batches.list({ limit: 1 })) listed.push(id);
      expect(listed).toContain(made.id);
    },
  );

  test('cancels a batch', async () => {
    const { batches } = harness.client;
    const line = (custom_id: string) => ({
      custom_id,
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model, messages },
    });
    const input = await upload(...Array.from({ length: 20 }, (_, place) => line(`r${place}`)));
    const { id } = await batches.create({
      input_file_id: input,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    expect((await batches.cancel(id)).status).toMatch(/^cancelling|cancelled$/);
    await expect.poll(async () => (await batches.retrieve(id)).status, polled).toBe('cancelled');
    const { error_file_id: errors } = await batches.retrieve(id);
    expect(await read(errors)).toContainEqual(
      expect.objectContaining({
        response: null,
        error: expect.objectContaining({ code: 'batch_cancelled' }) as object,
      }),
    );
  });

  test('learns of wrong lines by a batch that has failed', async () => {
    const input = await upload({ custom_id: 'a' });
    const batch = await harness.client.batches.create({
      input_file_id: input,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    expect(batch).toMatchObject({ status: 'failed', errors: { data: [{ line: 1, param: 'method' }] } });
    expect(await harness.client.batches.retrieve(batch.id)).toMatchObject({ status: 'failed', errors: batch.errors });
  });
});
