import { setTimeout } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { History } from '../../core/endpoint.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { BackgroundRun, type BackgroundRequest, type TrackedWork } from './background-run.ts';
import type { ResponseStore, StoredResponse } from './response-store.ts';
import { RunClaims, type RunClaimsOptions } from './run-claims.ts';

export interface ResponsesOptions extends Omit<RunClaimsOptions, 'onLost' | 'onCancelled'> {
  /** Makes the shutdown wait for work, or end it. */
  beginWork: () => TrackedWork;
}

/** A background answer that is over can be followed from its beginning for so long, and while there is room. */
const recentMs = 10 * 60 * 1000;
const recentRuns = 64;
const recentEvents = 200_000;

/** How often somebody looks whether another service has ended a response by now, and for how long. */
const pollMs = 250;
const polls = 24;

/** The responses that are kept, and those that are being made in the background. */
export class Responses implements History {
  readonly #store: ResponseStore;
  readonly #claims: RunClaims;
  readonly #beginWork: () => TrackedWork;
  readonly #log: Logger;
  readonly #running = new Map<string, BackgroundRun>();
  readonly #recent = new LRUCache<string, BackgroundRun>({
    max: recentRuns,
    maxSize: recentEvents,
    sizeCalculation: ({ size }) => size + 1,
    ttl: recentMs,
  });

  constructor({ beginWork, ...options }: ResponsesOptions) {
    const { store, log } = options;
    this.#store = store;
    this.#claims = new RunClaims({
      ...options,
      onLost: (id) => {
        this.#giveUp(id);
      },
      onCancelled: (id) => void this.#running.get(id)?.cancel(),
    });
    this.#beginWork = beginWork;
    this.#log = log;
  }

  /** Keeps a response. The answer counts more than its copy: a failure is given back as a sentence for the client. */
  async save(entry: StoredResponse): Promise<string | undefined> {
    return this.#keep(entry, () => this.#store.save(entry));
  }

  /** Throws `RESPONSE_NOT_FOUND`. */
  async get(id: string): Promise<StoredResponse> {
    const entry = await this.find(id);
    if (entry === undefined) throw notFound();
    return entry;
  }

  /** A response that is not complete, and that no service makes any more, was lost with the one that did. */
  async find(id: string): Promise<StoredResponse | undefined> {
    const run = this.run(id);
    if (run !== undefined) return run.entry;
    const entry = await this.#store.find(id);
    return entry === undefined || isOver(entry) || this.#claims.isMade(entry) ? entry : interrupted(entry);
  }

  /** A background answer that is being made, or was a short time ago. */
  run(id: string): BackgroundRun | undefined {
    return this.#running.get(id) ?? this.#recent.get(id);
  }

  /** Answers in the background; gives the run, and a sentence for the client when it could not be stored. */
  async start(request: BackgroundRequest): Promise<{ run: BackgroundRun; warning: string | undefined }> {
    const { id } = request.answer.kept;
    const run = new BackgroundRun(request, this.#beginWork());
    this.#running.set(id, run);
    const warning = await this.#keep(run.entry, () => this.#claims.begin(run.entry));
    void run.answer(() => this.#finish(id, run));
    return { run, warning };
  }

  /** Ends a background answer, and gives it as it is then. Throws `RESPONSE_NOT_FOUND` or `INVALID_REQUEST`. */
  async cancel(id: string): Promise<StoredResponse> {
    const entry = await this.get(id);
    if (!('background' in entry.response) || entry.response.background !== true) {
      throw new HarnessError('INVALID_REQUEST', 'Only responses with background: true can be cancelled.');
    }
    const run = this.#running.get(id);
    if (run === undefined && !isOver(entry)) return this.#cancelElsewhere(id);
    await run?.cancel();
    return this.get(id);
  }

  /** Throws `RESPONSE_NOT_FOUND`. Ends the answer if it is still being made. */
  async delete(id: string): Promise<void> {
    const run = this.run(id);
    this.#running.delete(id);
    this.#recent.delete(id);
    // Only then: what is being saved just now must not come back.
    await run?.cancel();
    const wasStored = await this.#store.delete(id);
    if (run === undefined && !wasStored) throw notFound();
  }

  /**
   * What was said up to the end of a response: the input and output items of the whole chain, the oldest first. Throws
   * `PREVIOUS_RESPONSE_NOT_FOUND`, or `INVALID_REQUEST` when it is still being made.
   */
  async itemsUntil(previousId: string): Promise<object[]> {
    const chain: StoredResponse[] = [];
    for (let id: string | undefined = previousId; id !== undefined; id = chain.at(-1)?.previousId) {
      const entry = await this.find(id);
      if (entry === undefined) throw previousNotFound(id === previousId);
      if (!isOver(entry)) throw previousRunning();
      chain.push(entry);
    }
    return chain.reverse().flatMap(({ inputItems, response }) => [...inputItems, ...outputOf(response)]);
  }

  /** An item that went into a response or came out of it. */
  async findItem(responseId: string, itemId: string): Promise<object | undefined> {
    const entry = await this.find(responseId);
    if (entry === undefined) return undefined;
    return [...outputOf(entry.response), ...entry.inputItems].find((item) => 'id' in item && item.id === itemId);
  }

  async #finish(id: string, run: BackgroundRun): Promise<void> {
    // Deleted meanwhile: nothing of it is to be kept.
    if (!this.#running.delete(id)) return;
    this.#recent.set(id, run);
    await this.#keep(run.entry, () => this.#claims.finish(run.entry));
  }

  async #keep({ id }: StoredResponse, store: () => Promise<void>): Promise<string | undefined> {
    try {
      await store();
      return undefined;
    } catch (error) {
      this.#log.error('a response could not be stored', { response_id: id, error });
      return 'The response could not be stored: it cannot be retrieved or continued later.';
    }
  }

  /** Another service has deleted it. */
  #giveUp(id: string): void {
    const run = this.#running.get(id);
    this.#running.delete(id);
    this.#recent.delete(id);
    void run?.cancel();
  }

  /** Asks the service that makes it, and waits for some seconds until it has heard of that. */
  async #cancelElsewhere(id: string): Promise<StoredResponse> {
    await this.#store.cancel(id);
    let entry = await this.get(id);
    for (let poll = 0; poll < polls && !isOver(entry); poll += 1) {
      await setTimeout(pollMs);
      entry = await this.get(id);
    }
    return entry;
  }
}

function isOver({ response }: StoredResponse): boolean {
  return !('status' in response && (response.status === 'queued' || response.status === 'in_progress'));
}

function outputOf(response: object): object[] {
  return 'output' in response && Array.isArray(response.output) ? (response.output as object[]) : [];
}

function interrupted(entry: StoredResponse): StoredResponse {
  const message = 'The service stopped while the response was being generated. Try again.';
  const response = { ...entry.response, status: 'failed', error: { code: 'server_error', message } };
  return { ...entry, response };
}

function notFound(): HarnessError {
  return new HarnessError(
    'RESPONSE_NOT_FOUND',
    'This response does not exist: it was not stored, was deleted, or has expired.',
  );
}

const previousField = 'previous_response_id';

function previousNotFound(isNamed: boolean): HarnessError {
  const which = isNamed ? 'The previous response' : 'A response that the previous one continues';
  const message = `${which} was not found: it was not stored, was deleted, or has expired. Send the conversation as input.`;
  return new HarnessError('PREVIOUS_RESPONSE_NOT_FOUND', message, { param: previousField });
}

function previousRunning(): HarnessError {
  const message = `${previousField} names a response that is still being generated; wait for it.`;
  return new HarnessError('INVALID_REQUEST', message, { param: previousField });
}
