import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { readTextLines } from '../../util/text-lines.ts';
import { askService } from '../ask-service.ts';
import { counted } from '../counted.ts';
import { forPeople } from '../for-people.ts';
import type { RunningService } from '../running-service.ts';
import type { BatchApi, BatchState } from './batch-api.ts';
import { bytesOf } from './bytes-of.ts';
import { maxLineBytes } from './input-file.ts';

const path = '/v1/messages/batches';
const headers = { 'anthropic-version': '2023-06-01' };

const count = z.number();
const wireBatch = z.looseObject({
  id: z.string(),
  processing_status: z.string(),
  created_at: z.string(),
  request_counts: z.object({
    processing: count,
    succeeded: count,
    errored: count,
    canceled: count,
    expired: count,
  }),
});
const page = z.object({ data: z.array(wireBatch), has_more: z.boolean(), last_id: z.string().nullable() });

/** Anthropic's Message Batches. */
export class MessageBatchApi implements BatchApi {
  readonly name = 'Anthropic';
  readonly #service: RunningService;

  constructor(service: RunningService) {
    this.#service = service;
  }

  async create(file: string, sent: (count: number) => void): Promise<BatchState> {
    let problem: Error | undefined;
    const body = toBody(file, sent, (found) => {
      problem = found;
    });
    const response = await this.#ask('POST', path, {
      body: Readable.from(body),
      duplex: 'half',
      headers: { ...headers, 'content-type': 'application/json' },
    }).catch((reason: unknown) => {
      throw problem ?? reason;
    });
    return toState(response, await response.json());
  }

  async get(id: string): Promise<BatchState> {
    const response = await this.#ask('GET', pathOf(id));
    return toState(response, await response.json());
  }

  async *list(): AsyncGenerator<BatchState> {
    for (let after = ''; ;) {
      const response = await this.#ask('GET', `${path}?limit=100${after}`);
      const { data, has_more: hasMore, last_id: last } = page.parse(await response.json());
      for (const batch of data) yield toState(response, batch);
      if (!hasMore || last === null) return;
      after = `&after_id=${encodeURIComponent(last)}`;
    }
  }

  async cancel(id: string): Promise<BatchState> {
    const response = await this.#ask('POST', `${pathOf(id)}/cancel`);
    return toState(response, await response.json());
  }

  async *results({ id }: BatchState): AsyncGenerator<Uint8Array> {
    yield* bytesOf(await this.#ask('GET', `${pathOf(id)}/results`));
  }

  #ask(method: string, address: string, options: object = { headers }): Promise<Response> {
    return askService(this.#service, method, address, options);
  }
}

/** The lines as the list that the API expects. */
async function* toBody(
  file: string,
  sent: (count: number) => void,
  onProblem: (problem: Error) => void,
): AsyncGenerator<string> {
  let isFirst = true;
  yield '{"requests":[';
  for await (const { number, text } of readTextLines(counted(createReadStream(file), sent), maxLineBytes)) {
    if (text?.trim() === '') continue;
    if (text === undefined || !isJson(text)) {
      const problem = forPeople(`${file}, line ${number}: this is not valid JSON.`);
      onProblem(problem);
      throw problem;
    }
    yield isFirst ? text : `,${text}`;
    isFirst = false;
  }
  yield ']}';
}

/** What is none would change the meaning of what is around it. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function toState(response: Response, body: unknown): BatchState {
  const wire = wireBatch.parse(body);
  const { processing, succeeded, errored, canceled, expired } = wire.request_counts;
  const ended = succeeded + errored + canceled + expired;
  // The counts themselves say it only at the end.
  const progress = /^(\d+)\/\d+$/.exec(response.headers.get('x-claude-harness-progress') ?? '')?.[1];
  return {
    id: wire.id,
    status: wire.processing_status,
    isOver: wire.processing_status === 'ended',
    done: progress === undefined ? ended : Number(progress),
    failed: errored + canceled + expired,
    total: processing + ended,
    createdAt: Date.parse(wire.created_at),
    faults: [],
    wire,
  };
}

function pathOf(id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}
