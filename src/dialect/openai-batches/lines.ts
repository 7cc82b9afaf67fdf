import { z } from 'zod';
import type { BatchFault, BatchRequest } from '../../core/batches.ts';
import { toHarnessError } from '../../core/errors.ts';
import { isObject } from '../../core/is-object.ts';
import { parseJson } from '../../core/parse-json.ts';
import { openAiErrorKinds } from '../openai-shared/errors.ts';
import { jsonObject, text } from '../openai-shared/function-schema.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { expected } from '../openai-shared/schema-errors.ts';

export const maxRequests = 50_000;

const maxIdLength = 512;

/** A line of a file of requests; what `body` may be is for the endpoint to say that answers it. */
const batchLine = z.object(
  {
    custom_id: text
      .min(1, { error: 'must not be empty.' })
      .max(maxIdLength, { error: `must be at most ${maxIdLength} characters long.` }),
    method: z.literal('POST', { error: 'must be POST.' }),
    url: text,
    body: jsonObject,
  },
  { error: expected('an object with custom_id, method, url and body') },
);

/** Throws what the endpoint would refuse a body with. */
export type CheckBody = (body: unknown) => Promise<void>;

/**
 * Reads the lines of a file of requests one after the other. What is wrong with one is told with its number, and with what
 * a person finds it by.
 */
export class BatchLines {
  readonly #endpoint: string;
  readonly #check: CheckBody;
  /** The line of each `custom_id`. */
  readonly #lines = new Map<string, number>();
  #requests = 0;

  constructor(endpoint: string, check: CheckBody) {
    this.#endpoint = endpoint;
    this.#check = check;
  }

  /** `line`: its number, from 1. Gives nothing for a blank one. */
  async read(content: string, line: number): Promise<BatchRequest | BatchFault | undefined> {
    if (content.trim() === '') return undefined;
    this.#requests += 1;
    if (this.#requests > maxRequests) {
      return { code: 'too_many_requests', line, message: `A batch may have ${maxRequests} requests.` };
    }
    const value = parseJson(content);
    if (value === undefined) return { code: 'invalid_json_line', line, message: 'This line is not valid JSON.' };
    const parsed = batchLine.safeParse(value);
    if (!parsed.success) return faultOf(toRequestError(parsed.error.issues[0], notALine), line);
    const { custom_id: customId, url, body } = parsed.data;
    return (
      this.#faultOfAddress(customId, url, line) ??
      (await this.#faultOfBody(body, line)) ?? { customId, path: url, body: JSON.stringify(body) }
    );
  }

  /** To be called after the last line. */
  end(): BatchFault | undefined {
    return this.#requests === 0 ? { code: 'empty_file', message: 'The file has no requests.' } : undefined;
  }

  #faultOfAddress(customId: string, url: string, line: number): BatchFault | undefined {
    const first = this.#lines.get(customId);
    if (first !== undefined) {
      const message = `custom_id is the same as that of line ${first}; each may be used once.`;
      return { code: 'duplicate_custom_id', line, message, param: 'custom_id' };
    }
    this.#lines.set(customId, line);
    if (url === this.#endpoint) return undefined;
    return { code: 'invalid_url', line, message: `url must be ${this.#endpoint}, as of the batch.`, param: 'url' };
  }

  async #faultOfBody(body: Record<string, unknown>, line: number): Promise<BatchFault | undefined> {
    for (const field of ['stream', 'background']) {
      if (body[field] !== true) continue;
      const message = `body.${field} must not be true in a batch; leave it out.`;
      return { code: 'invalid_request', line, message, param: `body.${field}` };
    }
    try {
      await this.#check(body);
      return undefined;
    } catch (reason) {
      return faultOf(toHarnessError(reason), line, 'body');
    }
  }
}

export function isFault(read: BatchRequest | BatchFault): read is BatchFault {
  return 'code' in read;
}

const notALine = 'The line must be an object with custom_id, method, url and body.';

function faultOf(error: ReturnType<typeof toHarnessError>, line: number, within?: string): BatchFault {
  const { param } = error.facts;
  const isNamed = within !== undefined && param !== undefined && error.message.startsWith(param);
  const place = param === undefined || within === undefined ? (param ?? within) : `${within}.${param}`;
  return {
    code: openAiErrorKinds[error.code].code,
    line,
    message: isNamed ? `${within}.${error.message}` : error.message,
    ...(place !== undefined && { param: place }),
  };
}

/** Whether a line looks like one of these files. */
export function isBatchLine(value: unknown): boolean {
  return isObject(value) && 'url' in value && 'body' in value;
}
