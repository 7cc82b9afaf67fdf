import * as z from 'zod';
import { askService } from '../ask-service.ts';
import type { RunningService } from '../running-service.ts';
import { uploadForm } from '../upload-form.ts';
import type { BatchApi, BatchState } from './batch-api.ts';
import { bytesOf } from './bytes-of.ts';
import { firstLineOf } from './input-file.ts';

const path = '/v1/batches';

const fault = z.object({ message: z.string().nullish(), line: z.number().nullish() });
const wireBatch = z.looseObject({
  id: z.string(),
  status: z.string(),
  created_at: z.number(),
  request_counts: z.object({ total: z.number(), completed: z.number(), failed: z.number() }),
  errors: z.object({ data: z.array(fault) }).nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
});
const page = z.object({ data: z.array(wireBatch), has_more: z.boolean(), last_id: z.string().nullish() });
const wireFile = z.object({ id: z.string() });

const ends = ['completed', 'failed', 'expired', 'cancelled'];

/** OpenAI's batches, whose requests and results are files. */
export class OpenAiBatchApi implements BatchApi {
  readonly name = 'OpenAI';
  readonly #service: RunningService;

  constructor(service: RunningService) {
    this.#service = service;
  }

  async create(file: string, sent: (count: number) => void): Promise<BatchState> {
    const { url: endpoint } = await firstLineOf(file);
    const form = uploadForm(file, 'batch', sent);
    const uploaded = wireFile.parse(await (await this.#ask('POST', '/v1/files', form)).json());
    const body = JSON.stringify({ input_file_id: uploaded.id, endpoint, completion_window: '24h' });
    return this.#batch('POST', path, { body, headers: { 'content-type': 'application/json' } });
  }

  get(id: string): Promise<BatchState> {
    return this.#batch('GET', pathOf(id));
  }

  async *list(): AsyncGenerator<BatchState> {
    for (let after = ''; ;) {
      const response = await this.#ask('GET', `${path}?limit=100${after}`);
      const { data, has_more: hasMore, last_id: last } = page.parse(await response.json());
      for (const batch of data) yield toState(batch);
      if (!hasMore || last == null) return;
      after = `&after=${encodeURIComponent(last)}`;
    }
  }

  cancel(id: string): Promise<BatchState> {
    return this.#batch('POST', `${pathOf(id)}/cancel`);
  }

  async *results({ wire }: BatchState): AsyncGenerator<Uint8Array> {
    const { output_file_id: output, error_file_id: errors } = wireBatch.parse(wire);
    for (const id of [output, errors]) {
      if (id == null) continue;
      yield* bytesOf(await this.#ask('GET', `/v1/files/${encodeURIComponent(id)}/content`));
    }
  }

  async #batch(method: string, address: string, options?: object): Promise<BatchState> {
    return toState(await (await this.#ask(method, address, options)).json());
  }

  #ask(method: string, address: string, options: object = {}): Promise<Response> {
    return askService(this.#service, method, address, options);
  }
}

function toState(body: unknown): BatchState {
  const wire = wireBatch.parse(body);
  const { total, completed, failed } = wire.request_counts;
  const isOver = ends.includes(wire.status);
  return {
    id: wire.id,
    status: wire.status,
    isOver,
    done: isOver ? total : completed + failed,
    // Those of a batch that was cancelled count as neither.
    failed: isOver ? total - completed : failed,
    total,
    createdAt: wire.created_at * 1000,
    faults: (wire.errors?.data ?? []).map(({ line, message }) =>
      line == null ? (message ?? '') : `line ${line}: ${message ?? ''}`,
    ),
    wire,
  };
}

function pathOf(id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}
