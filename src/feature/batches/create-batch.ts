import type { BatchRequest } from '../../core/batches.ts';
import { HarnessError } from '../../core/errors.ts';
import { createBreather } from '../../util/breather.ts';
import { freeingAsItGoes } from '../../util/garbage.ts';
import { promptPlace } from './prompt-prefix.ts';
import type { NewRequest, RequestTable } from './request-table.ts';

export interface BatchLimits {
  maxRequests: number;
  /** Bytes of all bodies together. */
  maxSize: number;
}

/** One transaction takes some milliseconds, in which nobody else is served. */
const portionRequests = 200;
const portionChars = 512 * 1024;

/** Adds requests to a batch as they come, in portions between which others have their turn. */
export async function addRequests(
  table: RequestTable,
  batch: number,
  requests: AsyncIterable<BatchRequest>,
  { limits, onPortion }: { limits: BatchLimits; onPortion: () => Promise<void> },
): Promise<void> {
  const breathe = createBreather();
  let portion: NewRequest[] = [];
  let chars = 0;
  const free = freeingAsItGoes('major');
  const total = { requests: 0, bytes: 0 };
  const store = async (): Promise<void> => {
    if (portion.length > 0) await table.add(batch, portion);
    portion = [];
    free(chars);
    chars = 0;
    await onPortion();
  };
  for await (const { customId, path, body } of requests) {
    total.requests += 1;
    total.bytes += Buffer.byteLength(body);
    check(total, limits);
    portion.push({ customId, path, body, ...promptPlace(JSON.parse(body)) });
    chars += body.length;
    if (portion.length >= portionRequests || chars >= portionChars) await store();
    await breathe();
  }
  await store();
  if (total.requests === 0)
    throw new HarnessError('INVALID_REQUEST', 'The batch has no requests.', { param: 'requests' });
}

function check({ requests, bytes }: { requests: number; bytes: number }, { maxRequests, maxSize }: BatchLimits): void {
  if (requests > maxRequests) {
    const message = `The batch has more than ${maxRequests} requests, which is what batches.max_requests allows; divide it.`;
    throw new HarnessError('INVALID_REQUEST', message, { param: 'requests' });
  }
  if (bytes > maxSize) {
    const message = `The requests of the batch are larger than ${maxSize} bytes together, which is what batches.max_size allows; divide it.`;
    throw new HarnessError('BODY_TOO_LARGE', message);
  }
}
