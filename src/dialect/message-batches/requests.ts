import type { BatchRequest } from '../../core/batches.ts';
import { HarnessError, toHarnessError } from '../../core/errors.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { batchItem, customIdPattern, maxRequests } from './request-schema.ts';

/** The endpoint that answers all requests of these batches. */
const path = '/v1/messages';

/** Throws what the endpoint would refuse a body with. */
export type CheckParams = (params: unknown) => Promise<void>;

/**
 * Reads the requests of a batch one after the other, as they come. What is wrong names the place of the request in the
 * list, and its `custom_id`: `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`.
 */
export class BatchItems {
  readonly #check: CheckParams;
  readonly #places = new Map<string, number>();

  constructor(check: CheckParams) {
    this.#check = check;
  }

  async read(value: unknown): Promise<BatchRequest> {
    const place = this.#places.size;
    if (place >= maxRequests) {
      throw invalid('requests', `List should have at most ${maxRequests} items`);
    }
    try {
      const { custom_id: customId, params } = readRequest(batchItem, value, 'Input should be an object');
      this.#refuseTwice(customId);
      this.#places.set(customId, place);
      await this.#checkParams(params);
      return { customId, path, body: JSON.stringify(params) };
    } catch (reason) {
      throw within(toHarnessError(reason), `requests.${place}`, customIdOf(value));
    }
  }

  /** To be called after the last one. */
  end(): void {
    if (this.#places.size === 0) throw invalid('requests', 'List should have at least 1 item');
  }

  #refuseTwice(customId: string): void {
    const first = this.#places.get(customId);
    if (first !== undefined) throw invalid('custom_id', `Each should be used once; requests.${first} has the same`);
  }

  async #checkParams(params: Record<string, unknown>): Promise<void> {
    if (params['stream'] === true) {
      throw invalid('params.stream', 'Requests of a batch cannot be streamed; leave it out');
    }
    try {
      await this.#check(params);
    } catch (reason) {
      throw within(toHarnessError(reason), 'params');
    }
  }
}

function invalid(param: string, problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${param}: ${problem}`, { param });
}

/** The error of a part as that of the whole. Without a field it is about the part itself. */
function within({ code, message, facts }: HarnessError, place: string, customId?: string): HarnessError {
  const { param } = facts;
  const isNamed = param !== undefined && message.startsWith(param);
  const named = isNamed ? `${place}.${message}` : `${place}: ${message}`;
  const of = customId === undefined ? '' : ` (custom_id ${customId})`;
  return new HarnessError(code, `${named}${of}`, {
    ...facts,
    param: param === undefined ? place : `${place}.${param}`,
  });
}

/** Where it is one that may be repeated. */
function customIdOf(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null && 'custom_id' in value ? value.custom_id : undefined;
  return typeof id === 'string' && customIdPattern.test(id) ? id : undefined;
}
