import type { Endpoint } from '../core/endpoint.ts';
import { HarnessError } from '../core/errors.ts';
import { isObject } from '../core/is-object.ts';
import type { JournalEntry } from '../core/journal.ts';
import type { Caller } from '../core/sessions.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import type { Asked } from './asked.ts';
import type { Exchange, ExchangeOptions } from './exchange.ts';
import { RequestRecord } from './record.ts';

export interface UnattendedOptions extends Pick<ExchangeOptions, 'settings' | 'journal' | 'log' | 'newId' | 'now'> {
  exchange: Exchange;
  /** Those at which requests can be answered. */
  endpoints: readonly Endpoint[];
  /** Whether the name of a model stands for an agent, which nobody asks in this way. */
  isAgent: (model: unknown) => boolean;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** A request that came earlier, and is answered without a connection. */
export interface UnattendedRequest {
  /** An endpoint's, such as `/v1/messages`. */
  path: string;
  /** As JSON. */
  body: string;
  caller: Caller;
  client: string | undefined;
  /** The id of the batch or the job to which it belongs. */
  batch: string;
  /** By their names in lower case, where they tell the API something. */
  headers?: Readonly<Record<string, string>>;
  priority?: TurnOptions['priority'];
}

/** What the client would have got over HTTP. */
export interface UnattendedReply {
  status: number;
  requestId: string;
  body: object;
  /** Zeros where nothing was used, as when the response cache answered. The cached and the thinking ones are shares. */
  usage: { inputTokens: number; cachedTokens: number; outputTokens: number; thinkingTokens: number };
  /** Why there is no answer; the body is its envelope then. */
  error?: HarnessError;
}

/**
 * Answers requests for which nobody waits, as HTTP would: read, listed while they run, and written to the journal when
 * they are over.
 */
export class Unattended {
  readonly #options: UnattendedOptions;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(options: UnattendedOptions) {
    this.#options = options;
    this.#endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.path, endpoint]));
  }

  /** Whether requests can be answered at a path. */
  serves(path: string): boolean {
    return this.#endpoints.has(path);
  }

  /** Reads a request and answers nothing. Throws what is wrong with it, or `ROUTE_NOT_FOUND`. */
  async check(request: UnattendedRequest): Promise<void> {
    const endpoint = this.#endpointOf(request);
    await this.#read(endpoint, request, this.#recordOf(request, endpoint));
  }

  /**
   * Whatever goes wrong is in the reply, in the words of the path's API; when `signal` aborts, its reason. Throws only
   * where nothing serves the path, `ROUTE_NOT_FOUND`.
   */
  async answer(request: UnattendedRequest, signal: AbortSignal): Promise<UnattendedReply> {
    const endpoint = this.#endpointOf(request);
    const { journal } = this.#options;
    const record = this.#recordOf(request, endpoint);
    const reply = await this.#answered(endpoint, request, record, signal).catch((reason: unknown) =>
      this.#failed(endpoint, record, reason),
    );
    const entry = record.entry({ status: reply.status, background: true });
    journal.write(entry);
    return { ...reply, requestId: record.requestId, usage: usageOf(entry) };
  }

  #endpointOf({ path }: UnattendedRequest): Endpoint {
    const endpoint = this.#endpoints.get(path);
    if (endpoint === undefined) throw new HarnessError('ROUTE_NOT_FOUND', `There are no answers at ${path}.`);
    return endpoint;
  }

  async #answered(
    endpoint: Endpoint,
    { body, headers = {}, priority }: UnattendedRequest,
    record: RequestRecord,
    signal: AbortSignal,
  ): Promise<{ status: number; body: object }> {
    const asked = await this.#read(endpoint, { body, headers }, record);
    const prioritized = { ...asked, ...(priority !== undefined && { priority }) };
    return { status: 200, body: await this.#options.exchange.whole(prioritized, signal) };
  }

  async #read(
    endpoint: Endpoint,
    { body, headers = {} }: Pick<UnattendedRequest, 'body' | 'headers'>,
    record: RequestRecord,
  ): Promise<Asked> {
    const parsed = parseBody(body);
    record.model = modelOf(parsed);
    this.#refuseAgents(parsed);
    const asked = await this.#options.exchange.parse(endpoint, parsed, record, (name) => headers[name]);
    if (asked.request.stream) throw refused('stream');
    if (asked.request.background === true) throw refused('background');
    return asked;
  }

  #failed(
    endpoint: Endpoint,
    record: RequestRecord,
    reason: unknown,
  ): { status: number; body: object; error: HarnessError } {
    const { settings, log, now } = this.#options;
    const error = record.failed(reason);
    const { requestId } = record;
    if (error.code === 'INTERNAL') log.error('internal error', { request_id: requestId, error: reason });
    const { planLimitStatus } = settings;
    const { status, body } = endpoint.error(error, { requestId, stream: false, now, planLimitStatus });
    return { status, body, error };
  }

  #refuseAgents(body: unknown): void {
    if (!isObject(body) || !this.#options.isAgent(body['model'])) return;
    throw new HarnessError('INVALID_REQUEST', 'Agents do not answer here; name a model, or begin a job of the agent.', {
      param: 'model',
    });
  }

  #recordOf({ caller, client, batch }: UnattendedRequest, { path: route, dialect }: Endpoint): RequestRecord {
    const { newId, now, ticks } = this.#options;
    const origin = { route, dialect, ...(client !== undefined && { client }) };
    const record = new RequestRecord(`req_${newId()}`, ticks, { arrivedAt: now() }, origin);
    record.caller = caller;
    record.batch = batch;
    return record;
  }
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new HarnessError('INVALID_REQUEST', 'The request body is not valid JSON.', { cause });
  }
}

/** For the journal, which has every request, also one that is refused as it is read. */
function modelOf(body: unknown): string {
  const model = isObject(body) ? body['model'] : undefined;
  return typeof model === 'string' ? model.slice(0, 256) : '';
}

function refused(param: string): HarnessError {
  return new HarnessError(
    'INVALID_REQUEST',
    `${param}: nobody waits for this answer; leave it out, or set it to false.`,
    {
      param,
    },
  );
}

function usageOf({ tokensIn, tokensCached, tokensOut, tokensThinking }: JournalEntry): UnattendedReply['usage'] {
  return {
    inputTokens: tokensIn ?? 0,
    cachedTokens: tokensCached ?? 0,
    outputTokens: tokensOut ?? 0,
    thinkingTokens: tokensThinking ?? 0,
  };
}
